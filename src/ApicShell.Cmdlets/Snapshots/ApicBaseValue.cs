using ApicShell.Architecture;

namespace ApicShell;

/// <summary>APIC_BASE of a vCPU, taken apart: a snapshot.</summary>
public sealed class ApicBaseValue
{
    private readonly ApicBase _base;

    internal ApicBaseValue(ApicVcpu vcpu, ApicBase value)
    {
        Vcpu = vcpu;
        _base = value;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The 64-bit value.</summary>
    public ulong Value => _base.Value;

    /// <summary>The mode that bits 11 and 10 select.</summary>
    public ApicMode Mode => _base.Mode;

    /// <summary>Bit 11, AE.</summary>
    public bool Enabled => (Value & ApicBase.AeBit) != 0;

    /// <summary>Bit 10, EXTD.</summary>
    public bool Extended => (Value & ApicBase.ExtdBit) != 0;

    /// <summary>Bit 8, BSP.</summary>
    public bool Bootstrap => _base.IsBootstrap;

    /// <summary>Physical address of the register page.</summary>
    public ulong BaseAddress => _base.Address;

    /// <inheritdoc/>
    public override string ToString() => _base.ToString();
}
