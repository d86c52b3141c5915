using System.Management.Automation;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Receive-ApicInterrupt: vCPUs take what waits for them.</summary>
[Cmdlet(VerbsCommunications.Receive, "ApicInterrupt", DefaultParameterSetName = CountSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicInterrupt))]
public sealed class ReceiveApicInterruptCommand : EoiCommand
{
    private const string CountSet = "Count";
    private const string AllSet = "All";

    /// <summary>How many at the most.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>As many as may be taken.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>Write EOI after each fixed one.</summary>
    [Parameter]
    public SwitchParameter Complete { get; set; }

    /// <summary>An acknowledge cycle, whatever the interrupt flag says.</summary>
    [Parameter]
    public SwitchParameter Spuriously { get; set; }

    /// <summary>An intercept hits while the guest takes it.</summary>
    [Parameter]
    public SwitchParameter Intercepted { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        CheckIntercepted(vcpu);
        if (!ShouldProcess($"vCPU {vcpu}", $"Take {(All ? "all interrupts" : Count == 1 ? "the next interrupt" : $"up to {Count} interrupts")}"))
        {
            return;
        }

        bool[] taken = new bool[256];
        int count = 0;
        for (; (All || count < Count) && !Stopping; count++)
        {
            if (All && Next(vcpu) is >= 0 and var next && taken[next])
            {
                WriteWarning($"Vector 0x{next:X2} asks again on vCPU {vcpu} as soon as it ends: its pin is asserted. -All takes each vector once.");
                return;
            }

            if (Take(vcpu) is not { } interrupt)
            {
                break;
            }

            taken[interrupt.Vector ?? 0] |= interrupt.Kind == TakenKind.Fixed;
            WriteObject(interrupt);
            if (All && interrupt.Kind == TakenKind.Spurious)
            {
                return;
            }
        }

        if (count == 0 && !Spuriously)
        {
            WarnOfHold(vcpu);
        }
    }

    private static int Next(ApicVcpu vcpu)
    {
        using (vcpu.Machine.Take())
        {
            return vcpu.Machine.Core.Dispatchable(vcpu.Index);
        }
    }

    private ApicInterrupt? Take(ApicVcpu vcpu)
    {
        TakenInterrupt taken;
        DeliveringApic before, after;
        using (vcpu.Machine.Take())
        {
            before = new(vcpu);
            taken = TakeAsAsked(vcpu);
            after = new(vcpu);
        }

        if (taken.Kind == TakenKind.None)
        {
            return null;
        }

        EoiEnding ending = Complete && taken.Kind == TakenKind.Fixed ? End(vcpu) : EoiEnding.None;
        return new(vcpu, taken, before, after, ending, Intercepted);
    }

    private TakenInterrupt TakeAsAsked(ApicVcpu vcpu)
    {
        IMachine machine = vcpu.Machine.Core;
        if (!Intercepted)
        {
            return Spuriously ? machine.Acknowledge(vcpu.Index, spuriously: true) : machine.Take(vcpu.Index);
        }

        EventInjection taking = machine.InterceptTake(vcpu.Index);
        return taking switch
        {
            { IsValid: false } => default,
            { Type: InjectedEventType.External } => new(TakenKind.Fixed, taking.Vector),
            { Type: InjectedEventType.Nmi } => new(TakenKind.Nmi, taking.Vector),
            _ => new(TakenKind.Exception, taking.Vector),
        };
    }

    private void CheckIntercepted(ApicVcpu vcpu)
    {
        if (Intercepted && (Complete || All || Spuriously || Count != 1))
        {
            throw ApicErrors.OptionsConflict("-Intercepted stands alone: what an intercept hits is given again, and not taken yet.");
        }

        if (Intercepted && !PlatformOf(vcpu).IsAlternateInjectionEnabled(vcpu.Index))
        {
            throw ApicErrors.AlternateInjectionOff(vcpu);
        }
    }

    private void WarnOfHold(ApicVcpu vcpu)
    {
        var pending = new ApicPendingInterrupt(vcpu);
        string? why = pending.HeldBackBy switch
        {
            ApicHold.InterruptsOff => " and interrupts off. Set-ApicVcpu -InterruptsEnabled $true lets it take them.",
            ApicHold.WaitsForStartup => ", and waits itself for a start-up IPI after INIT. Send-ApicInterrupt -Startup sends one.",
            ApicHold.InterruptShadow => ", and an instruction shadows interrupts. The guest's next access, or Set-ApicVcpu -InterruptShadow $false, ends that.",
            ApicHold.SvsmNotNotified => ", where its SVSM has not looked: nothing told it to. The guest's next access of its APIC, or Set-ApicVcpu -Vmpl 0 and then -Vmpl 2, makes it look.",
            ApicHold.NoDoorbell => ", and its guest has no doorbell page where the hypervisor could tell of it.",
            ApicHold.ApicOff when pending.HeldTimer == pending.Next => " of its timer, while its APIC is off. Set-ApicBase -Mode XApic lets it through.",
            ApicHold.TimerMasked => " of its timer, whose LVT entry is masked. A write of the entry without bit 16 lets it through.",
            ApicHold.SoftwareOff => " of its timer, while its APIC is off by software. A write of SVR with bit 8, and of the timer's entry without bit 16, lets it through.",
            ApicHold.Paused => " of its timer, while the host does not let it run. Set-ApicVcpu -Paused $false does.",
            ApicHold.GuestTerminated => ", and its guest has ended itself. Reset-ApicVcpu makes a new start.",
            _ => null,
        };
        if (why is not null)
        {
            WriteWarning($"vCPU {vcpu} has {ViewText.Next(pending)} waiting{why}");
        }
    }
}
