using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>One thing that happened to an interrupt. A snapshot.</summary>
public sealed class ApicInterruptEvent
{
    private readonly InterruptEvent _core;

    internal ApicInterruptEvent(in InterruptEvent interrupt) => _core = interrupt;

    /// <summary>What.</summary>
    public InterruptEventKind Kind => _core.Kind;

    /// <summary>Index of the vCPU it happened at, -1 for none.</summary>
    public int Vcpu => _core.Vcpu;

    /// <summary>Its vector.</summary>
    public byte Vector => _core.Vector;

    /// <summary>What the interrupt is.</summary>
    public DeliveryMode Mode => _core.Mode;

    /// <summary>The name of the rule by which it happened.</summary>
    public string Rule => RuleBook.NameOf(_core.Rule);

    /// <summary>Whom it was sent to.</summary>
    public uint Destination => _core.Destination;

    /// <inheritdoc/>
    public override string ToString() => ViewText.Describe(_core);
}
