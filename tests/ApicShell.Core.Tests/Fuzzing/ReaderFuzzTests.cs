using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Xunit;

namespace ApicShell.Tests.Fuzzing;

/// <summary>
/// Inputs made by chance, from the same number every time, for as long as the gate has for it. tests/ApicShell.Fuzzing looks for longer, guided by what
/// an input reaches; what it found are cases of the readers' own tests.
/// </summary>
public class ReaderFuzzTests
{
    private const int Seed = 20261128;

    private static readonly TimeSpan s_each = TimeSpan.FromSeconds(4);

    public static TheoryData<string> Readers => [.. ReaderTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_reader_refuses_by_its_own_exceptions_what_it_cannot_read(string name)
    {
        ReaderTarget target = ReaderTargets.All.Single(one => one.Name == name);
        var random = new Random(Seed);
        var mutator = new Mutator(random, target.Words);
        var clock = Stopwatch.StartNew();
        int inputs = 0;
        foreach (byte[] seed in target.Seeds)
        {
            target.Hold(seed);
        }

        for (; clock.Elapsed < s_each; inputs++)
        {
            byte[] input = mutator.Mutate(target.Seeds[random.Next(target.Seeds.Count)], target.Seeds[random.Next(target.Seeds.Count)]);
            Exception? thrown = Record.Exception(() => target.Hold(input));
            Assert.True(thrown is null, $"Input {inputs}: {thrown}\n{Convert.ToBase64String(input)}\n{Encoding.UTF8.GetString(input)}");
        }

        Assert.True(inputs > 100, $"Only {inputs} inputs.");
    }
}
