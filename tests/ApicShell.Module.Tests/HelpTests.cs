using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The help, as Get-Help gives it.</summary>
public sealed partial class HelpTests : ModuleTest
{
    private static readonly string[] s_topics =
        ["about_ApicAlternateInjection", "about_ApicBackends", "about_ApicDesigns", "about_ApicErrors", "about_ApicRegisters", "about_ApicSearch", "about_ApicShell", "about_ApicTracing"];

    private static readonly string s_helpFolder = Path.Combine(BuildPaths.ModuleLayout, "en-US");

    public static TheoryData<string> Topics => [.. s_topics];

    [Fact]
    public void Every_cmdlet_has_a_synopsis_a_description_and_an_example() => Assert.All(HelpPage.All, page =>
    {
        // What the engine makes up where there is no help: the syntax as the synopsis, and nothing else.
        Assert.DoesNotContain('[', page.Synopsis);
        Assert.EndsWith(".", page.Synopsis, StringComparison.Ordinal);
        Assert.NotEmpty(page.Description);
        Assert.NotEmpty(page.Examples[0].Code);
    });

    [Fact]
    public void Every_cmdlet_has_a_page() =>
        Assert.Equal(Cmdlets().Select(cmdlet => cmdlet.Name).Order(), HelpPage.All.Select(page => page.Command.Name).Order());

    [Fact]
    public void Every_parameter_has_a_text() => Assert.All(
        HelpPage.All,
        page => Assert.Equal(page.Command.Parameters.Keys.Except(Cmdlet.CommonParameters).Order(), page.Parameters.Order()));

    [Fact]
    public void The_syntax_of_the_help_has_as_many_forms_as_the_command() => Assert.All(
        HelpPage.All,
        page => Assert.Equal(page.Command.ParameterSets.Count, page.SyntaxForms));

    [Fact]
    public void Every_error_of_a_page_exists()
    {
        HashSet<string> ids = Ids();
        Assert.All(HelpPage.All, page =>
        {
            string[] listed = page.Errors();

            Assert.All(listed, id => Assert.True(IsError(id, ids), $"{page.Command.Name} lists '{id}'."));
            Assert.Equal(listed.Length, listed.Distinct().Count());
        });
    }

    [Fact]
    public void A_command_that_gives_an_error_lists_it()
    {
        ILookup<string, string> listed = HelpPage.All
            .SelectMany(page => page.Errors().Select(id => (page.Command.Name, id))).ToLookup(pair => pair.Name, pair => pair.id);

        Assert.All(ErrorCase.All, error =>
        {
            string command = Command().Matches(error.Command)[^1].Value;
            Assert.True(listed[command].Contains(error.Id), $"{command} gives {error.Id} by '{error.Command}', and its page does not say so.");
        });
    }

    [Fact]
    public void The_topic_on_errors_has_every_id_and_no_other()
    {
        string[] named = [.. ErrorHeading().Matches(File.ReadAllText(Path.Combine(s_helpFolder, "about_ApicErrors.help.txt")))
            .SelectMany(match => match.Value.Split(',', StringSplitOptions.TrimEntries))];

        HashSet<string> ids = Ids();
        Assert.All(named, id => Assert.True(IsError(id, ids), $"'{id}' is no error."));
        Assert.Empty(ids.Except(named.Select(id => id.Split('.')[0])));
    }

    [Fact]
    public void Every_link_leads_somewhere() => Assert.All(HelpPage.All, page =>
    {
        Assert.NotEmpty(page.Links);
        Assert.All(page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)), link => Assert.True(
            s_topics.Contains(link) || HelpPage.All.Any(one => one.Command.Name == link),
            $"{page.Command.Name} links to '{link}'."));
    });

    [Fact]
    public void There_are_the_topics_and_no_others() => Assert.Equal(
        s_topics,
        Directory.EnumerateFiles(s_helpFolder, "*.txt").Select(path => Path.GetFileName(path).Split('.')[0]).Order());

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_is_found_by_its_name(string topic)
    {
        string text = Assert.Single(Texts("Get-Help $args[0]", topic));

        Assert.Contains("SHORT DESCRIPTION", text, StringComparison.Ordinal);
        Assert.Contains("LONG DESCRIPTION", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_fits_into_80_columns_and_names_itself(string topic)
    {
        string[] lines = File.ReadAllLines(Path.Combine(s_helpFolder, topic + ".help.txt"));

        Assert.Equal(["TOPIC", $"    {topic}"], lines[..2]);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_names_commands_and_topics_that_exist(string topic)
    {
        string text = File.ReadAllText(Path.Combine(s_helpFolder, topic + ".help.txt"));
        string[] known = [.. Cmdlets().Select(cmdlet => cmdlet.Name)];

        Assert.Empty(Command().Matches(text).Select(match => match.Value).Except(known));
        Assert.Empty(TopicName().Matches(text).Select(match => match.Value).Except(s_topics));
    }

    [Fact]
    public void A_command_answers_to_its_question_mark() =>
        Assert.Contains("SYNOPSIS", Session.Render("Read-ApicMsr -?"), StringComparison.Ordinal);

    [GeneratedRegex("[A-Z][a-z]+-Apic[A-Za-z]+")]
    private static partial Regex Command();

    [GeneratedRegex("about_Apic[A-Za-z]+")]
    private static partial Regex TopicName();

    // In the topic an id stands alone, indented by four, above its text.
    [GeneratedRegex("^    [A-Z][A-Za-z]+(\\.[A-Z]+)?(, [A-Z][A-Za-z.]+)*(?=\\r?\\n {8}\\S)", RegexOptions.Multiline)]
    private static partial Regex ErrorHeading();

    private static bool IsError(string id, HashSet<string> ids) => id.StartsWith("GuestFault.", StringComparison.Ordinal) || ids.Contains(id);

    private HashSet<string> Ids() => [.. ModuleAssembly.GetType("ApicShell.Errors.ErrorIds", throwOnError: true)!
        .GetFields().Select(field => (string)field.GetRawConstantValue()!)];
}
