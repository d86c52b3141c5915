namespace ApicShell;

/// <summary>How an interrupt was ended.</summary>
internal enum EoiEnding
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a write of EOI.</summary>
    Written,

    /// <summary>The guest cleared no_eoi_required instead.</summary>
    LeftOut,

    /// <summary>The write of EOI failed.</summary>
    Failed,
}
