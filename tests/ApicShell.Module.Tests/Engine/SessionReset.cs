using System;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ApicShell.Tests.Engine;

/// <summary>Makes a session with the module as new, and tells where that cannot be done.</summary>
internal sealed class SessionReset
{
    // What the engine does not take back. Modules of the engine that a command loaded by being called are no difference: they hold no
    // state, and what they define is theirs. Types and views are not looked at: a test that changes them opens a session of its own.
    private const string Look = """
        & {
            $state = $ExecutionContext.SessionState
            "$($state.LanguageMode) $((Get-Job).Count) $($state.Path.LocationStack('').Count)"
            "$([cultureinfo]::CurrentCulture.Name) $([cultureinfo]::CurrentUICulture.Name)"
            # An error under strict mode.
            $null = $notThere
            foreach ($module in Get-Module) {
                if ($module.Name -notin 'Microsoft.PowerShell.Management', 'Microsoft.PowerShell.Utility') { "$($module.Name) $($module.GetHashCode())" }
            }
            foreach ($drive in $state.Drive.GetAll()) { "$($drive.Name) $($drive.Root)" }
            foreach ($function in $ExecutionContext.InvokeProvider.ChildItem.Get('Function:*', $false)) {
                if (-not $function.ModuleName) { "$($function.Name) $($function.ScriptBlock.GetHashCode())" }
            }
            foreach ($alias in $ExecutionContext.InvokeProvider.ChildItem.Get('Alias:*', $false)) {
                if (-not $alias.ModuleName) { "$($alias.Name) $($alias.Definition)" }
            }
        }
        """;

    private readonly EngineSession _session;
    private readonly Action _forget;
    private readonly string[] _new;

    /// <summary>Remembers a session that is new.</summary>
    public SessionReset(EngineSession session)
    {
        _session = session;
        _forget = Forgetting(session.Runspace, session.Run("(Get-Command Get-ApicMachine).ImplementingType").One<Type>().Assembly);
        _new = Seen();
    }

    /// <summary>Makes the session as new. False where it has to be closed.</summary>
    public bool Try()
    {
        if (_session.Runspace is not { RunspaceStateInfo.State: RunspaceState.Opened, RunspaceAvailability: RunspaceAvailability.Available })
            return false;

        _session.Runspace.ResetRunspaceState();
        _forget();
        return _new.SequenceEqual(Seen());
    }

    private string[] Seen()
    {
        EngineResult seen = _session.Run(Look);
        return [.. seen.Output.Select(item => $"{item}"), .. seen.Errors.Select(error => $"{error}")];
    }

    // The module keeps machines, designs and the last search by runspace, and forgets them with it. No command drops them all with the
    // count of names, and none should.
    private static Action Forgetting(Runspace runspace, Assembly module)
    {
        object states = module.GetType("ApicShell.State.RunspaceState", throwOnError: true)!
            .GetField("s_states", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        var remove = states.GetType().GetMethod("Remove", [typeof(Runspace)])!.CreateDelegate<Func<Runspace, bool>>(states);
        return () => remove(runspace);
    }
}
