using System.Collections.Generic;

namespace ApicShell.Architecture;

/// <summary>One register as every model has it: a row of the <see cref="RegisterCatalogue"/>.</summary>
public sealed class RegisterSpec
{
    private readonly ModelRow _kvm;
    private readonly ModelRow _amd;
    private readonly ModelRow _intel;

    internal RegisterSpec(ApicRegister register, int offset, string title, ModelRow kvm, ModelRow amd, ModelRow intel, params BitField[] fields)
    {
        Register = register;
        Offset = offset;
        Title = title;
        Fields = fields;
        _kvm = kvm;
        _amd = amd;
        _intel = intel;
    }

    /// <summary>The register.</summary>
    public ApicRegister Register { get; }

    /// <summary>Its offset in the page: 0x000 to 0xFF0, a multiple of 16.</summary>
    public int Offset { get; }

    /// <summary>The MSR of the same place, 0x800 + offset/16; whether the register is there depends on the model.</summary>
    public uint Msr => ApicMsr.X2First + ((uint)Offset >> 4);

    /// <summary>What it is, in a few words.</summary>
    public string Title { get; }

    /// <summary>Its bits in xAPIC mode, and in x2APIC mode where <see cref="X2Fields"/> is empty; highest first.</summary>
    public IReadOnlyList<BitField> Fields { get; }

    /// <summary>Its bits in x2APIC mode, where they differ.</summary>
    public IReadOnlyList<BitField> X2Fields { get; internal init; } = [];

    /// <summary>The bits in a mode.</summary>
    public IReadOnlyList<BitField> FieldsIn(ApicMode mode) => mode == ApicMode.X2Apic && X2Fields.Count > 0 ? X2Fields : Fields;

    /// <summary>Width in bits in a mode: 64 for the ICR in x2APIC mode, else 32.</summary>
    public int WidthIn(ApicMode mode) => Register == ApicRegister.Icr && mode == ApicMode.X2Apic ? 64 : 32;

    /// <summary>What software may do with it in xAPIC mode.</summary>
    public RegisterAccess XApicAccess(ApicModel model) => Row(model).XApic;

    /// <summary>What software may do with it in x2APIC mode.</summary>
    public RegisterAccess X2ApicAccess(ApicModel model) => Row(model).X2Apic;

    /// <summary>Whether the model has it in any mode.</summary>
    public bool ExistsIn(ApicModel model) => (XApicAccess(model) | X2ApicAccess(model)) != RegisterAccess.None;

    /// <summary>Value after RESET; the ID's is its APIC ID, the bootstrap processor's LINT0 in KVM 0x700.</summary>
    public uint Reset(ApicModel model) => Row(model).Reset;

    /// <summary>The bits of 31:0 that a write stores.</summary>
    public uint WritableBits(ApicModel model) => Row(model).Kept;

    /// <summary>The bits of 31:0 whose 1 faults when written in x2APIC mode.</summary>
    public uint X2FaultingBits(ApicModel model) => Row(model).X2Faults;

    internal ModelRow Row(ApicModel model) => model switch
    {
        ApicModel.Amd => _amd,
        ApicModel.Intel => _intel,
        _ => _kvm,
    };

    /// <inheritdoc/>
    public override string ToString() => Register.ToString();
}
