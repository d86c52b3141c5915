using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.State;

/// <summary>
/// A script block that does something to a machine, for what that does: what it writes is not wanted. Guest faults and refusals are answers of the machine;
/// its other errors are its author's business.
/// </summary>
internal static class QuietScript
{
    private static readonly string[] s_answers = [ErrorIds.GuestFault, ErrorIds.HostRefused, ErrorIds.ReadUndefined];

    /// <summary>Runs it, with the machine as <c>$_</c> and as the current one.</summary>
    /// <returns>Its errors that are no answers.</returns>
    public static IEnumerable<ErrorRecord> Run(CommandInvocationIntrinsics engine, ScriptBlock block, ApicMachine machine)
    {
        using IDisposable used = RunspaceState.Current.Use(machine);
        var run = ScriptBlock.Create("param($block, $machine) & { $machine | ForEach-Object -Process $block } 2>&1 3>$null");
        Collection<PSObject> output = engine.InvokeScript(useLocalScope: true, run, null, block, machine);
        return [.. output.Select(item => item?.BaseObject).OfType<ErrorRecord>().Where(error => !s_answers.Contains(error.FullyQualifiedErrorId.Split('.', ',')[0]))];
    }
}
