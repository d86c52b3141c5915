using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Emulation;
using ApicShell.Errors;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Compare-ApicTrace: repeats accesses on several machines side by side, and gives those that end differently.</summary>
[Cmdlet(VerbsData.Compare, "ApicTrace", DefaultParameterSetName = ModelSet)]
[OutputType(typeof(ApicTraceDifference))]
public sealed class CompareApicTraceCommand : ApicCommand
{
    private const string ModelSet = "Model";
    private const string MachineSet = "Machine";

    private readonly ThreadWatch _threads = new();
    private TraceComparison? _comparison;
    private ApicMachine? _source;
    private bool _hasRecords;

    /// <summary>What Import-ApicTrace gives.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public TraceRecord[]? InputObject { get; set; }

    /// <summary>What Get-ApicTrace gives.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public ApicTraceEvent[]? TraceEvent { get; set; }

    /// <summary>The models.</summary>
    [Parameter(ParameterSetName = ModelSet)]
    [ValidateCount(2, 3)]
    [FlatArgument]
    public ApicModel[] Model { get; set; } = [ApicModel.Kvm, ApicModel.Amd];

    /// <summary>The mode that RESET leaves on every side.</summary>
    [Parameter(ParameterSetName = ModelSet)]
    [FlatArgument]
    public ApicMode ResetMode { get; set; }

    /// <summary>Machines instead of models; they stay as they are.</summary>
    [Parameter(ParameterSetName = MachineSet, Mandatory = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateCount(2, int.MaxValue)]
    public ApicMachine[] Machine { get; set; } = [];

    /// <summary>Accesses that end alike too.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            foreach (TraceRecord record in InputObject ?? [])
            {
                if (record.Access is { } access && !Stopping)
                {
                    if (_threads.Second(record) is { } pair)
                    {
                        WriteWarning(ThreadWatch.Merged(pair));
                    }

                    Start(null);
                    _hasRecords = true;
                    Next(0, access);
                }
            }

            foreach (ApicTraceEvent item in TraceEvent ?? [])
            {
                Next(item);
            }
        }
        catch (ApicException error)
        {
            ThrowTerminatingError(error.ToErrorRecord());
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)) || MyInvocation.BoundParameters.ContainsKey(nameof(TraceEvent)))
        {
            return;
        }

        try
        {
            foreach (ApicTraceEvent item in CurrentMachine.Events(out _))
            {
                Next(item);
            }
        }
        catch (ApicException error)
        {
            ThrowTerminatingError(error.ToErrorRecord());
        }
    }

    private void Next(ApicTraceEvent item)
    {
        if (item.Access is not { } access || Stopping)
        {
            return;
        }

        Start(item.Machine);
        if (access.Origin != AccessOrigin.Svsm || _comparison!.HasSvsm)
        {
            Next(access.Vcpu.Index, access.Core);
        }
    }

    private void Next(int vcpu, in Access access)
    {
        if (vcpu >= _comparison!.VcpuCount)
        {
            throw ApicErrors.MachinesUnlike($"The trace has accesses of vCPU {vcpu}, and the machines have {_comparison.VcpuCount}, numbered from 0.");
        }

        ApicTraceDifference difference = _comparison.Next(vcpu, access);
        if (All || difference.Same != true)
        {
            WriteObject(difference);
        }
    }

    /// <summary>Makes the sides at the first access, like the machine that the trace is of.</summary>
    private void Start(ApicMachine? source)
    {
        if (_comparison is not null)
        {
            if (source is null ? _source is not null : _hasRecords || source != _source)
            {
                throw ApicErrors.TraceMixed();
            }

            return;
        }

        _source = source;
        _comparison = new(ParameterSetName == MachineSet ? Machine.Select(Copied) : Model.Select(model => (model.ToString(), Made(source, model))));
        CheckAlike();
    }

    private Machine Made(ApicMachine? source, ApicModel model) => MachineFactory.Like(
        source, model, MyInvocation.BoundParameters.ContainsKey(nameof(ResetMode)) ? ResetMode : null);

    private static (string Name, Machine Machine) Copied(ApicMachine machine) => machine.IsRemoved
        ? throw ApicErrors.MachineRemoved(machine)
        : (machine.Name, MachineFactory.Copy(machine));

    private void CheckAlike()
    {
        if (ParameterSetName == MachineSet && Machine.FirstOrDefault(machine => machine.VcpuCount != Machine[0].VcpuCount) is { } other)
        {
            throw ApicErrors.MachinesUnlike(
                $"Machine \"{Machine[0].Name}\" has {Machine[0].VcpuCount} vCPUs, machine \"{other.Name}\" has {other.VcpuCount}: there is nothing to compare vCPU by vCPU.");
        }
    }
}
