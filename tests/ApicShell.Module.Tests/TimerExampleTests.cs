using System.Collections.Generic;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What examples/03-timer.ps1 finds out.</summary>
public sealed class TimerExampleTests
{
    [Fact]
    public void A_one_shot_timer_ends_once_and_its_count_falls_a_nanosecond_each() => Assert.Equal(
        ["400000|nothing ended, 600000 left|", "1000000|0x40 Delivered|0x40", "6000000|nothing ended, 0 left|0x40"],
        Rows("OneShot"));

    [Fact]
    public void A_periodic_timer_ends_each_period_and_interrupts_once_in_a_long_step() => Assert.Equal(
        [
            "1000000|0x41 Delivered|0x41", "2000000|0x41 Delivered|0x41", "3000000|0x41 Delivered|0x41",
            "12000000|ten periods later: one interrupt, for nobody took it|0x41",
        ],
        Rows("Periodic"));

    [Fact]
    public void A_deadline_is_a_time_and_is_forgotten_when_it_comes() => Assert.Equal(
        ["250000|0x42 Delivered|0x42", "250000|the deadline reads 0, an initial count of 1000 reads 0|0x42"],
        Rows("TscDeadline"));

    [Theory]
    [InlineData("Kvm", "HeldBack", "0x44")]
    [InlineData("Amd", "Lost", "")]
    [InlineData("Intel", "Lost", "")]
    public void KVM_keeps_a_tick_under_a_mask_and_the_manuals_lose_it(string model, string interrupt, string requested) => Assert.Equal(
        [$"1000|0x43 {interrupt}|", $"1000|unmasked with vector 0x44|{requested}"],
        Rows($"Masked, {model}"));

    [Fact]
    public void A_checkpoint_is_gone_back_to_and_the_timer_takes_another_way() => Assert.Equal(
        [
            "900|nothing ended, 100 left|", "1000|0x45 Delivered|0x45", "900|gone back, and a divisor of 16|",
            "1200|nothing ended, 81 left|", "2500|0x45 Delivered|0x45",
        ],
        Rows("Checkpoint"));

    private static IReadOnlyList<string> Rows(string timer) =>
        ExampleRun.Of("03-timer.ps1").RowsWhere("Timer", timer, "Nanosecond", "Step", "Requested");
}
