using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The files that ship.</summary>
public sealed class LayoutTests
{
    private static readonly string[] s_frameworks = ["net8.0", "netstandard2.0"];

    // Symbols and documentation may ship; anything else that lies here was not meant to.
    private static readonly string[] s_allowedBesideAssemblies = [".pdb", ".xml", ".deps.json"];

    private static readonly string[] s_own = ["ApicShell.Core.dll", "ApicShell.Serialization.dll", "ApicShell.dll"];

    // Windows PowerShell has no /dev/kvm.
    private static readonly string[] s_ownOfNet = ["ApicShell.Core.dll", "ApicShell.Kvm.dll", "ApicShell.Serialization.dll", "ApicShell.dll"];

    // What .NET has and .NET Framework has not: System.Text.Json, and what that needs.
    private static readonly string[] s_libraries =
    [
        "Microsoft.Bcl.AsyncInterfaces.dll", "System.Buffers.dll", "System.Memory.dll", "System.Numerics.Vectors.dll",
        "System.Runtime.CompilerServices.Unsafe.dll", "System.Text.Encodings.Web.dll", "System.Text.Json.dll", "System.Threading.Tasks.Extensions.dll",
    ];

    private static readonly string[] s_libraryTerms = ["System.Text.Json.LICENSE.TXT", "System.Text.Json.THIRD-PARTY-NOTICES.TXT"];

    public static TheoryData<string> Frameworks => [.. s_frameworks];

    [Fact]
    public void At_the_top_there_are_the_module_its_data_and_the_licence() => Assert.Equal(
        ["ApicShell.Format.ps1xml", "ApicShell.Types.ps1xml", "ApicShell.psd1", "ApicShell.psm1", "LICENSE", "bin", "en-US"],
        Names(Directory.EnumerateFileSystemEntries(BuildPaths.ModuleLayout)));

    [Fact]
    public void There_is_a_build_for_each_framework_and_no_other() =>
        Assert.Equal(s_frameworks, Names(Directory.EnumerateFileSystemEntries(Path.Combine(BuildPaths.ModuleLayout, "bin"))));

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void A_build_has_the_assemblies_of_the_module_and_what_its_framework_lacks(string framework)
    {
        string[] files = Names(Directory.EnumerateFileSystemEntries(Folder(framework)));
        bool isLegacy = framework == "netstandard2.0";

        Assert.Equal(isLegacy ? [.. s_own, .. s_libraries] : s_ownOfNet, files.Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(isLegacy ? s_libraryTerms : [], files.Where(file => file.EndsWith(".TXT", StringComparison.Ordinal)));
        Assert.All(
            files.Where(file => !file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !file.EndsWith(".TXT", StringComparison.Ordinal)),
            file => Assert.True(
                file.StartsWith("ApicShell.", StringComparison.Ordinal) && s_allowedBesideAssemblies.Any(file.EndsWith),
                $"'{file}' does not belong there."));
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void A_build_is_made_for_its_framework(string framework)
    {
        string library = framework == "net8.0" ? "System.Runtime" : "netstandard";

        Assert.All(s_own, assembly => Assert.Contains(library, References(Path.Combine(Folder(framework), assembly))));
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_core_knows_neither_PowerShell_nor_Json_nor_the_console(string framework)
    {
        string[] references = References(Path.Combine(Folder(framework), "ApicShell.Core.dll"));

        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => name is "System.Management.Automation" or "System.Text.Json" or "System.Console" or "ApicShell" or "ApicShell.Serialization");
    }

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void Texts_are_made_of_the_core_by_the_only_user_of_Json(string framework)
    {
        string[] references = References(Path.Combine(Folder(framework), "ApicShell.Serialization.dll"));

        Assert.Contains("ApicShell.Core", references);
        Assert.Contains("System.Text.Json", references);
        Assert.DoesNotContain(references, name => name is "System.Management.Automation" or "System.Console" or "ApicShell");
    }

    [Fact]
    public void What_is_beside_the_build_for_Windows_PowerShell_is_all_that_it_needs_and_each_as_new_as_it_is_wanted() => Assert.All(
        s_own.Concat(s_libraries),
        file =>
        {
            using PEReader image = new(File.OpenRead(Path.Combine(Folder("netstandard2.0"), file)));
            MetadataReader metadata = image.GetMetadataReader();
            foreach (AssemblyReference wanted in metadata.AssemblyReferences.Select(metadata.GetAssemblyReference))
            {
                string name = metadata.GetString(wanted.Name);
                if (name is not ("netstandard" or "System.Management.Automation"))
                {
                    Version? found = AssemblyName.GetAssemblyName(Path.Combine(Folder("netstandard2.0"), name + ".dll")).Version;
                    Assert.True(found >= wanted.Version, $"{file} wants {name} {wanted.Version}, and {found} is there.");
                }
            }
        });

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void The_cmdlets_need_the_engine_the_core_its_texts_and_the_framework_only(string framework)
    {
        string[] references = References(Path.Combine(Folder(framework), "ApicShell.dll"));

        Assert.Contains("ApicShell.Core", references);
        Assert.Contains("ApicShell.Serialization", references);
        Assert.Contains("System.Management.Automation", references);
        Assert.DoesNotContain("System.Text.Json", references);
        Assert.All(
            references.Where(name => name is not ("ApicShell.Core" or "ApicShell.Serialization" or "System.Management.Automation")),
            name => Assert.True(framework == "net8.0" ? name == "ApicShell.Kvm" || name.StartsWith("System.", StringComparison.Ordinal) : name == "netstandard", name));
    }

    [Fact]
    public void The_help_is_there_for_the_assembly_and_as_topics()
    {
        string[] files = Names(Directory.EnumerateFileSystemEntries(Path.Combine(BuildPaths.ModuleLayout, "en-US")));

        Assert.Contains("ApicShell.dll-Help.xml", files);
        Assert.All(
            files.Where(file => file != "ApicShell.dll-Help.xml"),
            file => Assert.Matches("^about_Apic[A-Za-z]+\\.help\\.txt$", file));
    }

    [Theory]
    [InlineData("ApicShell.psd1")]
    [InlineData("ApicShell.psm1")]
    [InlineData("ApicShell.Format.ps1xml")]
    [InlineData("ApicShell.Types.ps1xml")]
    public void What_ships_is_what_the_repository_has(string file) => Assert.Equal(
        File.ReadAllText(Path.Combine(BuildPaths.RepositoryRoot, "module", file)),
        File.ReadAllText(Path.Combine(BuildPaths.ModuleLayout, file)));

    [Fact]
    public void The_licence_is_that_of_the_repository() => Assert.Equal(
        File.ReadAllText(Path.Combine(BuildPaths.RepositoryRoot, "LICENSE")),
        File.ReadAllText(Path.Combine(BuildPaths.ModuleLayout, "LICENSE")));

    private static string Folder(string framework) => Path.Combine(BuildPaths.ModuleLayout, "bin", framework);

    private static string[] Names(IEnumerable<string> paths) => [.. paths.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string[] References(string assembly)
    {
        using PEReader file = new(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
