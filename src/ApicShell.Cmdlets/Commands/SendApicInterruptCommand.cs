using System;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Send-ApicInterrupt: interrupts that come from outside the guest's vCPUs, or from inside an APIC.</summary>
[Cmdlet(VerbsCommunications.Send, "ApicInterrupt", DefaultParameterSetName = MessageSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicDelivery))]
public sealed partial class SendApicInterruptCommand : DeliveryCommand
{
    private const string MsiSet = "Msi";
    private const string MessageSet = "Message";
    private const string NmiSet = "Nmi";
    private const string PinSet = "Pin";
    private const string LvtSet = "Lvt";
    private const string InitSet = "Init";
    private const string StartupSet = "Startup";

    private const int VectorBits = 8;

    /// <summary>The vCPUs.</summary>
    [Parameter(ParameterSetName = NmiSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = PinSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = LvtSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = InitSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = StartupSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>The machines.</summary>
    [Parameter(ParameterSetName = MsiSet, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = MessageSet, ValueFromPipeline = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNullOrEmpty]
    public ApicMachine[]? Machine { get; set; }

    /// <summary>Where a device writes.</summary>
    [Parameter(ParameterSetName = MsiSet, Mandatory = true)]
    [ValidateNotNull]
    public NumberArgument Address { get; set; } = new(0);

    /// <summary>What it writes there.</summary>
    [Parameter(ParameterSetName = MsiSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[] Data { get; set; } = [];

    /// <summary>APIC IDs, or with -Logical logical destinations.</summary>
    [Parameter(ParameterSetName = MessageSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[] Destination { get; set; } = [];

    /// <summary>The vectors; of a start-up the page.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    [Parameter(ParameterSetName = StartupSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? Vector { get; set; }

    /// <summary>What it is.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    [FlatArgument]
    public DeliveryMode Mode { get; set; } = DeliveryMode.Fixed;

    /// <summary>Whether destinations are logical.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    public SwitchParameter Logical { get; set; }

    /// <summary>Level-triggered.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    public SwitchParameter Level { get; set; }

    /// <summary>To be delivered as lowest priority is.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    public SwitchParameter RedirectionHint { get; set; }

    /// <summary>An NMI.</summary>
    [Parameter(ParameterSetName = NmiSet, Mandatory = true)]
    public SwitchParameter Nmi { get; set; }

    /// <summary>LINT0 or LINT1.</summary>
    [Parameter(ParameterSetName = PinSet, Mandatory = true)]
    [ValidateSet("0", "1")]
    public int Pin { get; set; }

    /// <summary>The pin's new level.</summary>
    [Parameter(ParameterSetName = PinSet, Mandatory = true)]
    public bool Asserted { get; set; }

    /// <summary>The vector that a legacy interrupt controller gives.</summary>
    [Parameter(ParameterSetName = PinSet)]
    [ValidateNotNull]
    public NumberArgument ExtIntVector { get; set; } = new(0);

    /// <summary>An entry of the local vector table.</summary>
    [Parameter(ParameterSetName = LvtSet, Mandatory = true)]
    [ValidateSet(
        nameof(ApicRegister.LvtTimer), nameof(ApicRegister.LvtThermal), nameof(ApicRegister.LvtPerf), nameof(ApicRegister.LvtLint0),
        nameof(ApicRegister.LvtLint1), nameof(ApicRegister.LvtError), nameof(ApicRegister.LvtCmci), nameof(ApicRegister.ExtLvt0),
        nameof(ApicRegister.ExtLvt1), nameof(ApicRegister.ExtLvt2), nameof(ApicRegister.ExtLvt3))]
    public string LvtEntry { get; set; } = "";

    /// <summary>INIT.</summary>
    [Parameter(ParameterSetName = InitSet, Mandatory = true)]
    public SwitchParameter Init { get; set; }

    /// <summary>A start-up IPI.</summary>
    [Parameter(ParameterSetName = StartupSet, Mandatory = true)]
    public SwitchParameter Startup { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        if (ParameterSetName is MsiSet or MessageSet)
        {
            foreach (ApicMachine machine in Machine ?? [CurrentMachine])
            {
                Guard(() =>
                {
                    if (machine.IsRemoved)
                    {
                        throw ApicErrors.MachineRemoved(machine);
                    }

                    if (ParameterSetName == MsiSet)
                    {
                        SendMsis(machine);
                    }
                    else
                    {
                        SendMessages(machine);
                    }
                });
            }

            return;
        }

        foreach (ApicVcpu vcpu in OneOf(Vcpu))
        {
            if (Stopping)
            {
                return;
            }

            Guard(() =>
            {
                CheckPresent(vcpu);
                Post(vcpu);
            });
        }
    });

    private void Post(ApicVcpu vcpu)
    {
        switch (ParameterSetName)
        {
            case NmiSet:
                SendNmi(vcpu);
                break;
            case InitSet:
                SendInit(vcpu);
                break;
            case StartupSet:
                SendStartups(vcpu);
                break;
            case PinSet:
                SetPin(vcpu, (byte)ExtIntVector.ToUInt64(VectorBits));
                break;
            case LvtSet:
                Raise(vcpu, (ApicRegister)Enum.Parse(typeof(ApicRegister), LvtEntry, ignoreCase: true));
                break;
        }
    }

    private bool Approved(ApicVcpu vcpu, string action) => ShouldProcess($"vCPU {vcpu}", action);

    private void Write(ApicVcpu vcpu, byte vector, DeliveryMode mode, string words, RuleId rule, InterruptEventKind? told) =>
        WriteObject(new ApicDelivery(
            vcpu.Machine, null, vector, mode, words, rule, told is { } kind ? [new(kind, vcpu.Index, vector, mode, rule)] : Recorder.Targets));

    private T Recorded<T>(ApicMachine machine, Func<IMachine, T> send)
    {
        using (machine.Take(Recorder))
        {
            return send(machine.Core);
        }
    }
}
