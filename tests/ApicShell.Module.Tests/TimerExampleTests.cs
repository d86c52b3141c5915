using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/03-timer.ps1 finds out.</summary>
public sealed class TimerExampleTests(TimerExampleTests.Fixture run) : IClassFixture<TimerExampleTests.Fixture>
{
    [Fact]
    public void A_one_shot_timer_ends_once_and_its_count_falls_a_nanosecond_each() => Assert.Equal(
        [
            "400000 ns  nothing ended; IRR is empty",
            "600000 left",
            "1000000 ns  the timer ended, vector 0x40 delivered; IRR has 0x40",
            "6000000 ns  nothing ended; IRR has 0x40",
        ],
        run.Section("One-shot"));

    [Fact]
    public void A_periodic_timer_ends_each_period_and_interrupts_once_in_a_long_step()
    {
        string[] lines = run.Section("Periodic");

        Assert.Equal(
            [7000000, 8000000, 9000000, 10000000],
            lines.Where(line => line.EndsWith("vector 0x41 delivered; IRR has 0x41", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Equal("19000000 ns  the clock afterwards", lines[^1]);
    }

    [Fact]
    public void A_deadline_is_a_time_and_is_forgotten_when_it_comes()
    {
        string[] lines = run.Section("TSC-deadline");

        Assert.Contains("19000000 ns  armed for 19250000 ns", lines);
        Assert.Contains("19250000 ns  the timer ended, vector 0x42 delivered; IRR has 0x42", lines);
        Assert.Contains("IA32_TSC_DEADLINE reads 0", lines);
        Assert.EndsWith("it reads 0", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void KVM_keeps_a_tick_under_a_mask_and_the_manuals_lose_it() => Assert.Equal(
        [
            "Kvm    HeldBack  unmasked with vector 0x44: IRR has 0x44",
            "Amd    Lost      unmasked with vector 0x44: IRR is empty",
            "Intel  Lost      unmasked with vector 0x44: IRR is empty",
        ],
        run.Section("A tick").Take(3));

    [Fact]
    public void A_checkpoint_is_gone_back_to_twice()
    {
        string[] lines = run.Section("Checkpoint");

        Assert.Equal("checkpoint at 900 ns with 100 left", lines[0]);
        Assert.Equal("1000 ns  the timer ended, vector 0x45 delivered; IRR has 0x45", lines[2]);
        Assert.Equal("1200 ns  nothing ended; IRR is empty", lines[4]);
        Assert.StartsWith("2500 ns", lines[5], StringComparison.Ordinal);
    }

    /// <summary>One run of the script for all tests.</summary>
    public sealed class Fixture
    {
        private readonly List<string> _lines;

        public Fixture()
        {
            using EngineSession session = EngineSession.WithModule();
            _lines = [.. session.Run("& $args[0]", Path.Combine(SampleFiles.Examples, "03-timer.ps1")).NoErrors().Output.Select(item => (string)item.BaseObject)];
        }

        /// <summary>The lines below a heading, trimmed.</summary>
        public string[] Section(string heading) =>
            [.. _lines.SkipWhile(line => !line.StartsWith($"=== {heading}", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => line.Length > 0).Select(line => line.Trim())];
    }
}
