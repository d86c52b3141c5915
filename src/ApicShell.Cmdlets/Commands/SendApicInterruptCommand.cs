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
public sealed class SendApicInterruptCommand : DeliveryCommand
{
    private const string MsiSet = "Msi";
    private const string MessageSet = "Message";
    private const string NmiSet = "Nmi";
    private const string PinSet = "Pin";
    private const string LvtSet = "Lvt";
    private const string InitSet = "Init";
    private const string StartupSet = "Startup";

    private const int VectorBits = 8;
    private const int DataBits = 32;
    private const int MsiShift = 20;
    private const uint HighestShortId = 0xFF;

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

                    SendMessages(machine);
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

    private void SendMessages(ApicMachine machine)
    {
        if (ParameterSetName == MsiSet)
        {
            // KVM looks at the fields alone; on a machine, a write to any other address is a write of memory. With 32-bit IDs the
            // destination's bits 31:8 are bits 63:40.
            ulong address = Address.ToUInt64();
            if ((uint)address >> MsiShift != InterruptMessage.MsiBase >> MsiShift || ((address >> 32) & (HasLongIds(machine) ? 0xFFu : uint.MaxValue)) != 0)
            {
                throw ApicErrors.MsiAddressInvalid(address);
            }

            foreach (NumberArgument data in Data)
            {
                SendMsi(machine, address, (uint)data.ToUInt64(DataBits));
            }

            return;
        }

        foreach (byte vector in VectorsOf(Vector, Mode))
        {
            foreach (NumberArgument destination in Destination)
            {
                if (Stopping)
                {
                    return;
                }

                SendMessage(machine, new(
                    destination.ToUInt32(), vector, Mode, isLogical: Logical, isLevel: Level, redirectionHint: RedirectionHint));
            }
        }
    }

    private static bool HasLongIds(ApicMachine machine) => (machine.Core.Traits.Quirks & KvmQuirks.X2Apic32BitIds) != 0;

    private void SendMsi(ApicMachine machine, ulong address, uint data)
    {
        if (!ShouldProcess($"machine {machine}", $"MSI 0x{address:X8} = 0x{data:X}"))
        {
            return;
        }

        var message = InterruptMessage.OfMsi(address, data, HasLongIds(machine));
        Recorder.Expect(message.Vector, message.Mode);
        Recorded(machine, core => core.SendMsi(address, data));
        Write(machine, message);
    }

    private void SendMessage(ApicMachine machine, InterruptMessage message)
    {
        if (ShouldProcess($"machine {machine}", $"Message {Name(message.Mode, message.Vector)} to {Words(message)}"))
        {
            Recorder.Expect(message.Vector, message.Mode);
            Recorded(machine, core => core.Send(message));
            Write(machine, message);
        }
    }

    private void Write(ApicMachine machine, in InterruptMessage message)
    {
        // As an IPI's rule: who accepted it is said by the targets.
        bool any = false;
        foreach (InterruptEvent target in Recorder.Targets)
        {
            any |= target.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged;
        }

        WriteObject(new ApicDelivery(
            machine, null, message.Vector, message.Mode, Words(message), any ? RuleId.IpiAccepted : RuleId.IpiNotAccepted, Recorder.Targets));
    }

    private static string Words(in InterruptMessage message) =>
        IpiDestination.Describe(message.Destination, message.IsLogical, message.Destination > HighestShortId);

    private void Post(ApicVcpu vcpu)
    {
        ApicMachine machine = vcpu.Machine;
        switch (ParameterSetName)
        {
            case NmiSet when Approved(vcpu, "NMI"):
                RuleId nmi = Recorded(machine, core => core.PostNmi(vcpu.Index));
                Write(vcpu, 0, DeliveryMode.Nmi, $"{vcpu}", nmi, KindOf(nmi));
                break;
            case InitSet when Approved(vcpu, "INIT"):
                Recorded(machine, core =>
                {
                    core.Initialize(vcpu.Index);
                    return 0;
                });
                Write(vcpu, 0, DeliveryMode.Init, $"{vcpu}", RuleId.InterruptAccepted, InterruptEventKind.Accepted);
                break;
            case StartupSet:
                foreach (byte page in VectorsOf(Vector, DeliveryMode.Startup))
                {
                    SendStartup(vcpu, page);
                }

                break;
            case PinSet:
                SetPin(vcpu, (byte)ExtIntVector.ToUInt64(VectorBits));
                break;
            case LvtSet:
                Raise(vcpu, (ApicRegister)Enum.Parse(typeof(ApicRegister), LvtEntry, ignoreCase: true));
                break;
        }
    }

