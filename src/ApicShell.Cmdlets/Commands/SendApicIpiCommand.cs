using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Send-ApicIpi: vCPUs send IPIs by writing their ICR the way their mode wants.</summary>
[Cmdlet(VerbsCommunications.Send, "ApicIpi", DefaultParameterSetName = DestinationSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicDelivery))]
public sealed class SendApicIpiCommand : DeliveryCommand
{
    private const string DestinationSet = "Destination";
    private const string ToSet = "To";
    private const string ShorthandSet = "Shorthand";
    private const string SelfIpiSet = "SelfIpi";

    private const int XApicIdBits = 8;

    /// <summary>The vCPUs that send.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Source")]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>The vectors.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? Vector { get; set; }

    /// <summary>APIC IDs, or with -Logical logical destinations.</summary>
    [Parameter(ParameterSetName = DestinationSet, Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[] Destination { get; set; } = [];

    /// <summary>The vCPUs that are addressed, by the IDs they have now.</summary>
    [Parameter(ParameterSetName = ToSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[] To { get; set; } = [];

    /// <summary>Whom it is for, without a destination.</summary>
    [Parameter(ParameterSetName = ShorthandSet, Mandatory = true)]
    [ValidateSet(nameof(DestinationShorthand.Self), nameof(DestinationShorthand.All), nameof(DestinationShorthand.AllButSelf))]
    [FlatArgument]
    public DestinationShorthand Shorthand { get; set; }

    /// <summary>A write of SELF_IPI.</summary>
    [Parameter(ParameterSetName = SelfIpiSet, Mandatory = true)]
    public SwitchParameter SelfIpi { get; set; }

    /// <summary>What it is.</summary>
    [Parameter(ParameterSetName = DestinationSet)]
    [Parameter(ParameterSetName = ToSet)]
    [Parameter(ParameterSetName = ShorthandSet)]
    [FlatArgument]
    public DeliveryMode Mode { get; set; } = DeliveryMode.Fixed;

    /// <summary>Whether destinations are logical.</summary>
    [Parameter(ParameterSetName = DestinationSet)]
    [Parameter(ParameterSetName = ToSet)]
    public SwitchParameter Logical { get; set; }

    /// <summary>Level-triggered.</summary>
    [Parameter(ParameterSetName = DestinationSet)]
    [Parameter(ParameterSetName = ToSet)]
    [Parameter(ParameterSetName = ShorthandSet)]
    public SwitchParameter Level { get; set; }

    /// <summary>Level 0.</summary>
    [Parameter(ParameterSetName = DestinationSet)]
    [Parameter(ParameterSetName = ToSet)]
    [Parameter(ParameterSetName = ShorthandSet)]
    public SwitchParameter Deassert { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        byte[] vectors = VectorsOf(Vector, Mode);
        foreach (ApicVcpu source in OneOf(Vcpu))
        {
            if (Stopping)
            {
                return;
            }

            Guard(() =>
            {
                CheckPresent(source);
                Send(source, vectors);
            });
        }
    });

    private void Send(ApicVcpu source, byte[] vectors)
    {
        ApicMode mode = ModeOf(source);
        if (mode is ApicMode.Disabled or ApicMode.Invalid)
        {
            throw ApicErrors.ApicOff(source, "ICR");
        }

        IpiDestination[] destinations = [.. DestinationsOf(source, mode)];
        foreach (byte vector in vectors)
        {
            foreach (IpiDestination destination in destinations)
            {
                if (Stopping)
                {
                    return;
                }

                Send(source, mode, vector, destination);
            }
        }
    }

    /// <summary>The mode that says how the ICR is written.</summary>
    private static ApicMode ModeOf(ApicVcpu vcpu) => vcpu.ModeFor(ApicRegister.Icr);

    private IEnumerable<IpiDestination> DestinationsOf(ApicVcpu source, ApicMode mode) => ParameterSetName switch
    {
        SelfIpiSet => [new(DestinationShorthand.Self)],
        ShorthandSet => [new(Shorthand)],
        ToSet => To.Select(target => new IpiDestination(Checked(IdOf(source, target), mode), Logical)),
        _ => Destination.Select(id => new IpiDestination(Checked(id.ToUInt32(), mode), Logical)),
    };

    /// <summary>An xAPIC's destination field has 8 bits.</summary>
    private static uint Checked(uint id, ApicMode mode) =>
        mode == ApicMode.X2Apic || id >> XApicIdBits == 0 ? id : throw ApicErrors.NumberTooWide(id, XApicIdBits);

    /// <summary>The ID, or with -Logical the logical one, that a vCPU's APIC answers to now.</summary>
    private uint IdOf(ApicVcpu source, ApicVcpu target)
    {
        if (target.Machine != source.Machine)
        {
            throw ApicErrors.VcpuOfOtherMachine(source, target);
        }

        if (source.OwnerOf(ApicRegister.Icr) == Responder.Svsm && !source.IsWhole)
        {
            // The SVSM goes by the IDs that vCPUs were made with.
            return Logical ? LogicalId.OfX2Apic(target.ApicId).Value : target.ApicId;
        }

        using (target.Machine.Take())
        {
            ApicRegister name = Logical ? ApicRegister.Ldr : ApicRegister.Id;
            uint value = (uint)(target.IsWhole ? target.Peek(name) : target.Machine.Core.Peek(target.Index, name));
            return target.Mode == ApicMode.X2Apic ? value : new XApicId(value).Value;
        }
    }

    private void Send(ApicVcpu source, ApicMode mode, byte vector, IpiDestination destination)
    {
        string words = SelfIpi ? "self (SELF_IPI)" : destination.Describe(mode);
        if (!ShouldProcess($"vCPU {source}", $"IPI {Name(Mode, vector)} to {words}"))
        {
            return;
        }

        Recorder.Expect(vector, Mode);
        ApicAccess result;
        if (SelfIpi)
        {
            result = Execute(source, Access.WriteMsr(RegisterCatalogue.Find(ApicRegister.SelfIpi)!.Msr, vector), Recorder);
        }
        else if (mode == ApicMode.X2Apic)
        {
            ulong value = MessageOf(vector, destination).Bits;
            result = Execute(source, Access.WriteMsr(RegisterCatalogue.Find(ApicRegister.Icr)!.Msr, value), Recorder);
        }
        else
        {
            // The destination first, for the write of the low half sends.
            if (destination.Shorthand == DestinationShorthand.None
                && Execute(source, Write(ApicRegister.Icr2, XApicId.Of(destination.Id).Register)) is { Succeeded: false })
            {
                return;
            }

            result = Execute(source, Write(ApicRegister.Icr, (uint)MessageOf(vector, destination).Bits), Recorder);
        }

        if (result.Outcome is not (Outcome.Fault or Outcome.Rejected))
        {
            WriteObject(new ApicDelivery(source.Machine, source, vector, Mode, words, result.RuleId, Recorder.Targets));
        }
    }

    private static Access Write(ApicRegister register, uint value) => Access.WriteMmio((uint)RegisterCatalogue.Find(register)!.Offset, value);

    /// <summary>What the ICR is to send: with level 1, assert, unless -Deassert says otherwise.</summary>
    private InterruptMessage MessageOf(byte vector, IpiDestination destination) =>
        new(destination.Id, vector, Mode, destination.Shorthand, destination.IsLogical, Level, isAsserted: !Deassert);
}
