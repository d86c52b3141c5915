using System;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Resources;
using Microsoft.PowerShell;

namespace ApicShell.Host;

/// <summary>The session that the console host opens: PowerShell's default one, with the module imported.</summary>
internal static class Shell
{
    /// <summary>Runs the console host to its end and gives the exit code of the process.</summary>
    public static int Start(Installation installation, string[] args)
    {
        // What goes into a file or another program is text.
        if (Console.IsOutputRedirected || Console.IsErrorRedirected)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(installation.Manifest);
        return ConsoleShell.Start(state, Banner(), Usage(), args);
    }

    private static string Banner() => $"""
        ApicShell {typeof(Shell).Assembly.GetName().Version?.ToString(3)} in PowerShell {PSVersionInfo.PSVersion}
        Get-Command -Module ApicShell lists the commands, Get-Help about_ApicShell begins the manual, exit leaves.

        """;

    // What -Help prints is pwsh's own text, since all that pwsh takes works here.
    private static string Usage() =>
        new ResourceManager("Microsoft.PowerShell.ConsoleHost.resources.ManagedEntranceStrings", typeof(ConsoleShell).Assembly)
            .GetString("UsageHelp") ?? "";
}
