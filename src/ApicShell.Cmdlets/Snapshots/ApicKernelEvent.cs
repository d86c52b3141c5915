using System.Globalization;
using ApicShell.Texts;

namespace ApicShell;

/// <summary>A trace event that the kernel's KVM wrote while a script ran: a snapshot.</summary>
public sealed class ApicKernelEvent
{
    internal ApicKernelEvent(ApicMachine machine, int number, long cause, double microseconds, string name, string text) =>
        (Machine, Number, Cause, Microseconds, Name, Text) = (machine, number, cause, microseconds, name, PlainText.Of(text));

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>Number of the event, from 1.</summary>
    public int Number { get; }

    /// <summary>Number of the command during which it came, as in Get-ApicTrace; 0 before the first.</summary>
    public long Cause { get; }

    /// <summary>When, in microseconds since the first event, by the kernel's monotonic clock.</summary>
    public double Microseconds { get; }

    /// <summary>The event's name: <c>kvm_apic_accept_irq</c>.</summary>
    public string Name { get; }

    /// <summary>What the kernel says of it: <c>apicid 0 vec 65 (Fixed|edge)</c>.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}: {1}", Name, Text);
}
