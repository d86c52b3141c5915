namespace ApicShell.Architecture;

/// <summary>Who issues an access.</summary>
public enum AccessOrigin : byte
{
    /// <summary>The guest, by an instruction.</summary>
    Guest,

    /// <summary>The SVSM at VMPL0, by a GHCB exit. Only on platform SEV-SNP.</summary>
    Svsm,

    /// <summary>The host, through its own API (KVM_SET_MSRS and the like). Faults become refusals.</summary>
    Host,
}
