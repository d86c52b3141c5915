using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>One interrupt message and who got it: a snapshot.</summary>
public sealed class ApicDelivery
{
    internal ApicDelivery(
        ApicMachine machine, ApicVcpu? source, byte vector, DeliveryMode mode, string destination, RuleId rule, IReadOnlyList<InterruptEvent> targets)
    {
        Source = source;
        Mode = mode;
        Vector = mode is DeliveryMode.Nmi or DeliveryMode.Smi or DeliveryMode.Init ? null : vector;
        Destination = destination;
        Accepted = Those(InterruptEventKind.Accepted);
        Merged = Those(InterruptEventKind.Merged);
        Refused = [.. targets.Where(one => one.Kind == InterruptEventKind.Refused).Select(one => new ApicRefusal(machine.At(one.Vcpu), one.Rule))];
        Posted = [.. targets.Where(one => one.Kind == InterruptEventKind.Posted).Select(one => new ApicRefusal(machine.At(one.Vcpu), one.Rule))];
        // Where all refused, their reason says more than that nobody accepted it.
        Rule = Succeeded ? RuleBook.Of(rule) : Refused.Concat(Posted).FirstOrDefault()?.Rule ?? RuleBook.Of(rule);

        ApicVcpu[] Those(InterruptEventKind kind) => [.. targets.Where(one => one.Kind == kind).Select(one => machine.At(one.Vcpu))];
    }

    /// <summary>The vCPU that sent it; null for a device or the host.</summary>
    public ApicVcpu? Source { get; }

    /// <summary>Its vector; null of an NMI, an SMI and an INIT.</summary>
    public byte? Vector { get; }

    /// <summary>What it is.</summary>
    public DeliveryMode Mode { get; }

    /// <summary>Whom it was for, in words.</summary>
    public string Destination { get; }

    /// <summary>vCPUs that accepted it.</summary>
    public ApicVcpu[] Accepted { get; }

    /// <summary>vCPUs where it merged with a request that waited already.</summary>
    public ApicVcpu[] Merged { get; }

    /// <summary>vCPUs that were addressed and refused it, each with the rule.</summary>
    public ApicRefusal[] Refused { get; }

    /// <summary>vCPUs whose SVSM has not looked at what the hypervisor holds for it, or never will, each with the rule.</summary>
    public ApicRefusal[] Posted { get; }

    /// <summary>Why it ended so.</summary>
    public Rule Rule { get; }

    /// <summary>Whether at least one vCPU got it.</summary>
    public bool Succeeded => Accepted.Length + Merged.Length != 0;

    /// <summary>Who got it, in words.</summary>
    public string Description => string.Join("; ", Parts().Select(part => part.Rule is { } rule ? $"{part.Who} ({rule})" : part.Who));

    /// <inheritdoc/>
    public override string ToString() => $"{Mode}{(Vector is { } vector ? $" 0x{vector:X2}" : "")} to {Destination}: {Description}";

    /// <summary>Who did what with it, each with the rule where the doing does not say it.</summary>
    internal IEnumerable<(string Who, string? Rule)> Parts()
    {
        if (Accepted.Length != 0)
        {
            yield return ($"accepted by {VcpuText.List(Accepted)}", null);
        }

        if (Merged.Length != 0)
        {
            yield return ($"merged at {VcpuText.List(Merged)}", null);
        }

        foreach (IGrouping<string, ApicRefusal> group in Refused.GroupBy(one => one.Rule.Id))
        {
            yield return ($"refused by {VcpuText.List(group.Select(one => one.Vcpu))}", group.Key);
        }

        foreach (IGrouping<string, ApicRefusal> group in Posted.GroupBy(one => one.Rule.Id))
        {
            yield return ($"waiting at {VcpuText.List(group.Select(one => one.Vcpu))}", group.Key);
        }

        if (!Succeeded && Refused.Length + Posted.Length == 0)
        {
            yield return (Rule.Id == nameof(RuleId.RemoteReadDone) ? "read" : "nobody", Rule.Id);
        }
    }
}