    private static InterruptEventKind KindOf(RuleId nmi) => nmi switch
    {
        RuleId.NmiLimit => InterruptEventKind.Merged,
        RuleId.HostNmiUnread => InterruptEventKind.Posted,
        _ => InterruptEventKind.Accepted,
    };

    private void SendStartup(ApicVcpu vcpu, byte page)
    {
        if (Approved(vcpu, $"Start-up 0x{page:X2}"))
        {
            bool started = Recorded(vcpu.Machine, core => core.Start(vcpu.Index, page));
            RuleId rule = started ? RuleId.InterruptAccepted : RuleId.StartupIgnored;
            Write(vcpu, page, DeliveryMode.Startup, $"{vcpu}", rule, started ? InterruptEventKind.Accepted : InterruptEventKind.Refused);
        }
    }

    private void SetPin(ApicVcpu vcpu, byte extIntVector)
    {
        string words = $"{vcpu} LINT{Pin} {(Asserted ? "up" : "down")}";
        if (!Approved(vcpu, $"LINT{Pin} {(Asserted ? "up" : "down")}"))
        {
            return;
        }

        uint entry = EntryOf(vcpu, ApicRegister.LvtLint0 + (byte)Pin);
        Recorder.Expect((byte)entry, ModeOf(entry));
        RuleId rule = Recorded(vcpu.Machine, core => core.SetPin(vcpu.Index, Pin, Asserted, extIntVector));
        bool extInt = ModeOf(entry) == DeliveryMode.ExtInt;
        // A request of the legacy interrupt controller goes past the APIC, which says nothing of it.
        Write(vcpu, extInt ? extIntVector : (byte)entry, ModeOf(entry), words, rule, extInt && rule == RuleId.LvtDelivered ? InterruptEventKind.Accepted : null);
    }

    private void Raise(ApicVcpu vcpu, ApicRegister entry)
    {
        if (RegisterCatalogue.Find(entry)!.XApicAccess(vcpu.Machine.Model) == RegisterAccess.None)
        {
            throw ApicErrors.RegisterNotInModel(vcpu.Machine, entry);
        }

        if (Approved(vcpu, $"Interrupt of {entry}"))
        {
            uint value = EntryOf(vcpu, entry);
            Recorder.Expect((byte)value, ModeOf(value));
            RuleId rule = Recorded(vcpu.Machine, core => core.RaiseLvt(vcpu.Index, entry));
            Write(vcpu, (byte)value, ModeOf(value), $"{vcpu} {entry}", rule, null);
        }
    }

    private static uint EntryOf(ApicVcpu vcpu, ApicRegister entry)
    {
        lock (vcpu.Machine.Gate)
        {
            return (uint)vcpu.Machine.Core.Peek(vcpu.Index, entry);
        }
    }

    private static DeliveryMode ModeOf(uint entry) => (DeliveryMode)((entry >> 8) & 7);

    private bool Approved(ApicVcpu vcpu, string action) => ShouldProcess($"vCPU {vcpu}", action);

    private void Write(ApicVcpu vcpu, byte vector, DeliveryMode mode, string words, RuleId rule, InterruptEventKind? told) =>
        WriteObject(new ApicDelivery(
            vcpu.Machine, null, vector, mode, words, rule, told is { } kind ? [new(kind, vcpu.Index, vector, mode, rule)] : Recorder.Targets));

    private T Recorded<T>(ApicMachine machine, Func<Machine, T> send)
    {
        lock (machine.Gate)
        {
            machine.Log.Recorder = Recorder;
            try
            {
                return send(machine.Core);
            }
            finally
            {
                machine.Log.Recorder = null;
            }
        }
    }
}
