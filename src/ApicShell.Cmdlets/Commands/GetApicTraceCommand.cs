using System;
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
            var ring = machine.Log.Trace;
            ApicVcpu[] vcpus = machine.Vcpu;
            int count = Math.Min(Last, ring.Count);
            lost = ring.Lost;
            events = new ApicTraceEvent[count];
            for (int i = 0; i < count; i++)
            {
                var entry = ring[ring.Count - count + i];
                events[i] = new ApicTraceEvent(machine, entry.Vcpu < 0 ? null : vcpus[entry.Vcpu], entry);
            }
        }

        if (lost > 0)
        {
            WriteVerbose($"Machine {machine.Name}: {lost} older events made room for newer ones.");
        }

        WriteObject(events, enumerateCollection: true);
    }
}
