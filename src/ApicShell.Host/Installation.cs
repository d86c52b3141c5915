using System;
using System.IO;
using System.Linq;
using System.Reflection;
using ApicShell.Engine;

namespace ApicShell.Host;

/// <summary>Where engine and module are: beside the program in an installed tool, where the build left them otherwise.</summary>
/// <param name="Engine">The folder with PowerShell in it.</param>
/// <param name="Module">The folder with the module in it.</param>
internal sealed record Installation(string Engine, string Module)
{
    /// <summary>Gets the path of the module's manifest.</summary>
    public string Manifest => Path.Combine(Module, "ApicShell.psd1");

    /// <summary>Finds the two.</summary>
    public static Installation Find()
    {
        string besideEngine = Path.Combine(AppContext.BaseDirectory, "PowerShell");
        return Directory.Exists(besideEngine)
            ? new Installation(besideEngine, Path.Combine(AppContext.BaseDirectory, "ApicShell"))
            : new Installation(EngineFolder.Built, BuiltModule());
    }

    /// <summary>Puts the folder that the module's is in before others: jobs and runspaces then know the module by its name.</summary>
    public string ModulePath(string? others)
    {
        string modules = Path.GetDirectoryName(Module.TrimEnd(Path.DirectorySeparatorChar))!;
        return string.IsNullOrEmpty(others) ? modules : modules + Path.PathSeparator + others;
    }

    private static string BuiltModule() => typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(item => item.Key == "ModuleLayout").Value!;
}
