using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;

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

    /// <summary>Only events of these kinds.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public ApicTraceEventKind[]? Kind { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicMachine machine)
    {
        IEnumerable<ApicTraceEvent> events = machine.Events(out long lost, Kind is null ? Last : int.MaxValue);
        if (Kind is not null)
        {
            var kinds = new HashSet<ApicTraceEventKind>(Kind);
            events = events.Where(one => kinds.Contains(one.Kind));
        }

        ApicTraceEvent[] wanted = [.. events];
        if (lost > 0)
        {
            WriteVerbose($"Machine {machine.Name}: {lost} older events made room for newer ones.");
        }

        WriteObject(wanted.Skip(Math.Max(0, wanted.Length - Last)), enumerateCollection: true);
    }
}
