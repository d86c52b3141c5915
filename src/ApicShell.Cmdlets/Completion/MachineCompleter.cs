using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.State;

namespace ApicShell.Completion;

/// <summary>Completes the name of a machine of the session.</summary>
public sealed class MachineCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        // -Name takes wildcards, so that a name with their letters must be escaped there.
        bool wildcards = string.Equals(parameterName, "Name", StringComparison.OrdinalIgnoreCase);
        string word = wordToComplete.Trim('\'', '"');
        return RunspaceState.Current.Machines
            .Where(machine => machine.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(machine => new CompletionResult(
                CompletionText.Argument(wildcards ? WildcardPattern.Escape(machine.Name) : machine.Name), machine.Name, CompletionResultType.ParameterValue, $"{machine.VcpuCount} vCPUs, {machine.Model}, {machine.Platform}"));
    }
}
