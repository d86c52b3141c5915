using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ApicShell.Engine;

/// <summary>The folder with PowerShell in it, and how its assemblies get from there into this process.</summary>
/// <remarks>
/// The engine takes the folder it was loaded from for its home: its modules, its settings and the program that jobs start are looked for there.
/// </remarks>
internal static class EngineFolder
{
    /// <summary>Gets where the build laid PowerShell out.</summary>
    public static string Built { get; } = typeof(EngineFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(item => item.Key == "EngineLayout").Value!;

    /// <summary>
    /// Lets the runtime find the engine in a folder. To be called before a method is entered that names a type of the engine: that is when
    /// the runtime looks for it.
    /// </summary>
    public static void Use(string folder)
    {
        // Which file serves which system and processor is in the list that PowerShell's own program has.
        var resolver = new AssemblyDependencyResolver(Path.Combine(folder, "pwsh.dll"));
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            resolver.ResolveAssemblyToPath(name) is { } path ? context.LoadFromAssemblyPath(path) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            resolver.ResolveUnmanagedDllToPath(name) is { } path ? NativeLibrary.Load(path) : IntPtr.Zero;
    }
}
