using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Emulation;

namespace ApicShell.Commands;

/// <summary>Receive-ApicInterrupt: vCPUs take what waits for them.</summary>
[Cmdlet(VerbsCommunications.Receive, "ApicInterrupt", DefaultParameterSetName = CountSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicInterrupt))]
public sealed class ReceiveApicInterruptCommand : VcpuCommand
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

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
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
        lock (vcpu.Machine.Gate)
        {
            return vcpu.Machine.Core.Dispatchable(vcpu.Index);
        }
    }

    private ApicInterrupt? Take(ApicVcpu vcpu)
    {
        TakenInterrupt taken;
        LocalApicState before, after;
        lock (vcpu.Machine.Gate)
        {
            Machine machine = vcpu.Machine.Core;
            before = machine.StateOf(vcpu.Index, AccessOrigin.Guest);
            taken = Spuriously ? machine.Acknowledge(vcpu.Index, spuriously: true) : machine.Take(vcpu.Index);
            after = machine.StateOf(vcpu.Index, AccessOrigin.Guest);
        }

        if (taken.Kind == TakenKind.None)
        {
            return null;
        }

        bool completed = Complete && taken.Kind == TakenKind.Fixed && Execute(vcpu, EoiWrite.Of(vcpu)).Succeeded;
        return new(vcpu, taken, before, after, completed);
    }

    private void WarnOfHold(ApicVcpu vcpu)
    {
        var pending = new ApicPendingInterrupt(vcpu);
        if (pending.HeldBackBy == ApicHold.InterruptsOff)
        {
            WriteWarning($"vCPU {vcpu} has {ViewText.Next(pending)} waiting and interrupts off. Set-ApicVcpu -InterruptsEnabled $true lets it take them.");
        }
        else if (pending.HeldBackBy == ApicHold.WaitsForStartup)
        {
            WriteWarning($"vCPU {vcpu} has {ViewText.Next(pending)} waiting, and waits itself for a start-up IPI after INIT. Send-ApicInterrupt -Startup sends one.");
        }
    }
}
