using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>
/// The fields of a guest's VMSA through which VMPL0 gives it interrupts: plain data. RFLAGS.IF, which belongs to them, is
/// <see cref="Emulation.VcpuState.InterruptFlag"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vmsa
{
    /// <summary>Where SEV_FEATURES is in a VMSA (openvmm snp.rs).</summary>
    public const int FeaturesOffset = 0x3B0;

    /// <summary>Where VINTR_CTRL is in a VMSA (coconut-svsm cpuarch/vmsa.rs).</summary>
    public const int InterruptControlOffset = 0x3B8;

    /// <summary>MSR SEV_STATUS, which a guest reads without an exit.</summary>
    public const uint SevStatusMsr = 0xC001_0131;

    /// <summary>EVENT_INJ: what the guest takes at its next entry.</summary>
    public EventInjection EventInjection;

    /// <summary>VINTR_CTRL.</summary>
    public VirtualInterruptControl InterruptControl;

    /// <summary>GUEST_EXITINTINFO: what the guest was taking when an intercept hit.</summary>
    public EventInjection ExitInterrupt;

    /// <summary>SEV_FEATURES.</summary>
    public SevFeatures Features;

    /// <summary>MSR SEV_STATUS as the guest reads it: the features two bits up, SEV and SEV-ES below.</summary>
    public readonly ulong SevStatus => ((ulong)Features << 2) | 3;

    /// <summary>Whether events come from here and not from the hypervisor.</summary>
    public readonly bool IsAlternateInjection => (Features & SevFeatures.AlternateInjection) != 0;
}
