using System.IO;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests;

/// <summary>Files of the repository that several tests use.</summary>
internal static class SampleFiles
{
    /// <summary>Gets the folder of the examples.</summary>
    public static string Examples => Path.Combine(BuildPaths.RepositoryRoot, "examples");

    /// <summary>Gets a recorded boot, as examples and help use it.</summary>
    public static string RecordedBoot => Path.Combine(Examples, "data", "ovmf-2022.11-qemu-7.2-smp1.log");
}
