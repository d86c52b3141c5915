using System;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ApicShell.Tests.Engine;

/// <summary>Makes a session with the module as new, and tells where that cannot be done.</summary>
internal sealed class SessionReset
{
    // What the engine does not take back. Types and views are not looked at: a test that changes them opens a session of its own.
    // It runs after every test, so that nothing is done here that takes time, such as a pipeline.
    private const string Look = """
        & {
            $state = $ExecutionContext.SessionState
            "$($state.LanguageMode) $((Get-Job).Count) $($state.Path.LocationStack('').Count)"
            "$([cultureinfo]::CurrentCulture.Name) $([cultureinfo]::CurrentUICulture.Name)"
            # An error under strict mode.
            $null = $notThere
            $state.Drive.GetAll()
            Get-Module
            $state.InvokeCommand.GetCommands('*', 'Alias, Function, Filter', $true)
        }
        """;

    // A command loads these by being called. They hold no state.
    private static readonly string[] s_modulesOfTheEngine = ["Microsoft.PowerShell.Management", "Microsoft.PowerShell.Utility"];

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
        {
            return false;
        }

        _session.Runspace.ResetRunspaceState();
        _forget();
        return _new.SequenceEqual(Seen());
    }

    private string[] Seen()
    {
        EngineResult seen = _session.Run(Look);
        return [.. seen.Output.Select(item => Seen(item.BaseObject)).OfType<string>(), .. seen.Errors.Select(error => $"{error}")];
    }

    private static string? Seen(object item) => item switch
    {
        PSModuleInfo module => s_modulesOfTheEngine.Contains(module.Name) ? null : $"{module.Name} {RuntimeHelpers.GetHashCode(module)}",
        // What a module defines is the module's.
        CommandInfo { Module: not null } => null,
        FunctionInfo function => $"{function.Name} {RuntimeHelpers.GetHashCode(function.ScriptBlock)}",
        AliasInfo alias => $"{alias.Name} {alias.Definition}",
        PSDriveInfo drive => $"{drive.Name} {drive.Root}",
        _ => $"{item}",
    };

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
