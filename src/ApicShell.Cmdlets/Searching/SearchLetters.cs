using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Searching;

/// <summary>What may be done next, from the names of alphabets, steps beside them, and those to leave out.</summary>
internal static class SearchLetters
{
    /// <summary>The steps, each once.</summary>
    /// <exception cref="ApicException">A name is no alphabet's, a line is no step, or nothing is left.</exception>
    public static IReadOnlyList<MachineStep> Of(string design, int vcpuCount, string[] alphabets, string[] steps, string[] excluded)
    {
        List<MachineStep> letters = [];
        foreach (string name in alphabets)
        {
            letters.AddRange((AlphabetCatalogue.Find(name) ?? throw ApicErrors.AlphabetNotFound(name, Suggestion.For(name, AlphabetCatalogue.All.Select(one => one.Name)))).Steps(vcpuCount));
        }

        foreach (string line in steps)
        {
            letters.Add(Parse(design, line));
        }

        WildcardPattern[] patterns = [.. excluded.Select(Wildcards.Pattern)];
        MachineStep[] left = [.. letters.Distinct().Where(letter => !patterns.Any(pattern => IsMatch(pattern, letter)))];
        return left.Length > 0 ? left : throw ApicErrors.AlphabetEmpty(design);
    }

    /// <summary>The first of the steps that a search refuses, for its error.</summary>
    public static string Refused(IEnumerable<MachineStep> letters, DesignException error) =>
        letters.Select(letter => letter.ToString()).FirstOrDefault(text => error.Message.Contains($"\"{text}\"")) ?? "";

    private static MachineStep Parse(string design, string line)
    {
        try
        {
            return StepGrammar.Parse(line);
        }
        catch (StepFormatException error)
        {
            throw ApicErrors.StepInvalid($"Design \"{design}\", -Step", error);
        }
    }

    /// <summary>A pattern means a step with its vCPU in front, or that step of any vCPU.</summary>
    private static bool IsMatch(WildcardPattern pattern, MachineStep letter) =>
        pattern.IsMatch(letter.ToString()) || pattern.IsMatch((letter with { Vcpu = 0 }).ToString());
}
