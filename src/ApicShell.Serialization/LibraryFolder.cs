#if NETSTANDARD2_0
using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ApicShell.Serialization;

/// <summary>
/// The libraries that lie beside this one for Windows PowerShell. They ask for older versions of each other than they come in, which .NET Framework
/// allows only to programs that have a configuration file of their own.
/// </summary>
internal static class LibraryFolder
{
    private static readonly string s_path = Path.GetDirectoryName(typeof(LibraryFolder).Assembly.Location)!;

    /// <summary>Has the runtime look here for what it finds nowhere.</summary>
    public static void Use()
    {
        if (RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal))
        {
            AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) => Find(wanted.Name) is { } path ? Assembly.LoadFrom(path) : null;
        }
    }

    /// <summary>The library of a name, where there is one here that is as new as is wanted.</summary>
    internal static string? Find(string name)
    {
        var wanted = new AssemblyName(name);
        string path = Path.Combine(s_path, wanted.Name + ".dll");
        return File.Exists(path) && (wanted.Version is null || AssemblyName.GetAssemblyName(path).Version >= wanted.Version) ? path : null;
    }
}
#endif
