using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Step-ApicClock: lets time pass in machines.</summary>
[Cmdlet(VerbsCommon.Step, "ApicClock", DefaultParameterSetName = TimeSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicClockStep))]
public sealed class StepApicClockCommand : MachineCommand
{
    private const string TimeSet = "Nanoseconds";
    private const string TimerSet = "ToNextTimer";

    /// <summary>How long.</summary>
    [Parameter(ParameterSetName = TimeSet, Position = 0, Mandatory = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long Nanoseconds { get; set; }

    /// <summary>To the end of the timer that ends next.</summary>
    [Parameter(ParameterSetName = TimerSet, Mandatory = true)]
    public SwitchParameter ToNextTimer { get; set; }

    /// <summary>The machines, by name or through the pipeline: the first place is the time's.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNullOrEmpty]
    public override ApicMachine[]? Machine { get => base.Machine; set => base.Machine = value; }

    /// <inheritdoc/>
    protected override void Process(ApicMachine machine)
    {
        ulong time = Length(machine);
        if (ShouldProcess($"machine {machine.Name}", $"Step clock by {time} ns"))
        {
            WriteObject(machine.Step(time, StopToken));
        }
    }

    private ulong Length(ApicMachine machine)
    {
        using (machine.Take())
        {
            IMachine core = machine.Core;
            ulong length = ParameterSetName == TimeSet ? (ulong)Nanoseconds
                : (core.NextTimer ?? throw ApicErrors.NoTimer(machine)) - core.Clock;
            return length <= Emulation.Machine.MaxClock - core.Clock ? length : throw ApicErrors.ClockOverflow(machine, length);
        }
    }
}
