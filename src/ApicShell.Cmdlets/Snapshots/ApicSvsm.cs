using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>The APIC that the SVSM emulates for a vCPU, and what is one for all vCPUs of the machine: a snapshot.</summary>
public sealed class ApicSvsm
{
    internal ApicSvsm(ApicVcpu vcpu, SnpPlatform platform)
    {
        SvsmApicState apic = platform.SvsmOf(vcpu.Index);
        Vmsa vmsa = platform.VmsaOf(vcpu.Index);
        Vcpu = vcpu;
        Emulated = platform.IsEmulated(vcpu.Index);
        AlternateInjection = platform.IsAlternateInjectionEnabled(vcpu.Index);
        Registrations = platform.Registrations;
        TaskPriority = (byte?)Peek(platform, ApicRegister.Tpr);
        ProcessorPriority = (byte?)platform.ProcessorPriorityOf(vcpu.Index);
        Ldr = (uint?)Peek(platform, ApicRegister.Ldr);
        Icr = Peek(platform, ApicRegister.Icr);
        Requested = new(apic.Irr);
        InService = new byte[apic.ServiceCount];
        for (int i = 0; i < InService.Length; i++)
        {
            InService[i] = apic.Service(InService.Length - 1 - i);
        }

        LevelTriggered = new(apic.Tmr);
        HostLevelTriggered = new(apic.HostTmr);
        Allowed = new(apic.Allowed);
        Posted = new(apic.Posted);
        PostedNmi = apic.PostedNmi != 0;
        PendingNmi = apic.Nmi != 0;
        Presentation = apic.Presented;
        PresentedVector = Presentation switch
        {
            Presentation.Injected when vmsa.EventInjection.IsExternal => vmsa.EventInjection.Vector,
            Presentation.Queued when vmsa.InterruptControl.HasRequest => vmsa.InterruptControl.Vector,
            _ => null,
        };
        LazyEoi = apic.LazyEoi != 0;
        NoEoiRequired = platform.CallingAreaOf(vcpu.Index).NoEoiRequired != 0;
        InjectionVector = platform.InjectionVectorOf(vcpu.Index) is > 0 and var vector ? vector : null;
        Timer = platform.Options.Timer;
        Behavior = platform.Options.Behavior;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Whether the SVSM serves the APIC calls of this vCPU.</summary>
    public bool Emulated { get; }

    /// <summary>Whether the VMSA has Alternate Injection on.</summary>
    public bool AlternateInjection { get; }

    /// <summary>How often the APIC protocol is registered: one count for all vCPUs of the machine.</summary>
    public uint Registrations { get; }

    /// <summary>TPR, which is in the VMSA; null while the SVSM emulates no APIC.</summary>
    public byte? TaskPriority { get; }

    /// <summary>PPR; null while the SVSM emulates no APIC.</summary>
    public byte? ProcessorPriority { get; }

    /// <summary>LDR; null while the SVSM emulates no APIC.</summary>
    public uint? Ldr { get; }

    /// <summary>The last ICR that was accepted; null while the SVSM emulates no APIC.</summary>
    public ulong? Icr { get; }

    /// <summary>Vectors that are requested: IRR.</summary>
    public ApicVectorSet Requested { get; }

    /// <summary>The same as text: <c>0x30-0x33, 0x41</c>.</summary>
    public string RequestedRanges => Requested.Ranges;

    /// <summary>Vectors in service: the stack that is ISR, the newest first.</summary>
    public byte[] InService { get; }

    /// <summary>Level-triggered vectors: TMR.</summary>
    public ApicVectorSet LevelTriggered { get; }

    /// <summary>The same as text.</summary>
    public string LevelTriggeredRanges => LevelTriggered.Ranges;

    /// <summary>Level-triggered vectors whose EOI the host waits for.</summary>
    public ApicVectorSet HostLevelTriggered { get; }

    /// <summary>The same as text.</summary>
    public string HostLevelTriggeredRanges => HostLevelTriggered.Ranges;

    /// <summary>Vectors that the host may send, as the guest has configured.</summary>
    public ApicVectorSet Allowed { get; }

    /// <summary>The same as text.</summary>
    public string AllowedRanges => Allowed.Ranges;

    /// <summary>Vectors that other vCPUs have posted, and that were not taken in yet.</summary>
    public ApicVectorSet Posted { get; }

    /// <summary>The same as text.</summary>
    public string PostedRanges => Posted.Ranges;

    /// <summary>Whether another vCPU has posted an NMI that was not taken in yet.</summary>
    public bool PostedNmi { get; }

    /// <summary>Whether an NMI waits.</summary>
    public bool PendingNmi { get; }

    /// <summary>Where the SVSM put the newest vector in service for the guest: EVENT_INJ, V_INTR, or nowhere.</summary>
    public Presentation Presentation { get; }

    /// <summary>The vector that waits there; null where none does, or the guest has taken it.</summary>
    public byte? PresentedVector { get; }

    /// <summary>Whether the SVSM takes a cleared no_eoi_required for an EOI.</summary>
    public bool LazyEoi { get; }

    /// <summary>Byte 2 of the calling area: the guest may leave out its next EOI by clearing it.</summary>
    public bool NoEoiRequired { get; }

    /// <summary>The vector by which the hypervisor notifies the SVSM; null for none.</summary>
    public byte? InjectionVector { get; }

    /// <summary>Who has the guest's timer; one for all vCPUs of the machine.</summary>
    public SvsmTimer Timer { get; }

    /// <summary>What the SVSM does otherwise than the protocol means; one for all vCPUs of the machine.</summary>
    public SvsmBehavior Behavior { get; }

    private ulong? Peek(SnpPlatform platform, ApicRegister register) => platform.PeekSvsm(Vcpu.Index, register);
}
