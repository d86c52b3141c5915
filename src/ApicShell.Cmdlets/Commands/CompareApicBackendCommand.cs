using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>Compare-ApicBackend: runs a script on several machines, and gives what ended differently.</summary>
[Cmdlet(VerbsData.Compare, "ApicBackend", DefaultParameterSetName = BackendSet)]
[OutputType(typeof(ApicBackendComparison))]
public sealed class CompareApicBackendCommand : ApicCommand
{
    private const string BackendSet = "Backend";
    private const string MachineSet = "Machine";

    /// <summary>What is done, with the machine as <c>$_</c> and as the current one.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = ScriptBlock.Create("");

    /// <summary>What the machines run on, which are made for it and removed.</summary>
    [Parameter(ParameterSetName = BackendSet)]
    [ValidateCount(2, int.MaxValue)]
    [FlatArgument]
    public ApicBackend[] Backend { get; set; } = [ApicBackend.Emulator, ApicBackend.Kvm];

    /// <summary>How many vCPUs they have.</summary>
    [Parameter(ParameterSetName = BackendSet)]
    [ValidateRange(1, int.MaxValue)]
    public int VcpuCount { get; set; } = 1;

    /// <summary>Machines that are there; they stay as the script leaves them.</summary>
    [Parameter(ParameterSetName = MachineSet, Mandatory = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateCount(2, int.MaxValue)]
    public ApicMachine[] Machine { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        if (ParameterSetName == MachineSet)
        {
            Compare(Machine);
            return;
        }

        List<ApicMachine> made = [];
        try
        {
            foreach (ApicBackend backend in Backend)
            {
                made.Add(MachineFactory.CreateAlone(NameOf(backend, made), backend, VcpuCount));
            }

            Compare(made);
        }
        finally
        {
            made.ForEach(machine => machine.Remove());
        }
    });

    /// <summary>Two of one backend are told apart by a number.</summary>
    private static string NameOf(ApicBackend backend, List<ApicMachine> made)
    {
        int same = made.Count(machine => machine.Backend == backend);
        return same == 0 ? $"{backend}" : $"{backend}{same + 1}";
    }

    private void Compare(IReadOnlyList<ApicMachine> machines)
    {
        if (machines.FirstOrDefault(machine => machine.IsRemoved) is { } removed)
        {
            throw ApicErrors.MachineRemoved(removed);
        }

        var script = new ComparedScript();
        for (int i = 0; i < machines.Count && !Stopping; i++)
        {
            ApicMachine machine = machines[i];
            script.Run(machine, () =>
            {
                foreach (ErrorRecord error in QuietScript.Run(InvokeCommand, ScriptBlock, machine))
                {
                    WriteError(error);
                }
            });
        }

        if (!Stopping)
        {
            WriteObject(script.Result());
        }
    }
}
