using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace ApicShell.Tests.Walk;

/// <summary>A place that a value can be given at: a parameter of one parameter set of a command, or the command's pipeline.</summary>
/// <param name="Command">The command.</param>
/// <param name="Set">The parameter set; empty where the command has one alone.</param>
/// <param name="Parameter">The parameter; null for the pipeline.</param>
/// <param name="Needed">The other parameters that the set wants.</param>
internal sealed record WalkSite(string Command, string Set, string? Parameter, IReadOnlyList<string> Needed)
{
    /// <summary>Every place of a command.</summary>
    public static IEnumerable<WalkSite> Of(CmdletInfo command)
    {
        foreach (CommandParameterSetInfo set in command.ParameterSets)
        {
            string[] needed = [.. set.Parameters.Where(parameter => parameter.IsMandatory).Select(parameter => parameter.Name)];
            string name = command.ParameterSets.Count == 1 ? "" : set.Name;
            foreach (CommandParameterInfo parameter in set.Parameters.Where(parameter => !IsCommon(parameter.Name)))
            {
                yield return new(command.Name, name, parameter.Name, [.. needed.Except([parameter.Name])]);
            }

            yield return new(command.Name, name, null, [.. set.Parameters.Where(parameter => parameter.IsMandatory && !parameter.ValueFromPipeline).Select(parameter => parameter.Name)]);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Command}{(Set.Length == 0 ? "" : $" [{Set}]")} {(Parameter is null ? "<- pipeline" : $"-{Parameter}")}";

    private static bool IsCommon(string parameter) =>
        Cmdlet.CommonParameters.Contains(parameter, StringComparer.Ordinal) || Cmdlet.OptionalCommonParameters.Contains(parameter, StringComparer.Ordinal);
}
