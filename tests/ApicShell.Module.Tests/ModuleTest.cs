using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests;

/// <summary>A test of the module: each has a session of its own, in which the module is imported and no machine is made.</summary>
public abstract class ModuleTest : IDisposable
{
    private protected ModuleTest() => Session = EngineSession.WithModule();

    protected EngineSession Session { get; }

    /// <summary>Gets the assembly with the cmdlets, as the engine loaded it from the layout.</summary>
    protected Assembly ModuleAssembly => Session.Run("(Get-Command Get-ApicMachine).ImplementingType.Assembly").One<Assembly>();

    public virtual void Dispose()
    {
        Session.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a script that has no errors.</summary>
    protected EngineResult Run(string script, params object?[] args) => Session.Run(script, args).NoErrors();

    /// <summary>Runs a script that has no errors, and gives its output as text, one item an object.</summary>
    protected IReadOnlyList<string> Texts(string script, params object?[] args) => [.. Run(script, args).Output.Select(item => $"{item}")];

    /// <summary>Gives the cmdlets that the module exports.</summary>
    protected IReadOnlyList<CmdletInfo> Cmdlets() =>
        [.. Run("Get-Command -Module ApicShell -CommandType Cmdlet").Output.Select(item => (CmdletInfo)item.BaseObject)];
}
