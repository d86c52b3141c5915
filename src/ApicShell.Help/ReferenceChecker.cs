using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ApicShell.Help;

/// <summary>Looks whether what a page refers to is there: links, and the cmdlets and parameters that its PowerShell blocks use.</summary>
internal sealed class ReferenceChecker(IReadOnlyList<CommandDescription> commands, string topicFolder, DiagnosticList diagnostics)
{
    /// <summary>What every noun of the module starts with; a command with such a noun can be nobody else's.</summary>
    private const string NounPrefix = "Apic";

    private const string TopicPrefix = "about_";

    internal void Check(HelpPage page)
    {
        foreach (HelpLink link in page.Links.Where(link => link.Uri.Length == 0 && IsDangling(link.Text)))
        {
            diagnostics.Add(page.Path, link.Line, DiagnosticCode.UnknownLink, $"there is no {link.Text}");
        }

        foreach (HelpBlock code in page.Code)
        {
            CheckCode(page.Path, code);
        }
    }

    private bool IsDangling(string name) => name.StartsWith(TopicPrefix, StringComparison.OrdinalIgnoreCase)
        ? IsOurs(name[TopicPrefix.Length..]) && !File.Exists(Path.Combine(topicFolder, name + ".help.txt"))
        : IsOurs(NounOf(name)) && Find(name) is null;

    private static bool IsOurs(string noun) => noun.StartsWith(NounPrefix, StringComparison.OrdinalIgnoreCase);

    private static string NounOf(string name) => name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];

    private CommandDescription? Find(string name) =>
        commands.FirstOrDefault(command => string.Equals(command.Name, name, StringComparison.OrdinalIgnoreCase));

    private void CheckCode(string path, HelpBlock code)
    {
        ScriptBlockAst script = Parser.ParseInput(code.Text, out _, out ParseError[] errors);
        foreach (ParseError error in errors)
        {
            Report(path, code, error.Extent, DiagnosticCode.ExampleSyntax, error.Message.ReplaceLineEndings(" "));
        }

        foreach (CommandAst use in script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            CheckUse(path, code, use);
        }
    }

    private void CheckUse(string path, HelpBlock code, CommandAst use)
    {
        if (use.GetCommandName() is not { } name)
        {
            return;
        }

        if (Find(name) is { } command)
        {
            foreach (CommandParameterAst named in use.CommandElements.OfType<CommandParameterAst>().Where(named => !Binds(command, named)))
            {
                Report(path, code, named.Extent, DiagnosticCode.ExampleCommand, $"{command.Name} has no parameter {named.ParameterName}");
            }
        }
        else if (name.Contains('-', StringComparison.Ordinal) && IsOurs(NounOf(name)))
        {
            Report(path, code, use.Extent, DiagnosticCode.ExampleCommand, $"the module has no cmdlet {name}");
        }
    }

    /// <summary>Whether the engine would find the parameter: by name or alias, or by the beginning of exactly one name.</summary>
    private static bool Binds(CommandDescription command, CommandParameterAst parameter)
    {
        string[] names = [.. command.Parameters.Select(known => known.Name), .. Cmdlet.CommonParameters];
        IEnumerable<string> aliases = command.Parameters.SelectMany(known => known.Aliases);
        return names.Concat(aliases).Contains(parameter.ParameterName, StringComparer.OrdinalIgnoreCase)
            || names.Count(known => known.StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase)) == 1;
    }

    private void Report(string path, HelpBlock code, IScriptExtent extent, string diagnostic, string message) =>
        diagnostics.Add(path, code.Line + extent.StartLineNumber - 1, diagnostic, message);
}
