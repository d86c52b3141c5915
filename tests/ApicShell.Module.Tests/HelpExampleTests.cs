using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Language;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// The examples of the help, statement by statement as at a prompt, each example in a session of its own. The rule: what an example
/// shows as its output is what comes out, errors and -WhatIf included; an example without output shown has no errors.
/// </summary>
/// <remarks>
/// Spaces and line breaks are not compared, because the help indents its text and a screen may be narrower than another. With APICSHELL_WRITE_GOLDEN=1 the
/// pages get what comes out, to be read before it is kept.
/// </remarks>
[Trait("Speed", "Slow")]
public sealed class HelpExampleTests
{
    private const string OutputMark = "Output:";

    private static readonly Lazy<IReadOnlyList<Example>> s_examples = new(Read);

    public static TheoryData<string> Examples => [.. s_examples.Value.Where(example => !example.NeedsKernel).Select(example => example.Name)];

    /// <summary>Those that say that they need the kernel's KVM; where tracefs is mounted those too that say that they need it.</summary>
    public static TheoryData<string> ExamplesOfKernel =>
    [
        .. s_examples.Value.Where(example => example.NeedsKernel && (!example.NeedsTracefs || File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[2] == "tracefs")))
            .Select(example => example.Name),
    ];

    [Fact]
    public void There_are_examples_to_run()
    {
        Assert.InRange(s_examples.Value.Count, 24, 1000);
        // Of these the better part shows what comes out, so that the comparison below compares something.
        Assert.InRange(s_examples.Value.Count(example => example.Output is not null), s_examples.Value.Count / 2, 1000);
    }

    [KernelTheory]
    [MemberData(nameof(ExamplesOfKernel), DisableDiscoveryEnumeration = true)]
    public void An_example_on_a_real_kernel_does_what_it_shows(string name) => An_example_does_what_it_shows(name);

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_does_what_it_shows(string name)
    {
        Example example = s_examples.Value.Single(one => one.Name == name);
        using TemporaryFolder folder = new();
        // The name that examples give a recorded boot.
        File.Copy(SampleFiles.RecordedBoot, Path.Combine(folder.Path, "ovmf.log"));
        using EngineSession session = EngineSession.WithModule();
        session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", folder.Path).NoErrors();

        List<string> texts = [];
        foreach (string statement in Statements(example.Code))
        {
            string text = session.Render(statement);
            if (example.Output is null)
            {
                session.Run("if ($Error) { throw $Error[0] }").NoErrors();
            }

            texts.Add(text);
        }

        if (example.Output is not null)
        {
            string shown = string.Concat(texts);
            if (Environment.GetEnvironmentVariable("APICSHELL_WRITE_GOLDEN") == "1" && Squeezed(example.Output) != Squeezed(shown))
            {
                Write(name, shown);
                return;
            }

            Assert.True(
                Squeezed(example.Output) == Squeezed(shown),
                $"{name}\n--- the help shows\n{example.Output}\n--- it gives\n{shown}");
        }
    }

    /// <summary>Writes what an example gives into the page that the help is made from, in the place of what stands there.</summary>
    private static void Write(string name, string shown)
    {
        string path = Path.Combine(BuildPaths.RepositoryRoot, "src", "ApicShell.Help", "Pages", name[..name.IndexOf(':', StringComparison.Ordinal)] + ".md");
        List<string> lines = [.. File.ReadAllLines(path)];
        string title = "### " + name[(name.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
        int start = lines.IndexOf("```text", lines.IndexOf(title)) + 1;
        lines.RemoveRange(start, lines.IndexOf("```", start) - start);
        lines.InsertRange(start, shown.Trim('\r', '\n').Split('\n').Select(line => line.TrimEnd()));
        File.WriteAllLines(path, lines);
    }

    private static IReadOnlyList<string> Statements(string code)
    {
        ScriptBlockAst script = Parser.ParseInput(code, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return [.. script.EndBlock.Statements.Select(statement => statement.Extent.Text)];
    }

    private static string Squeezed(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));

    private static IReadOnlyList<Example> Read() => [.. HelpPage.All.SelectMany(page => page.Examples.Select(
        example => new Example($"{page.Command.Name}: {example.Title}", example.Code, OutputOf(example.Remarks))
        {
            NeedsKernel = example.Remarks.Contains("Needs /dev/kvm", StringComparison.Ordinal),
            NeedsTracefs = example.Remarks.Contains("tracefs", StringComparison.Ordinal),
        }))];

    // The generator writes a block of output below its mark, indented by four; what follows unindented is a remark.
    private static string? OutputOf(string remarks)
    {
        string[] lines = remarks.Split('\n');
        int mark = Array.FindIndex(lines, line => line.Trim() == OutputMark);
        return mark < 0
            ? null
            : string.Join('\n', lines.Skip(mark + 1).TakeWhile(line => line.Length == 0 || line.StartsWith("    ", StringComparison.Ordinal)));
    }

    private sealed record Example(string Name, string Code, string? Output)
    {
        public bool NeedsKernel { get; init; }

        public bool NeedsTracefs { get; init; }
    }
}
