using System;
using System.Diagnostics;

namespace ApicShell.Tests.Engine;

/// <summary>ApicShell.Host as the build made it, in a process of its own.</summary>
internal static class HostProgram
{
    /// <summary>Starts it with its input and outputs in the caller's hands.</summary>
    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new(DotNet, ["exec", BuildPaths.Host, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The host did not start.");
    }

    /// <summary>Gets the runtime that runs the tests, where that is seen; it need not be on the path.</summary>
    public static string DotNet =>
        Environment.ProcessPath is { } path && path.Contains("dotnet", StringComparison.Ordinal) ? path : "dotnet";
}
