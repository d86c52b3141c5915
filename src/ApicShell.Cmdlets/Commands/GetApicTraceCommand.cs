using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Get-ApicTrace: what machines did, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "ApicTrace")]
[OutputType(typeof(ApicTraceEvent))]
public sealed class GetApicTraceCommand : MachineCommand
{
    /// <summary>Only the newest events, this many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void Process(ApicMachine machine)
    {
        ApicTraceEvent[] events;
        long lost;
        lock (machine.Gate)
        {
            events = ApicTraceEvent.Of(machine, Last);
            lost = machine.Log.Trace.Lost;
        }

        if (lost > 0)
        {
            WriteVerbose($"Machine {machine.Name}: {lost} older events made room for newer ones.");
        }

        WriteObject(events, enumerateCollection: true);
    }
}
