using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>A register as a model has it: a row of the catalogue.</summary>
public sealed class ApicRegisterInfo
{
    private readonly RegisterSpec _spec;

    internal ApicRegisterInfo(RegisterSpec spec, ApicModel model)
    {
        _spec = spec;
        Model = model;
        Field = spec.Fields.ToArray();
    }

    /// <summary>The register.</summary>
    public ApicRegister Register => _spec.Register;

    /// <summary>The model.</summary>
    public ApicModel Model { get; }

    /// <summary>What it is.</summary>
    public string Title => _spec.Title;

    /// <summary>Offset in the page.</summary>
    public uint Offset => (uint)_spec.Offset;

    /// <summary>MSR number.</summary>
    public uint Msr => _spec.Msr;

    /// <summary>Access in xAPIC mode.</summary>
    public RegisterAccess XApic => _spec.XApicAccess(Model);

    /// <summary>Access in x2APIC mode.</summary>
    public RegisterAccess X2Apic => _spec.X2ApicAccess(Model);

    /// <summary>Access through the SVSM's APIC protocol.</summary>
    public RegisterAccess Svsm => SnpPlatform.UsualSvsmAccess(Register);

    /// <summary>Value after RESET.</summary>
    public uint Reset => _spec.Reset(Model);

    /// <summary>Bits that a write stores.</summary>
    public uint WritableBits => _spec.WritableBits(Model);

    /// <summary>Bits of 31:0 whose 1 raises #GP(0) when written in x2APIC mode.</summary>
    public uint X2FaultingBits => _spec.X2FaultingBits(Model);

    /// <summary>Its fields, highest bits first.</summary>
    public BitField[] Field { get; }
}
