using System;
using System.Runtime.CompilerServices;
using ApicShell.Engine;

namespace ApicShell.Host;

/// <summary>Starts PowerShell's console host with the module in it. All that pwsh takes on its command line works behind it.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Installation installation = Installation.Find();
        EngineFolder.Use(installation.Engine);
        Environment.SetEnvironmentVariable("PSModulePath", installation.ModulePath(Environment.GetEnvironmentVariable("PSModulePath")));

        // An experiment at a prompt stays on its machine, unless somebody has said otherwise.
        SetUnlessSet("POWERSHELL_TELEMETRY_OPTOUT", "1");
        SetUnlessSet("POWERSHELL_UPDATECHECK", "Off");
        return Start(installation, args);
    }

    // A method of its own: the runtime looks for the engine when it enters one that names a type of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Start(Installation installation, string[] args) => Shell.Start(installation, args);

    private static void SetUnlessSet(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Environment.SetEnvironmentVariable(variable, value);
        }
    }
}
