using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Reflection;

namespace ApicShell.Host;

/// <summary>Finds the module that the host imports: where the build said it would be, or where the user says it is.</summary>
internal static class ModuleLayout
{
    private const string ManifestName = "ApicShell.psd1";

    public static bool TryFindManifest(
        string? directory, [NotNullWhen(true)] out string? manifest, [NotNullWhen(false)] out string? problem)
    {
        string root = Path.GetFullPath(directory ?? BuiltDirectory());
        string path = Path.Combine(root, ManifestName);
        bool found = File.Exists(path);
        manifest = found ? path : null;
        problem = found ? null : directory is null
            ? $"The module is not there: '{path}' is missing. 'dotnet build' makes it."
            : $"There is no module in '{root}': '{ManifestName}' is missing. 'dotnet build' makes one; -ModulePath takes its directory.";
        return found;
    }

    // The build bakes the path in: the host runs from its own output folder, from which the layout cannot be guessed.
    private static string BuiltDirectory() =>
        typeof(ModuleLayout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(item => item.Key == "ModuleLayout")?.Value ?? AppContext.BaseDirectory;
}
