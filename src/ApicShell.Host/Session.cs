using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using Microsoft.PowerShell;

namespace ApicShell.Host;

/// <summary>The engine with the module in it: runs scripts and texts, shows what they emit, and can be stopped from outside.</summary>
internal sealed class Session : IDisposable
{
    private readonly ConsoleHost _host;
    private readonly ConsoleHostUI _ui;
    private readonly Runspace _runspace;
    private readonly Lock _gate = new();
    private PowerShell? _running;
    private bool _stopping;

    private Session(ConsoleHost host, ConsoleHostUI ui, Runspace runspace)
    {
        _host = host;
        _ui = ui;
        _runspace = runspace;
    }

    internal enum Outcome
    {
        Completed,
        CompletedWithErrors,
        Failed,
        Stopped,
    }

    /// <summary>The code of <c>exit</c>, once it was called.</summary>
    public int? RequestedExitCode => _host.RequestedExitCode;

    public static Session Open(ConsoleHostUI ui, string manifest)
    {
        // Makes the module known by name too: to its about_ topics, and to the runspaces of ForEach-Object -Parallel.
        string modules = Path.GetDirectoryName(Path.GetDirectoryName(manifest))!;
        string? others = Environment.GetEnvironmentVariable("PSModulePath");
        Environment.SetEnvironmentVariable(
            "PSModulePath", string.IsNullOrEmpty(others) ? modules : modules + Path.PathSeparator + others);

        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;

        var host = new ConsoleHost(ui);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, CreateState());
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();
        return new Session(host, ui, runspace);
    }

    public int ImportModule(string manifest)
    {
        Outcome outcome = Execute(shell => shell.AddCommand("Import-Module")
            .AddParameter("Name", manifest)
            .AddParameter("ErrorAction", ActionPreference.Stop));
        return ToExitCode(outcome, ExitCode.Success);
    }

    /// <summary>Runs a script file as <c>pwsh -File</c> does.</summary>
    public int RunScript(string path, IReadOnlyList<string> arguments)
    {
        string file = Path.GetFullPath(path);
        if (!File.Exists(file))
            return Refuse($"There is no script '{path}'.");
        if (!string.Equals(Path.GetExtension(file), ".ps1", StringComparison.OrdinalIgnoreCase))
            return Refuse($"'{path}' is not a PowerShell script: its name does not end in .ps1.");

        Outcome outcome = Execute(shell =>
        {
            var command = new Command(file, isScript: false, useLocalScope: false);
            foreach (CommandParameter argument in ScriptArguments.Parse(arguments))
                command.Parameters.Add(argument);
            shell.Commands.AddCommand(command);
        });

        // 'exit N' ends the script file and nothing more: the engine notes an error and leaves N behind. So does a script that
        // ends with a failing program of the system: its code is passed on, too.
        bool noted = outcome == Outcome.CompletedWithErrors;
        return ToExitCode(outcome, noted && GetVariable("LASTEXITCODE") is int code ? code : ExitCode.Success);
    }

    /// <summary>Runs a text as <c>pwsh -Command</c> does: it fails when its last statement did.</summary>
    public int RunCommand(string text)
    {
        Outcome outcome = RunLine(text);
        return ToExitCode(outcome, GetVariable("?") is false ? ExitCode.Failure : ExitCode.Success);
    }

    /// <summary>Runs a text that stands for a script file.</summary>
    public int RunText(string text) => ToExitCode(RunLine(text), ExitCode.Success);

    /// <summary>Runs a text in the global scope, as if it was typed at the prompt.</summary>
    public Outcome RunLine(string text) => Execute(shell => shell.AddScript(text, useLocalScope: false), addToHistory: true);

    public CommandCompletion Complete(string text, int cursor)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        return CommandCompletion.CompleteInput(text, cursor, options: null, shell);
    }

    /// <summary>Stops what is running. False when there is nothing, or when it was asked before and goes on.</summary>
    public bool Stop()
    {
        lock (_gate)
        {
            if (_running is null || _stopping)
                return false;
            _stopping = true;
            _ = _running.BeginStop(callback: null, state: null);
            return true;
        }
    }

    public void Dispose() => _runspace.Dispose();

    private static InitialSessionState CreateState()
    {
        // The default state wants the assemblies that only an installed PowerShell has; this one is content with the core.
        InitialSessionState state = InitialSessionState.CreateDefault2();

        // Two of its functions are made of commands that are not there.
        state.Commands.Remove("help", typeof(SessionStateFunctionEntry));
        state.Commands.Add(new SessionStateAliasEntry("help", "Get-Help"));
        state.Commands.Remove("Clear-Host", typeof(SessionStateFunctionEntry));
        state.Commands.Add(new SessionStateFunctionEntry("Clear-Host", "[Console]::Clear()"));
        if (OperatingSystem.IsWindows())
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        return state;
    }

    private object? GetVariable(string name) => _runspace.SessionStateProxy.GetVariable(name);

    private int ToExitCode(Outcome outcome, int completed) => outcome switch
    {
        Outcome.Stopped => ExitCode.Interrupted,
        Outcome.Failed => ExitCode.Failure,
        _ => _host.RequestedExitCode ?? completed,
    };

    private int Refuse(string message)
    {
        _ui.WriteErrorLine(message);
        return ExitCode.Failure;
    }

    private Outcome Execute(Action<PowerShell> build, bool addToHistory = false)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        try
        {
            build(shell);
            Begin(shell);
            Show(shell, addToHistory);
            if (shell.InvocationStateInfo.State == PSInvocationState.Stopped)
                return Outcome.Stopped;
            return shell.HadErrors ? Outcome.CompletedWithErrors : Outcome.Completed;
        }
        catch (PipelineStoppedException)
        {
            return Outcome.Stopped;
        }
        catch (Exception exception)
        {
            // Whatever ends a pipeline is shown; at the prompt the session goes on.
            Report(exception);
            return Outcome.Failed;
        }
        finally
        {
            End();
        }
    }

    private void Begin(PowerShell shell)
    {
        lock (_gate)
        {
            _running = shell;
            _stopping = false;
        }
    }

    private void End()
    {
        lock (_gate)
            _running = null;
    }

    // Errors travel with the output, so that both appear in the order they happened.
    private static void Show(PowerShell shell, bool addToHistory)
    {
        shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        shell.Invoke(input: null, new PSInvocationSettings { AddToHistory = addToHistory });
    }

    private void Report(Exception exception)
    {
        ErrorRecord error = exception is IContainsErrorRecord known
            ? known.ErrorRecord
            : new ErrorRecord(exception, exception.GetType().Name, ErrorCategory.NotSpecified, targetObject: null);
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddCommand("Out-Default").AddParameter("InputObject", error);
        _ui.WriteAsErrors(() => shell.Invoke());
    }
}
