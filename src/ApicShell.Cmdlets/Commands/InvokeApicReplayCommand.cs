using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicReplay: repeats recorded accesses on a vCPU.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicReplay", SupportsShouldProcess = true)]
[OutputType(typeof(ApicReplayStep))]
public sealed class InvokeApicReplayCommand : ApicCommand
{
    private readonly ThreadWatch _threads = new();
    private ApicVcpu? _vcpu;
    private Replay? _replay;
    private int _number;

    /// <summary>What Import-ApicTrace gives.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public TraceRecord[] InputObject { get; set; } = [];

    /// <summary>The vCPU; without one, vCPU 0 of the newest machine.</summary>
    [Parameter]
    [ValidateNotNull]
    public ApicVcpu? Vcpu { get; set; }

    /// <summary>Who repeats the accesses.</summary>
    [Parameter]
    [FlatArgument]
    public ReplayGuest Guest { get; set; } = ReplayGuest.Recorded;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _vcpu = Vcpu ?? CurrentMachine.Vcpu[0];
            CheckPresent(_vcpu);
        }
        catch (ApicException error)
        {
            ThrowTerminatingError(error.ToErrorRecord());
        }

        if (ShouldProcess($"vCPU {_vcpu}", $"Replay as {Guest}"))
        {
            _replay = new Replay(_vcpu!.Machine.Core, _vcpu.Index, Guest);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (TraceRecord record in InputObject)
        {
            if (Stopping || _replay is null)
            {
                return;
            }

            if (_threads.Second(record) is { } pair)
            {
                WriteWarning(ThreadWatch.Merged(pair));
            }

            ReplayStep? step;
            using (_vcpu!.Machine.Take())
            {
                step = _replay.Next(record);
            }

            if (step is { } repeated)
            {
                WriteObject(new ApicReplayStep(_vcpu, ++_number, repeated));
            }
        }
    }
}
