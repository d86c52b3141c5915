using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>An SEV-SNP machine as such.</summary>
public static class SnpMachine
{
    /// <summary>The platform of an SEV-SNP machine; null for any other machine. Nobody else looks what kind of platform a machine has.</summary>
    public static SnpPlatform? Snp(this IMachine machine) => (machine as Machine)?.Platform as SnpPlatform;
}
