using System.Linq;
using ApicShell.Architecture;
using ApicShell.Comparisons;

namespace ApicShell;

/// <summary>What came of a script that several machines ran: a snapshot.</summary>
public sealed class ApicBackendComparison
{
    internal ApicBackendComparison(ApicMachine[] machines, ApicBackendDifference[] lines)
    {
        (Machine, Line) = (machines, lines);
        Description = [.. machines.Select(Described)];
    }

    /// <summary>The machines, in the order in which the script ran on them.</summary>
    public ApicMachine[] Machine { get; }

    /// <summary>What each machine is: <c>Kvm: model Kvm on Linux 6.18.44</c>.</summary>
    public string[] Description { get; }

    /// <summary>Every command, and every register that differs at the end, in order.</summary>
    public ApicBackendDifference[] Line { get; }

    /// <summary>Those that differ.</summary>
    public ApicBackendDifference[] Difference => [.. Line.Where(line => line.Same == false)];

    /// <summary>The first of them; null where none differs.</summary>
    public ApicBackendDifference? First => Line.FirstOrDefault(line => line.Same == false);

    /// <summary>The first of them in a sentence; empty where none differs.</summary>
    public string FirstDescription => First?.Description ?? "";

    /// <summary>Number of commands that were compared.</summary>
    public int Compared => Line.Count(line => line.Kind == ApicBackendDifferenceKind.Command && line.Same is not null);

    /// <summary>Number of commands with nothing to compare: a source leaves it open, or a machine cannot do it.</summary>
    public int LeftOpen => Line.Count(line => line.Kind == ApicBackendDifferenceKind.Command && line.Same is null);

    /// <summary>Whether nothing differs, in what was compared.</summary>
    public bool Same => First is null;

    /// <summary>What was not looked at.</summary>
    public string NotLookedAt { get; } = StateComparison.NotLookedAt;

    /// <summary>The verdict in a sentence.</summary>
    public string Verdict => First is { } first
        ? $"{Count(Difference.Length, "difference")} in {Count(Compared, "command")} and the registers at the end; the first is number {first.Number}, {first.Operation}"
        : $"alike in {Count(Compared, "command")} and the registers at the end";

    /// <inheritdoc/>
    public override string ToString() => Verdict;

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Described(ApicMachine machine) =>
        $"{machine.Name}: model {machine.Model}{(machine.Platform == ApicPlatform.Native ? "" : $", platform {machine.Platform}")} on {machine.Kernel ?? "the emulator"}{Quirks(machine)}";

    private static string Quirks(ApicMachine machine)
    {
        KvmQuirks quirks = machine.Core.Traits.Quirks;
        KvmQuirks off = KvmQuirks.Default & ~quirks, on = quirks & ~KvmQuirks.Default;
        return $"{(off == KvmQuirks.None ? "" : $", without {off}")}{(on == KvmQuirks.None ? "" : $", with {on}")}";
    }
}
