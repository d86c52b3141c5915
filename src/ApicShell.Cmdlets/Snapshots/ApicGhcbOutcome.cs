namespace ApicShell;

/// <summary>How a GHCB exit ended: bits 31:0 of exit information 1.</summary>
public enum ApicGhcbOutcome
{
    /// <summary>0: the hypervisor did it.</summary>
    Success = 0,

    /// <summary>1: the guest has to raise the exception that exit information 2 describes.</summary>
    Exception = 1,

    /// <summary>2: the input was malformed; exit information 2 says how.</summary>
    Malformed = 2,
}
