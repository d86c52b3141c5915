using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace ApicShell.Tests.Engine;

/// <summary>
/// PowerShell's engine with all its modules, as ApicShell.Host has it. Scripts run one after the other as they would at a prompt:
/// variables stay from one to the next.
/// </summary>
public sealed class EngineSession : IDisposable
{
    private readonly CapturingHost _host = new();
    private readonly Runspace _runspace;
    private SessionPool? _pool;
    private SessionReset? _reset;

    private EngineSession()
    {
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
    }

    /// <summary>Gets the runspace, for what the members below do not do.</summary>
    public Runspace Runspace => _runspace;

    /// <summary>Opens an engine without any module.</summary>
    public static EngineSession WithoutModule() => new();

    /// <summary>Gives an engine with the module as it ships. It may have served another test before, and is as new.</summary>
    public static EngineSession WithModule() => SessionPool.Shared.Lend();

    /// <summary>Opens an engine with the module of a folder that is called as the module is.</summary>
    /// <param name="layout">The folder.</param>
    public static EngineSession WithModule(string layout) => WithModule(layout, pool: null);

    /// <summary>Opens an engine with the module of a folder, for a pool to lend.</summary>
    internal static EngineSession WithModule(string layout, SessionPool? pool)
    {
        EngineSession session = new();
        try
        {
            session.ImportModule(layout);
            if (pool is not null)
            {
                (session._pool, session._reset) = (pool, new SessionReset(session));
            }

            return session;
        }
        catch
        {
            session.Close();
            throw;
        }
    }

    /// <summary>Imports the module of a folder that is called as the module is, unless a module of that name is there.</summary>
    public void ImportModule(string layout)
    {
        string folder = Path.GetFullPath(layout).TrimEnd(Path.DirectorySeparatorChar);
        string name = Path.GetFileName(folder);
        string manifest = Path.Combine(folder, name + ".psd1");
        if (!File.Exists(manifest))
        {
            throw new FileNotFoundException(
                $"There is no module at '{manifest}'. Build the solution first: the build of ApicShell.Help lays the module out.",
                manifest);
        }

        EngineResult import = Run(
            "if (-not (Get-Module -Name $args[1])) { Import-Module -Name $args[0] -ErrorAction Stop }",
            manifest,
            name);
        if (import.Errors.Count != 0)
        {
            throw new InvalidOperationException(
                $"The module at '{manifest}' cannot be imported: {string.Join(" ", import.Errors)}",
                import.Errors[0].Exception);
        }
    }

    /// <summary>Runs a script; a terminating error is an error of the result and not an exception.</summary>
    /// <param name="script">The script, as it would be typed.</param>
    /// <param name="args">What the script finds in $args or in its param block.</param>
    public EngineResult Run(string script, params object?[] args)
    {
        using PowerShell shell = NewPowerShell(script, args);
        return Invoke(shell);
    }

    /// <summary>Runs a script and gives what a user would see: its output, errors and warnings as text in 120 columns.</summary>
    public string Render(string script, params object?[] args)
    {
        using PowerShell shell = NewPowerShell(script, args);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        EngineResult result = Invoke(shell);
        if (!result.Terminated)
        {
            return result.HostText;
        }

        // A prompt shows the error that ended the script as well.
        using PowerShell last = NewPowerShell("$args[0]", result.Errors[^1]);
        last.AddCommand("Out-Default");
        return result.HostText + Invoke(last).HostText;
    }

    /// <summary>Completes a command line; the cursor is at its end unless told otherwise.</summary>
    public CommandCompletion Complete(string text, int? cursor = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        using PowerShell shell = PowerShell.Create(_runspace);
        return CommandCompletion.CompleteInput(text, cursor ?? text.Length, null, shell);
    }

    /// <summary>Prepares a script without running it, for tests that begin it, stop it or feed it. The caller disposes of it.</summary>
    public PowerShell NewPowerShell(string script, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (object? argument in args)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    /// <summary>Ends the session for the one who has it: it goes back to its pool, or is closed.</summary>
    public void Dispose()
    {
        if (_pool is not null && _reset is not null && _reset.Try())
        {
            _pool.Take(this);
        }
        else
        {
            Close();
        }
    }

    /// <summary>Closes the engine.</summary>
    internal void Close() => _runspace.Dispose();

    private EngineResult Invoke(PowerShell shell)
    {
        _host.TakeText();
        PSDataCollection<PSObject> output = [];
        ErrorRecord? ending = null;
        try
        {
            shell.Invoke(null, output, null);
        }
        catch (RuntimeException exception)
        {
            ending = exception.ErrorRecord;
        }

        List<ErrorRecord> errors = [.. shell.Streams.Error];
        if (ending is not null)
        {
            errors.Add(ending);
        }

        return new EngineResult(
            [.. output],
            errors,
            [.. shell.Streams.Warning.Select(warning => warning.Message)],
            _host.TakeText(),
            ending is not null);
    }
}
