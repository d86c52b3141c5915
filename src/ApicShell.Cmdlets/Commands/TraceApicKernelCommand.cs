using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>Trace-ApicKernel: the trace events of the kernel's KVM while a script runs.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "ApicKernel")]
[OutputType(typeof(ApicKernelEvent))]
public sealed class TraceApicKernelCommand : ApicCommand
{
    /// <summary>What is done, with the machine as <c>$_</c> and as the current one.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = ScriptBlock.Create("");

    /// <summary>The machine; without it the current one.</summary>
    [Parameter(ValueFromPipeline = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNull]
    public ApicMachine? Machine { get; set; }

    /// <summary>Names of trace events, with wildcards; without it those that tell of interrupts and registers.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Event { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        ApicMachine machine = Machine ?? CurrentMachine;
        if (machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(machine);
        }

        if (machine.Backend != ApicBackend.Kvm)
        {
            throw ApicErrors.NotOnKernel(machine);
        }

        IReadOnlyList<ApicKernelEvent> events = KvmBackend.Trace(machine, Event is null ? null : WantedOf(Event), () =>
        {
            foreach (ErrorRecord error in QuietScript.Run(InvokeCommand, ScriptBlock, machine))
            {
                WriteError(error);
            }
        });
        WriteObject(events, enumerateCollection: true);
    });

    private static System.Predicate<string> WantedOf(string[] names)
    {
        List<WildcardPattern> patterns = [];
        foreach (string name in names)
        {
            patterns.Add(Wildcards.Pattern(name));
        }

        return name => patterns.Exists(pattern => pattern.IsMatch(name));
    }
}
