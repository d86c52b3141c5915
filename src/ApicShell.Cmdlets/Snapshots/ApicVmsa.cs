using ApicShell.Confidential;

namespace ApicShell;

/// <summary>The fields of a vCPU's VMSA through which its guest gets interrupts, named as the manual names them: a snapshot.</summary>
public sealed class ApicVmsa
{
    internal ApicVmsa(ApicVcpu vcpu, SnpPlatform platform)
    {
        Vmsa vmsa = platform.VmsaOf(vcpu.Index);
        Vcpu = vcpu;
        Vmpl = platform.IsInSvsm(vcpu.Index) ? (byte)0 : platform.GuestVmpl;
        EventInj = vmsa.EventInjection;
        VintrCtrl = vmsa.InterruptControl;
        GuestExitIntInfo = vmsa.ExitInterrupt;
        SevFeatures = vmsa.Features;
        SevStatus = vmsa.SevStatus;
        InterruptsEnabled = vcpu.Machine.Core.VcpuStateOf(vcpu.Index).InterruptFlag != 0;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The VMPL that the vCPU is at now.</summary>
    public byte Vmpl { get; }

    /// <summary>EVENT_INJ: what the guest takes at its next entry.</summary>
    public EventInjection EventInj { get; }

    /// <summary>EVENT_INJ: the number and what it means.</summary>
    public string EventInjText => SnpViewText.Event(EventInj);

    /// <summary>VINTR_CTRL: the task priority, and what waits for it.</summary>
    public VirtualInterruptControl VintrCtrl { get; }

    /// <summary>VINTR_CTRL: the number, and what of it is not 0.</summary>
    public string VintrCtrlText => SnpViewText.Control(VintrCtrl);

    /// <summary>GUEST_EXITINTINFO: what the guest was taking when an intercept hit.</summary>
    public EventInjection GuestExitIntInfo { get; }

    /// <summary>GUEST_EXITINTINFO: the number and what it means.</summary>
    public string GuestExitIntInfoText => SnpViewText.Event(GuestExitIntInfo);

    /// <summary>SEV_FEATURES.</summary>
    public SevFeatures SevFeatures { get; }

    /// <summary>SEV_FEATURES: the number and its names.</summary>
    public string SevFeaturesText => $"{SnpViewText.Hex((ulong)SevFeatures)}: {SevFeatures}";

    /// <summary>MSR SEV_STATUS (0xC0010131) as the guest reads it.</summary>
    public ulong SevStatus { get; }

    /// <summary>RFLAGS.IF.</summary>
    public bool InterruptsEnabled { get; }
}
