using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What an SEV-SNP guest takes next from its SVSM or its doorbell page, and what keeps it from that.</summary>
internal readonly struct SnpNext
{
    private const byte NmiVector = 2;

    private SnpNext(TakenKind kind, byte? vector, ApicHold hold, byte pendingNmi) => (Kind, Vector, Hold, PendingNmi) = (kind, vector, hold, pendingNmi);

    /// <summary>What it is.</summary>
    public TakenKind Kind { get; }

    /// <summary>Its vector; null for none.</summary>
    public byte? Vector { get; }

    /// <summary>What holds it back.</summary>
    public ApicHold Hold { get; }

    /// <summary>NMIs that wait.</summary>
    public byte PendingNmi { get; }

    public static SnpNext Of(ApicPendingInterrupt pending, SnpPlatform platform, int vcpu)
    {
        SnpNext next = platform.Injection == SnpInjection.Restricted ? OfPage(pending, platform, vcpu) : OfSvsm(pending, platform, vcpu);
        ApicHold hold = next.Kind == TakenKind.None ? ApicHold.Nothing
            : platform.IsTerminated ? ApicHold.GuestTerminated
            : pending.RunState == RunState.WaitForStartup ? ApicHold.WaitsForStartup
            : next.Hold;
        return new(next.Kind, next.Vector, hold, next.PendingNmi);
    }

    /// <summary>EVENT_INJ comes first, then V_INTR; what is in neither waits for the SVSM to look, or behind what is in service.</summary>
    private static SnpNext OfSvsm(ApicPendingInterrupt pending, SnpPlatform platform, int vcpu)
    {
        Vmsa vmsa = platform.VmsaOf(vcpu);
        SvsmApicState apic = platform.SvsmOf(vcpu);
        EventInjection injected = vmsa.EventInjection;
        bool nmiInjected = injected is { IsValid: true, Type: InjectedEventType.Nmi };
        byte nmis = (byte)((nmiInjected ? 1 : 0) + apic.Nmi + apic.PostedNmi);
        if (injected.IsValid)
        {
            TakenKind kind = nmiInjected ? TakenKind.Nmi : injected.IsExternal ? TakenKind.Fixed : TakenKind.Exception;
            return new(kind, injected.Vector, ApicHold.Nothing, nmis);
        }

        if (nmis != 0)
        {
            return new(TakenKind.Nmi, NmiVector, HoldAtEntry(platform, vcpu), nmis);
        }

        VirtualInterruptControl control = vmsa.InterruptControl;
        if (control.HasRequest)
        {
            return new(TakenKind.Fixed, control.Vector, HoldOf(pending, control, control.Vector), 0);
        }

        int requested = pending.Requested.Highest ?? -1;
        int posted = pending.Waiting.Highest ?? -1;
        int vector = requested > posted ? requested : posted;
        return vector < 0 ? default
            : platform.IsWholeOff(vcpu) ? new(TakenKind.Fixed, (byte)vector, ApicHold.ApicOff, 0)
            : vector >> 4 <= pending.ProcessorPriority >> 4 ? new(TakenKind.Fixed, (byte)vector, ApicHold.Priority, 0)
            : new(TakenKind.Fixed, (byte)vector, HoldAtEntry(platform, vcpu) is var hold && hold != ApicHold.Nothing ? hold : HoldOf(pending, control, (byte)vector), 0);
    }

    /// <summary>The guest's #HV handler takes what its page holds; while interrupts are off the vector stays there.</summary>
    private static SnpNext OfPage(ApicPendingInterrupt pending, SnpPlatform platform, int vcpu)
    {
        HvDoorbell page = platform.DoorbellOf(vcpu);
        byte nmis = (byte)(pending.PendingNmi + (page.Flags & HvDoorbell.NmiBit));
        ApicHold lacks = platform.DoorbellAddressOf(vcpu) is null ? ApicHold.NoDoorbell : ApicHold.Nothing;
        ApicHold off = lacks != ApicHold.Nothing ? lacks : pending.InterruptsEnabled ? ApicHold.Nothing : ApicHold.InterruptsOff;
        return nmis != 0 ? new(TakenKind.Nmi, NmiVector, lacks, nmis)
            : page.Vector != 0 ? new(TakenKind.Fixed, page.Vector, off, 0)
            : pending.Requested.Highest is not { } vector ? default
            : new(TakenKind.Fixed, vector, lacks != ApicHold.Nothing ? lacks : ApicHold.Priority, 0);
    }

    /// <summary>A vCPU at VMPL0 is entered as soon as it goes on; one that runs has to be told.</summary>
    private static ApicHold HoldAtEntry(SnpPlatform platform, int vcpu) => platform.IsInSvsm(vcpu) ? ApicHold.Nothing : ApicHold.SvsmNotNotified;

    private static ApicHold HoldOf(ApicPendingInterrupt pending, VirtualInterruptControl control, byte vector) =>
        vector >> 4 <= control.TaskPriority ? ApicHold.Priority
        : control.InterruptShadow ? ApicHold.InterruptShadow
        : pending.InterruptsEnabled ? ApicHold.Nothing
        : ApicHold.InterruptsOff;
}
