using System.Collections.Generic;
using System.Linq;
using ApicShell.Restores;

namespace ApicShell;

/// <summary>What restoring a vCPU's APIC in one order came to: a snapshot.</summary>
public sealed class ApicRestoreResult
{
    private const int NamesShown = 4;

    internal ApicRestoreResult(ApicVcpu vcpu, RestoreResult core)
    {
        Vcpu = vcpu;
        Item = [.. core.Order.Select(item => item.ToString())];
        Call = [.. core.Order.Select(item => item.Call)];
        Difference = [.. core.Differences.Select(one => new ApicRestoreDifference(one))];
        Sent = [.. core.Sent.Select(interrupt => $"{ViewText.Describe(interrupt)}")];
        Whole = core.IsWhole;
    }

    /// <summary>The vCPU whose APIC was saved.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>What was restored, in its order.</summary>
    public string[] Item { get; }

    /// <summary>By which calls: <c>KVM_SET_MSRS 0x6E0</c>.</summary>
    public string[] Call { get; }

    /// <summary>The order as text.</summary>
    public string Order => string.Join(", ", Item);

    /// <summary>Whether all that is compared is as it was, and no IPI was sent.</summary>
    public bool Whole { get; }

    /// <summary>The registers that are not as they were.</summary>
    public ApicRestoreDifference[] Difference { get; }

    /// <summary>The IPIs that restoring sent to vCPUs of the machine.</summary>
    public string[] Sent { get; }

    /// <summary>What is lost, in short: registers with the same fate together.</summary>
    public string Lost => Whole ? "nothing" : string.Join("; ", Losses());

    /// <summary>What is not looked at.</summary>
    public string NotLookedAt { get; } = RestoreResult.NotLookedAt;

    /// <inheritdoc/>
    public override string ToString() => $"{Order}: {Lost}";

    private IEnumerable<string> Losses() => Difference
        .GroupBy(one => (one.Happening, one.RuleId))
        .Select(group => $"{Names(group.Select(one => one.Register.ToString()).ToList())}: {group.Key.Happening}{(group.Key.RuleId.Length == 0 ? "" : $" ({group.Key.RuleId})")}")
        .Concat(Sent.Select(interrupt => $"sends {interrupt}"));

    private static string Names(List<string> names) => names.Count <= NamesShown
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(NamesShown - 1))} and {names.Count - NamesShown + 1} more";
}
