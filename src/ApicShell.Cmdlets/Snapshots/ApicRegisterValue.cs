using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell;

/// <summary>A field of a register with its value.</summary>
public sealed class ApicFieldValue
{
    internal ApicFieldValue(BitField field, ulong registerValue)
    {
        Name = field.Name;
        High = field.High;
        Low = field.Low;
        Value = field.Of(registerValue);
        Text = field.Describe(registerValue);
    }

    /// <summary>What the bits are called.</summary>
    public string Name { get; }

    /// <summary>Number of the highest bit.</summary>
    public int High { get; }

    /// <summary>Number of the lowest bit.</summary>
    public int Low { get; }

    /// <summary>The field as a number.</summary>
    public ulong Value { get; }

    /// <summary>The field by its name where its value has one, else in hex.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Text}";
}

/// <summary>A register of a vCPU with its value and fields: a snapshot, taken without any effect on the APIC.</summary>
public sealed class ApicRegisterValue
{
    internal ApicRegisterValue(ApicVcpu vcpu, ApicRegister register, ulong value, ApicMode mode, IReadOnlyList<BitField> fields, Responder owner)
    {
        Vcpu = vcpu;
        Register = register;
        Value = value;
        Mode = mode;
        Owner = owner;
        Field = fields.Select(field => new ApicFieldValue(field, value)).ToArray();
        RegisterSpec? spec = RegisterCatalogue.Find(register);
        Offset = (uint?)spec?.Offset;
        Msr = spec?.Msr ?? (register == ApicRegister.ApicBase ? ApicMsr.ApicBase : ApicMsr.TscDeadline);
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The register.</summary>
    public ApicRegister Register { get; }

    /// <summary>What it holds.</summary>
    public ulong Value { get; }

    /// <summary>The APIC's mode, which decides some fields; the SVSM's APIC is as one in x2APIC mode.</summary>
    public ApicMode Mode { get; }

    /// <summary>Who answers the guest's accesses to it: the vCPU's local APIC, or on platform SevSnp the SVSM or the hypervisor. The value is from there.</summary>
    public Responder Owner { get; }

    /// <summary>Offset in the page; null for APIC_BASE and TSC_DEADLINE.</summary>
    public uint? Offset { get; }

    /// <summary>MSR number.</summary>
    public uint Msr { get; }

    /// <summary>Its fields, highest bits first.</summary>
    public ApicFieldValue[] Field { get; }

    /// <summary>Hexadecimal digits of the value in its mode, 8 or 16.</summary>
    public int Digits => RegisterDigits.Of(Register, Mode == ApicMode.X2Apic ? AccessKind.Msr : AccessKind.Mmio);

    /// <summary>The fields that are not 0: set bits by name, others with their value.</summary>
    public string[] Contents =>
        [.. Field.Where(one => one.Value != 0).Select(one => one.High == one.Low && one.Text == "1" ? one.Name : one.ToString())];

    /// <inheritdoc/>
    public override string ToString() => $"{Register} = 0x{Value:X8}";
}
