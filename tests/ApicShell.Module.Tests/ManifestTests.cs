using System;
using System.Collections;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What the manifest promises, and that the module keeps it.</summary>
public sealed class ManifestTests : ModuleTest
{
    private static readonly string s_manifest = Path.Combine(BuildPaths.ModuleLayout, "ApicShell.psd1");

    private static Hashtable Data
    {
        get
        {
            ScriptBlockAst file = Parser.ParseFile(s_manifest, out _, out ParseError[] errors);
            Assert.Empty(errors);
            return (Hashtable)file.Find(node => node is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();
        }
    }

    [Fact]
    public void The_engine_finds_nothing_wrong_with_the_manifest()
    {
        PSModuleInfo module = Run("Test-ModuleManifest -Path $args[0]", s_manifest).One<PSModuleInfo>();

        Assert.Equal("ApicShell", module.Name);
        Assert.NotEqual(Guid.Empty, module.Guid);
        Assert.NotEmpty(module.Description);
        Assert.Equal("https://github.com/ApicShell/ApicShell", $"{module.ProjectUri}");
        Assert.StartsWith($"{module.ProjectUri}/", $"{module.LicenseUri}", StringComparison.Ordinal);
        Assert.StartsWith($"{module.ProjectUri}/", module.ReleaseNotes, StringComparison.Ordinal);
        Assert.Contains("SEV-SNP", module.Tags);
    }

    [Fact]
    public void The_manifest_is_a_plain_hashtable_that_can_be_read_without_running_it() => Assert.Equal("ApicShell.psm1", Data["RootModule"]);

    [Fact]
    public void The_exports_are_listed_one_by_one_and_are_what_the_engine_shows()
    {
        string[] listed = [.. ((object[])Data["CmdletsToExport"]!).Cast<string>().Order(StringComparer.Ordinal)];

        Assert.DoesNotContain(listed, WildcardPattern.ContainsWildcardCharacters);
        Assert.Equal(listed, Cmdlets().Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_public_cmdlet_of_the_assembly_is_exported() => Assert.Equal(
        ModuleAssembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(Cmdlet).IsAssignableFrom(type)).Select(type => type.FullName).Order(),
        Cmdlets().Select(cmdlet => cmdlet.ImplementingType.FullName).Order());

    [Theory]
    [InlineData("FunctionsToExport")]
    [InlineData("AliasesToExport")]
    [InlineData("VariablesToExport")]
    public void Nothing_but_cmdlets_is_listed_for_export(string key) => Assert.Empty((object[])Data[key]!);

    [Fact]
    public void Import_changes_nothing_but_cmdlets()
    {
        using EngineSession bare = EngineSession.WithoutModule();
        const string script = """
            Get-Command -CommandType Function, Alias, Filter | ForEach-Object { "command $($_.Name)" }
            $ExecutionContext.SessionState.InvokeProvider.Item.Get('variable:*') | ForEach-Object { "variable $($_.Name)" }
            """;

        string[] before = [.. bare.Run(script).NoErrors().Output.Select(item => $"{item}").Order()];
        string[] after = [.. Texts(script).Order()];

        Assert.Contains("variable PSVersionTable", before);
        Assert.Equal(before, after);
        PSModuleInfo module = Run("Get-Module ApicShell").One<PSModuleInfo>();
        Assert.Empty(module.ExportedFunctions);
        Assert.Empty(module.ExportedAliases);
        Assert.Empty(module.ExportedVariables);
    }

    [Fact]
    public void Every_cmdlet_has_an_approved_verb_and_a_noun_that_starts_with_Apic()
    {
        // What Get-Verb lists; the engine alone does not have it.
        Type[] groups =
        [
            typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle),
            typeof(VerbsOther), typeof(VerbsSecurity),
        ];
        string[] approved = [.. groups.SelectMany(group => group.GetFields()).Select(field => (string)field.GetRawConstantValue()!)];

        Assert.All(Cmdlets(), cmdlet =>
        {
            Assert.Contains(cmdlet.Verb, approved);
            Assert.StartsWith("Apic", cmdlet.Noun, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_version_of_the_manifest_is_that_of_the_assembly() =>
        Assert.Equal((string)Data["ModuleVersion"]!, ModuleAssembly.GetName().Version!.ToString(fieldCount: 3));
}
