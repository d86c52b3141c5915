using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace ApicShell.Help;

/// <summary>A hosted engine with the laid-out module in it and nothing of the machine's own set-up.</summary>
internal sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;

    private ModuleSession(Runspace runspace) => _runspace = runspace;

    /// <summary>Imports the manifest of a layout; what the import writes as an error is thrown.</summary>
    internal static ModuleSession Import(string manifest)
    {
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, ""));

        Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        var session = new ModuleSession(runspace);
        try
        {
            session.Invoke(shell => shell.AddCommand("Import-Module").AddParameter("Name", manifest));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What the module exports of the given kind, by name.</summary>
    internal IReadOnlyList<CommandInfo> GetCommands(string module, CommandTypes kind) =>
    [
        .. Invoke(shell => shell.AddCommand("Get-Command").AddParameter("Module", module).AddParameter("CommandType", kind))
            .Select(item => (CommandInfo)item.BaseObject).OrderBy(command => command.Name, StringComparer.Ordinal),
    ];

    public void Dispose() => _runspace.Dispose();

    private IEnumerable<PSObject> Invoke(Action<PowerShell> build)
    {
        using var shell = PowerShell.Create(_runspace);
        build(shell);
        shell.AddParameter("ErrorAction", ActionPreference.Stop);
        return [.. shell.Invoke()];
    }
}
