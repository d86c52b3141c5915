using System.Linq;
using ApicShell.Architecture;
using static ApicShell.Architecture.RuleGrade;

namespace ApicShell.Firmware;

/// <summary>Makes traits of versions.</summary>
internal static class Traits
{
    public static PartyTrait Trait(string text, string source, ApicDesign? effect = null, RuleGrade grade = Documented) =>
        new(text, source, grade, effect ?? new());

    public static PartyTrait Excluded(DesignCondition condition, string text, string source) =>
        new(text, source, Documented, new()) { Excludes = condition };

    public static MachineStep[] Steps(params string[] lines) => [.. lines.Select(StepGrammar.Parse)];

    public static ApicDesign InPhase(string phase, params string[] lines) => new() { Firmware = [new(phase, Steps(lines))] };
}
