using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What is said of the models beside their registers, each shown by an experiment on the emulator: tests/Vectors/model-behaviour.txt.</summary>
public class ModelBehaviourTests
{
    private const string CaseWord = "case ";
    private const string SaysWord = "says ";
    private const string Arrow = " -> ";

    /// <summary>In the order of the file's columns.</summary>
    private static readonly ApicModel[] s_models = [ApicModel.Amd, ApicModel.Intel, ApicModel.Kvm];

    private static readonly IReadOnlyList<Experiment> s_experiments = Read();

    public static TheoryData<string> Cases => [.. s_experiments.Select(one => one.Title)];

    [Fact]
    public void Every_row_has_an_experiment() => Assert.Equal(
        ModelBehaviour.Of(ApicModel.Kvm).Select(TitleOf), s_experiments.Select(one => one.Title));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_says_what_the_emulator_does(string title)
    {
        Experiment experiment = s_experiments.Single(one => one.Title == title);
        for (int column = 0; column < s_models.Length; column++)
        {
            ModelAspect row = ModelBehaviour.Of(s_models[column]).Single(one => TitleOf(one) == title);
            Assert.Equal(experiment.Says[column], row.Value);
            (List<string> wrong, IReadOnlySet<RuleId> rules) = Run(s_models[column], experiment.LinesOf(column));
            Assert.True(wrong.Count == 0, $"{s_models[column]}\n{string.Join('\n', wrong)}");
            Assert.True(row.Rule == RuleId.None || rules.Contains(row.Rule), $"{s_models[column]}: {row.Rule} is not of {string.Join(", ", rules)}");
        }
    }

    /// <summary>
    /// Of two models of which different things are said, neither does what is expected of the other; so no cell can be exchanged for another's, and no
    /// model can come to do as another, without an experiment that fails. What is said of models that do the same is the same.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void An_experiment_tells_models_apart_where_the_row_does(string title)
    {
        Experiment experiment = s_experiments.Single(one => one.Title == title);
        Assert.True(experiment.Says.Distinct().Count() > 1, "all models do the same");
        for (int column = 0; column < s_models.Length; column++)
        {
            for (int other = 0; other < s_models.Length; other++)
            {
                bool saysSame = experiment.Says[column] == experiment.Says[other];
                bool doesSame = Run(s_models[other], experiment.LinesOf(column)).Wrong.Count == 0;
                Assert.True(saysSame == doesSame || experiment.DiffersInWords, $"{s_models[other]} beside what is expected of {s_models[column]}");
            }
        }
    }

    [Fact]
    public void Words_differ_where_a_source_leaves_open_or_names_what_the_emulator_does_alike() =>
        Assert.Equal(
            ["vectors below 16", "a fixed vector below 16 in an LVT entry", "a third occurrence of a vector", "Ppr: sub-class of two priorities of one class",
             "Icr: INIT level de-assert", "LvtLint1: level-triggered", "LvtCmci: corrected machine checks", "TscDeadline: MSR 0x6E0"],
            s_experiments.Where(one => one.DiffersInWords).Select(one => one.Title));

    private static (List<string> Wrong, IReadOnlySet<RuleId> Rules) Run(ApicModel model, IEnumerable<string> lines)
    {
        var script = new InterruptScript(model);
        List<string> wrong = [];
        foreach (string line in lines)
        {
            (string expected, string actual) = script.Execute(line);
            if (expected != actual)
            {
                wrong.Add($"{line}   got: {actual}");
            }
        }

        return (wrong, script.Rules);
    }

    private static string TitleOf(ModelAspect row) => row.Register is { } register ? $"{register}: {row.Aspect}" : row.Aspect;

    private static List<Experiment> Read()
    {
        List<Experiment> all = [];
        foreach (string line in File.ReadLines(VectorFile.PathOf("model-behaviour.txt")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith(CaseWord, StringComparison.Ordinal))
            {
                all.Add(new(line[CaseWord.Length..]));
            }
            else if (line == "words")
            {
                all[^1].DiffersInWords = true;
            }
            else if (line.StartsWith(SaysWord, StringComparison.Ordinal))
            {
                all[^1].Says = Columns(line[SaysWord.Length..]);
            }
            else
            {
                string[] sides = line.Split(Arrow);
                all[^1].Lines.Add(sides.Length == 1
                    ? [line, line, line]
                    : [.. Columns(sides[1]).Select(expected => $"{sides[0]}{Arrow}{expected}")]);
            }
        }

        return all;
    }

    private static string[] Columns(string text)
    {
        string[] columns = text.Split(" | ");
        return columns.Length switch
        {
            1 => [text, text, text],
            3 => columns,
            _ => throw new InvalidDataException(text),
        };
    }

    private sealed class Experiment(string title)
    {
        public string Title { get; } = title;

        /// <summary>Whether models for which other words stand may do the same.</summary>
        public bool DiffersInWords { get; set; }

        public string[] Says { get; set; } = [];

        /// <summary>The lines, each for every model.</summary>
        public List<string[]> Lines { get; } = [];

        public IEnumerable<string> LinesOf(int column) => Lines.Select(line => line[column]);
    }
}
