using System;
using System.Linq;
using System.Reflection;

namespace ApicShell.Tests.Engine;

/// <summary>The places that the build wrote into this assembly.</summary>
public static class BuildPaths
{
    /// <summary>Gets the top of the repository.</summary>
    public static string RepositoryRoot => Metadata("RepositoryRoot");

    /// <summary>Gets the folder with the module as it ships.</summary>
    public static string ModuleLayout => Metadata("ModuleLayout");

    /// <summary>Gets the manifest of the Pester that the build downloaded.</summary>
    public static string Pester => Metadata("Pester");

    /// <summary>Gets the assembly of the console host.</summary>
    public static string Host => Metadata("Host");

    private static string Metadata(string key) =>
        typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(item => item.Key == key)?.Value
        ?? throw new InvalidOperationException($"The build did not write '{key}' into the test assembly.");
}
