namespace ApicShell.Firmware;

/// <summary>What a comparison says of a design, by the first of these rules that holds.</summary>
public enum DesignVerdict : byte
{
    /// <summary>An access of the boot is not answered, an interrupt does not come, or the guest ends.</summary>
    Fails,

    /// <summary>Everything is answered, and after some phase guest, SVSM and hypervisor differ.</summary>
    Disagrees,

    /// <summary>They agree, and a step between modes is none that APM figure 16-32 draws, or that KVM takes.</summary>
    Illegal,

    /// <summary>The steps are legal, and a condition beside the boot is not survived.</summary>
    Fragile,

    /// <summary>None of these.</summary>
    Works,
}

/// <summary>Whether APM figure 16-32 has the steps between modes.</summary>
public enum DrawnVerdict : byte
{
    /// <summary>No mode was changed.</summary>
    NoStep,

    /// <summary>It draws them all.</summary>
    Drawn,

    /// <summary>It does not draw one of them, and the design is that it will.</summary>
    Amended,

    /// <summary>It does not draw one of them.</summary>
    NotDrawn,
}
