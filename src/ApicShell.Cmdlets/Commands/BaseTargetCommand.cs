using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command about a value of APIC_BASE, given by mode, whole, or by the bits that change.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BaseTargetCommand : VcpuCommand
{
    /// <summary>Set of parameters: the mode.</summary>
    protected const string ModeSet = "Mode";

    /// <summary>Set of parameters: the whole value.</summary>
    protected const string ValueSet = "Value";

    /// <summary>Set of parameters: bits that change.</summary>
    protected const string BitsSet = "Bits";

    /// <summary>The mode to go to, by one write.</summary>
    [Parameter(ParameterSetName = ModeSet, Mandatory = true)]
    [FlatArgument]
    public ApicMode Mode { get; set; }

    /// <summary>The whole value.</summary>
    [Parameter(ParameterSetName = ValueSet, Mandatory = true)]
    [ValidateNotNull]
    public NumberArgument Value { get; set; } = new(0);

    /// <summary>Bit 11, AE: on, or with :$false off.</summary>
    [Parameter(ParameterSetName = BitsSet)]
    public SwitchParameter Enabled { get; set; }

    /// <summary>Bit 10, EXTD: on, or with :$false off.</summary>
    [Parameter(ParameterSetName = BitsSet)]
    public SwitchParameter Extended { get; set; }

    /// <summary>Physical address of the page.</summary>
    [Parameter(ParameterSetName = BitsSet)]
    [ValidateNotNull]
    public NumberArgument BaseAddress { get; set; } = new(0);

    /// <summary>Who writes.</summary>
    [Parameter]
    [FlatArgument]
    public AccessOrigin Origin { get; set; } = AccessOrigin.Guest;

    /// <summary>APIC_BASE now, of the APIC that the write would reach.</summary>
    private protected ApicBase Current(ApicVcpu vcpu)
    {
        CheckOrigin(vcpu, Origin);
        using (vcpu.Machine.Take())
        {
            return vcpu.BaseOf(Origin);
        }
    }

    /// <summary>The value to write, from the value that is there.</summary>
    private protected ApicBase Target(ApicBase current) => ParameterSetName switch
    {
        ModeSet => current.WithMode(Mode),
        ValueSet => new ApicBase(Value.ToUInt64()),
        _ => WithBits(current),
    };

    private ApicBase WithBits(ApicBase current)
    {
        ulong value = current.Value;
        value = WithBit(value, nameof(Enabled), Enabled, ApicBase.AeBit);
        value = WithBit(value, nameof(Extended), Extended, ApicBase.ExtdBit);
        return Has(nameof(BaseAddress)) ? new ApicBase((value & ~ApicBase.AddressMask) | PageAddress()) : new ApicBase(value);
    }

    private ulong WithBit(ulong value, string parameter, bool on, ulong bit) => !Has(parameter) ? value : on ? value | bit : value & ~bit;

    private ulong PageAddress()
    {
        ulong address = BaseAddress.ToUInt64();
        return (address & 0xFFF) == 0 ? address : throw ApicErrors.BaseAddressInvalid(address);
    }

    private bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
