using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ApicShell.Tests.Engine;

namespace ApicShell.Tests;

/// <summary>What Get-Help gives for a command, read once for all tests: it takes longer than what they do with it.</summary>
/// <param name="Command">The command.</param>
/// <param name="Synopsis">The synopsis.</param>
/// <param name="Description">The texts of the description.</param>
/// <param name="Parameters">The parameters that have a text.</param>
/// <param name="SyntaxForms">The number of forms of its syntax.</param>
/// <param name="Notes">The texts of its notes.</param>
/// <param name="Links">The texts of its links.</param>
/// <param name="Examples">The examples.</param>
internal sealed partial record HelpPage(
    CmdletInfo Command,
    string Synopsis,
    string Description,
    IReadOnlyList<string> Parameters,
    int SyntaxForms,
    string Notes,
    IReadOnlyList<string> Links,
    IReadOnlyList<HelpPage.Example> Examples)
{
    private static readonly Lazy<IReadOnlyList<HelpPage>> s_all = new(Read);

    /// <summary>Gets the pages of all cmdlets of the module.</summary>
    public static IReadOnlyList<HelpPage> All => s_all.Value;

    /// <summary>The error ids that it lists.</summary>
    public string[] Errors() => [.. ErrorLine().Matches(Notes).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("^- ([A-Za-z.*]+):", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    /// <summary>An example of a page.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Code">What is typed.</param>
    /// <param name="Remarks">What stands below.</param>
    public sealed record Example(string Title, string Code, string Remarks);

    private static IReadOnlyList<HelpPage> Read()
    {
        using EngineSession session = EngineSession.WithModule();
        EngineResult result = session.Run("""
            foreach ($command in Get-Command -Module ApicShell -CommandType Cmdlet) {
                $help = Get-Help $command.Name -Full
                [pscustomobject] @{
                    Command = $command
                    Synopsis = $help.Synopsis
                    Description = @($help.description | ForEach-Object { $_.Text }) -join "`n"
                    Parameters = [string[]] @($help.parameters.parameter | Where-Object { @($_.description)[0].Text } | ForEach-Object { $_.name })
                    SyntaxForms = @($help.syntax.syntaxItem).Count
                    Notes = @($help.alertSet.alert | ForEach-Object { $_.Text }) -join "`n"
                    Links = [string[]] @($help.relatedLinks.navigationLink | ForEach-Object { $_.linkText })
                    Examples = @($help.examples.example | ForEach-Object {
                        [pscustomobject] @{
                            Title = $_.title -replace '^[-\s]+|[-\s]+$'
                            Code = "$($_.code)"
                            Remarks = @($_.remarks | ForEach-Object { $_.Text }) -join "`n"
                        }
                    })
                }
            }
            """).NoErrors();
        return [.. result.Output.Select(ToPage)];
    }

    private static HelpPage ToPage(PSObject item) => new(
        Of<CmdletInfo>(item, nameof(Command)),
        Text(item, nameof(Synopsis)),
        Text(item, nameof(Description)),
        Of<string[]>(item, nameof(Parameters)),
        Of<int>(item, nameof(SyntaxForms)),
        Text(item, nameof(Notes)),
        Of<string[]>(item, nameof(Links)),
        [.. Of<object[]>(item, nameof(Examples)).Select(example => ToExample(PSObject.AsPSObject(example)))]);

    private static Example ToExample(PSObject item) =>
        new(Text(item, nameof(Example.Title)), Text(item, nameof(Example.Code)), Text(item, nameof(Example.Remarks)));

    private static string Text(PSObject item, string property) => $"{item.Properties[property].Value}".Replace("\r\n", "\n", StringComparison.Ordinal);

    private static T Of<T>(PSObject item, string property) => (T)PSObject.AsPSObject(item.Properties[property].Value).BaseObject;
}
