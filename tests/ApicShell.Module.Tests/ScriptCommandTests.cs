using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Language;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Scripts that have to run in a bare engine use its own commands and those of the module, and no others.</summary>
public sealed class ScriptCommandTests
{
    public static TheoryData<string> Scripts =>
    [
        "module/ApicShell.psm1",
        .. Directory.EnumerateFiles(SampleFiles.Examples, "*.ps1")
            .Select(path => $"examples/{Path.GetFileName(path)}").Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_uses_what_the_engine_has(string script)
    {
        // The module cannot use its own commands to come into being.
        bool isModule = script.EndsWith(".psm1", StringComparison.Ordinal);
        using EngineSession session = isModule ? EngineSession.WithoutModule() : EngineSession.WithModule();
        ScriptBlockAst ast = Parsed(Path.Combine(BuildPaths.RepositoryRoot, script));
        string[] own = [.. ast.FindAll(node => node is FunctionDefinitionAst, true).Select(node => ((FunctionDefinitionAst)node).Name)];
        string[] used = [.. Commands(ast).Except(own, StringComparer.OrdinalIgnoreCase)];

        Assert.NotEmpty(used);
        Assert.All(used, name => Assert.True(
            session.Run("Get-Command $args[0] -CommandType Cmdlet, Function", name).Output.Count == 1,
            $"{script} uses '{name}', which the engine does not have."));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_needs_no_module_beside(string script)
    {
        ScriptBlockAst ast = Parsed(Path.Combine(BuildPaths.RepositoryRoot, script));

        Assert.Null(ast.ScriptRequirements);
        Assert.DoesNotContain(ast.FindAll(node => node is UsingStatementAst, searchNestedScriptBlocks: true), _ => true);
    }

    private static IEnumerable<string> Commands(ScriptBlockAst ast) => ast
        .FindAll(node => node is CommandAst, searchNestedScriptBlocks: true)
        .Select(node => ((CommandAst)node).GetCommandName())
        // A script block or a variable that is called has no name.
        .Where(name => name is not null)
        .Distinct(StringComparer.OrdinalIgnoreCase);

    private static ScriptBlockAst Parsed(string path)
    {
        ScriptBlockAst ast = Parser.ParseFile(path, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return ast;
    }
}
