using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests.Walk;

/// <summary>A session with machines, in a folder of odd files, in which one value after the other is given to one parameter after the other.</summary>
public sealed class WalkSession : IDisposable
{
    // Far more than any takes: on a busy machine the whole walk stands still for seconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // What is asked for takes for ever, and is done. Ctrl+C ends it.
    private static readonly TimeSpan s_endless = TimeSpan.FromSeconds(1);

    // Of these an error is what happened, and not what was refused.
    private static readonly string[] s_happened = ["GuestFault", "HostRefused", "ReadUndefined", "SvsmSetupFailed", "StillRegistered", "GuestEnded"];

    private readonly EngineSession _session = EngineSession.WithModule(BuildPaths.ModuleLayout);
    private readonly EngineSession _other = EngineSession.WithModule();
    private readonly OddPaths _paths = new();
    private readonly SessionImage _image;
    private readonly HashSet<string> _ids;
    private readonly Dictionary<string, string[]> _listed = HelpPage.All.ToDictionary(page => page.Command.Name, page => page.Errors());
    private readonly Dictionary<string, object?> _good = [];
    private PSObject? _far;
    private string _before = "";
    private string _files = "";

    public WalkSession()
    {
        Assembly module = _session.Run("(Get-Command Get-ApicMachine).ImplementingType.Assembly").One<Assembly>();
        _ids = [.. module.GetType("ApicShell.Errors.ErrorIds", throwOnError: true)!.GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        _session.Run(
            """
            Set-Location -LiteralPath $args[0]
            $deadVcpu = New-ApicVcpu; $deadMachine = $deadVcpu.Machine; Remove-ApicMachine $deadMachine
            $goneVcpu = New-ApicVcpu; $goneMachine = $goneVcpu.Machine
            """,
            _paths.Folder).NoErrors();
        _other.Run("Remove-ApicMachine $args[0]", _session.Runspace.SessionStateProxy.GetVariable("goneMachine")).NoErrors();
        _image = new(_session.Runspace, module);
        Commands = [.. _session.Run("Get-Command -Module ApicShell -CommandType Cmdlet").NoErrors().Output.Select(item => (CmdletInfo)item.BaseObject)];
        Renew();
    }

    /// <summary>Gets the commands of the module.</summary>
    public IReadOnlyList<CmdletInfo> Commands { get; }

    /// <summary>Gets how many values were given so far.</summary>
    public int Count { get; private set; }

    /// <summary>Gives every value to a parameter, and says what went wrong.</summary>
    internal IEnumerable<string> Walk(WalkSite site)
    {
        foreach ((string name, Func<object?> value) in Values(site))
        {
            Count++;
            foreach (string wrong in Try(site, value()))
            {
                yield return $"{site}, {name}: {wrong}";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Close();
        _other.Dispose();
        _paths.Dispose();
    }

    private static bool IsPath(WalkSite site) => site.Parameter is "Path" or "LiteralPath" or "ResumePath" || (site.Parameter is null && site.Command is "Import-ApicTrace");

    private static bool IsControl(char one) => char.IsControl(one) || one is '\u2028' or '\u2029';

    private IEnumerable<(string Name, Func<object?> Value)> Values(WalkSite site)
    {
        foreach ((string name, object? value) in HostileValues.All)
        {
            if (value is ScriptBlock && site.Parameter == nameof(ScriptBlock))
            {
                // It is there to be run.
                continue;
            }

            yield return (name, () => value);
        }

        foreach (string handle in (string[])["$deadMachine", "$deadVcpu", "$farMachine", "$farVcpu", "$goneMachine", "$goneVcpu"])
        {
            yield return (handle, () => _session.Runspace.SessionStateProxy.GetVariable(handle[1..]));
        }

        if (IsPath(site))
        {
            foreach ((string name, string path) in _paths.All)
            {
                yield return ($"path {name}", () => path);
            }
        }
    }

    private IEnumerable<string> Try(WalkSite site, object? value)
    {
        using var shell = PowerShell.Create(_session.Runspace);
        shell.AddCommand(site.Command);
        foreach (string needed in site.Needed)
        {
            shell.AddParameter(needed, ValueOf(GoodValues.Of(site.Command, needed)!));
        }

        foreach ((string parameter, string text) in GoodValues.Beside(site))
        {
            shell.AddParameter(parameter, ValueOf(text));
        }

        PSDataCollection<object?>? input = null;
        if (site.Parameter is { } given)
        {
            shell.AddParameter(given, value);
        }
        else
        {
            input = [value];
            input.Complete();
        }

        using var output = new PSDataCollection<PSObject>();
        IAsyncResult run = input is null ? shell.BeginInvoke<PSObject, PSObject>(null, output) : shell.BeginInvoke(input, output);

        // It writes as many EOIs as it is told to.
        bool isEndless = site is { Command: "Complete-ApicInterrupt", Parameter: "Count" } && value is int.MaxValue;
        if (!run.AsyncWaitHandle.WaitOne(isEndless ? s_endless : s_limit))
        {
            bool ends = shell.BeginStop(null, null).AsyncWaitHandle.WaitOne(s_limit);
            Renew();
            return !ends ? ["Ctrl+C does not end it"] : isEndless ? [] : [$"it takes longer than {s_limit.TotalSeconds} s"];
        }

        List<ErrorRecord> errors = [];
        try
        {
            shell.EndInvoke(run);
        }
        catch (RuntimeException error)
        {
            errors.Add(error.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        string[] wrong = [.. errors.SelectMany(error => Judge(site, error)).Distinct(), .. shell.Streams.Warning.SelectMany(warning => Judge(warning.Message)).Distinct()];
        return [.. wrong, .. JudgeState(site, errors)];
    }

    private IEnumerable<string> Judge(WalkSite site, ErrorRecord error)
    {
        string id = error.FullyQualifiedErrorId.Split(',')[0];
        bool isOurs = _ids.Contains(id.Split('.')[0]);
        if ((!isOurs && !BinderIds.All.Contains(id)) || IsRaw(error.Exception))
        {
            return [$"id {error.FullyQualifiedErrorId}: {Shown(error.Exception.Message)}"];
        }

        return !isOurs ? []
            : !_listed[site.Command].Any(listed => listed == id || listed == $"{id.Split('.')[0]}.*") ? [$"id {id}, which its page does not list"]
            : Judge(error.Exception.Message);
    }

    /// <summary>Whether the engine refused a value because code of the module fell over it.</summary>
    private static bool IsRaw(Exception? error) => error is not null && error.GetType().Name != "ApicException"
        && (error is NullReferenceException or IndexOutOfRangeException or KeyNotFoundException or IOException or UnauthorizedAccessException || IsRaw(error.InnerException));

    private static IEnumerable<string> Judge(string message)
    {
        const int most = 2000;
        if (message.Length > most)
        {
            yield return $"a message of {message.Length} characters: {Shown(message)}";
        }

        if (message.Any(IsControl))
        {
            yield return $"a message with control characters: {Shown(message)}";
        }
    }

    private static string Shown(string text) => new([.. text.Take(200).Select(one => IsControl(one) ? '¤' : one)]);

    private IEnumerable<string> JudgeState(WalkSite site, List<ErrorRecord> errors)
    {
        string after = _image.Take();
        string files = IsPath(site) || site.Needed.Contains("Path") ? _paths.Image() : _files;
        bool isChanged = after != _before || files != _files;
        if (!isChanged)
        {
            return [];
        }

        string what = after != _before ? $"state was {_before} and is {after}" : $"files were {_files} and are {files}";
        Renew();
        return errors.Count == 0 || errors.Any(error => s_happened.Contains(error.FullyQualifiedErrorId.Split(',', '.')[0])) ? [] : [$"{errors[0].FullyQualifiedErrorId}, and yet {what}"];
    }

    /// <summary>What a script gives, once for as long as the machines are the same.</summary>
    private object? ValueOf(string script)
    {
        if (!_good.TryGetValue(script, out object? value))
        {
            PSObject[] output = [.. _session.Run(script).NoErrors().Output];
            _good[script] = value = output.Length == 1 ? output[0].BaseObject : output.Select(item => item.BaseObject).ToArray();
            _before = _image.Take();
        }

        return value;
    }

    /// <summary>Makes the machines and the files anew, where they are not as they were.</summary>
    private void Renew()
    {
        _session.Run(
            """
            Get-ApicMachine | Remove-ApicMachine
            $null = New-ApicMachine 2 -Name native
            $null = New-ApicMachine 2 -Name m -Platform SevSnp
            Enable-ApicAlternateInjection
            """).NoErrors();
        if (_far is null || _far.Properties["Machine"].Value is var machine && (bool)PSObject.AsPSObject(machine).Properties["IsRemoved"].Value)
        {
            _far = _other.Run("New-ApicVcpu").NoErrors().Output[0];
            _session.Run("$farVcpu = $args[0]; $farMachine = $farVcpu.Machine", _far).NoErrors();
        }

        if (_paths.Image() != _files)
        {
            _paths.Renew();
            _files = _paths.Image();
        }

        _good.Clear();
        _before = _image.Take();
    }
}
