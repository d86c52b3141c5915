using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>A Pester file in a session of its own: first discovered, then run.</summary>
public sealed class PesterFile : IDisposable
{
    private static readonly string s_scripts = Path.Combine(AppContext.BaseDirectory, "PesterStandIn");

    private readonly EngineSession _session = EngineSession.WithoutModule();
    private readonly PSObject _root;

    /// <summary>Discovers the tests of a file. An error on the way is a <see cref="PesterFileException"/>.</summary>
    /// <remarks>
    /// The session has no module then: Pester imports none either before the blocks of the file run, so that a file which needs one
    /// for discovery has to import it in BeforeDiscovery.
    /// </remarks>
    public PesterFile(string path)
    {
        try
        {
            _session.Run("Import-Module -Name $args[0] -ErrorAction Stop", Script("PesterStandIn.psm1")).NoErrors();
            _root = Execute("Discover.ps1", path) is [var root]
                ? root
                : throw new PesterFileException("The file ended discovery before its end.");
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Gives the full names of the tests, in their order.</summary>
    public IReadOnlyList<string> Names() =>
        [.. _session.Run("Get-StandInTest -Block $args[0]", _root).NoErrors().Output.Select(test => Property<string>(test, "FullName"))];

    /// <summary>Runs the tests of the file and gives their results, in their order.</summary>
    /// <param name="moduleLayout">The folder of a module that the session imports first, or null for none.</param>
    public IReadOnlyList<PesterTestResult> Run(string? moduleLayout = null)
    {
        if (moduleLayout is not null)
            _session.ImportModule(moduleLayout);
        IReadOnlyList<PSObject> tests = Execute("Run.ps1", _root);
        return tests.Count == 0
            ? throw new PesterFileException("The file ended its run before its end.")
            : [.. tests.Select(ToResult)];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static string Script(string name) => Path.Combine(s_scripts, name);

    private static T Property<T>(PSObject item, string name) => (T)(item.Properties[name].Value is PSObject wrapped
        ? wrapped.BaseObject
        : item.Properties[name].Value);

    private static PesterTestResult ToResult(PSObject test) => new(
        Property<string>(test, "FullName"),
        Property<bool>(test, "HasRun"),
        [.. Property<IEnumerable<string>>(test, "Failures")]);

    // Errors that do not terminate are the business of the tests, here as in Pester.
    private IReadOnlyList<PSObject> Execute(string script, object argument)
    {
        EngineResult result = _session.Run("& $args[0] $args[1]", Script(script), argument);
        return result.Terminated ? throw new PesterFileException(Describe(result.Errors[^1])) : result.Output;
    }

    private static string Describe(ErrorRecord error) => $"{error}{Environment.NewLine}{error.ScriptStackTrace}";
}
