namespace ApicShell.Architecture;

/// <summary>Whose local APIC is emulated.</summary>
public enum ApicModel
{
    /// <summary>Linux KVM's in-kernel APIC, as recorded on a real KVM.</summary>
    Kvm,

    /// <summary>AMD's local APIC, by the Architecture Programmer's Manual (APM), volume 2, chapter 16.</summary>
    Amd,

    /// <summary>Intel's local APIC, by the Software Developer's Manual (SDM), volume 3.</summary>
    Intel,
}
