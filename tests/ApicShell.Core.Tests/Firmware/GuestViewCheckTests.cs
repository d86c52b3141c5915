using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>When what a guest knows of its APIC and what the APIC holds are called different.</summary>
public class GuestViewCheckTests
{
    private const uint LvtTimer = 0x320;

    /// <summary>The guest wrote 0x20030 to its timer's entry; behind its back the host sets another word.</summary>
    [Theory]
    [InlineData(0x2_0030, GuestViewKinds.None)]
    [InlineData(0x2_0031, GuestViewKinds.Timer)]
    [InlineData(0x2_00B0, GuestViewKinds.Timer)]
    [InlineData(0x0_0030, GuestViewKinds.Timer)]
    [InlineData(0x2_1030, GuestViewKinds.None)]
    public void A_timer_is_the_same_with_mode_and_vector(uint held, GuestViewKinds differing)
    {
        BootRun run = Guest("write Svr 0x1FF", "write LvtTimer 0x20030");
        Assert.Equal(GuestViewKinds.None, GuestViewCheck.Differing(run.Runner, 0));

        Assert.True(run.Machine.WriteHostPage(0, LvtTimer, held));

        Assert.Equal(differing, GuestViewCheck.Differing(run.Runner, 0));
    }

    /// <summary>A mask bit that the guest did not set is no matter: a disabled APIC masks by itself. One that it set has to be there.</summary>
    [Theory]
    [InlineData(0x1_0030, GuestViewKinds.None)]
    [InlineData(0x0_0030, GuestViewKinds.Timer)]
    public void A_timer_that_the_guest_masked_has_to_be_masked(uint held, GuestViewKinds differing)
    {
        BootRun run = Guest("write Svr 0x1FF", "write LvtTimer 0x10030");

        Assert.True(run.Machine.WriteHostPage(0, LvtTimer, held));

        Assert.Equal(differing, GuestViewCheck.Differing(run.Runner, 0));
    }

    /// <summary>Nothing tells a guest that a write was dropped: the run has a problem, and the guest goes by what it wrote.</summary>
    [Fact]
    public void A_write_that_was_dropped_is_a_problem_and_what_the_guest_goes_by_all_the_same()
    {
        BootRun run = Guest("write Svr 0x1FF", "write LvtTimer 0x40030", "write TimerInitial 1000");

        Assert.NotNull(run.FirstProblem);
        Assert.Equal(Outcome.Dropped, run.Steps[^1].Accesses[^1].Answer.Outcome);
        Assert.Equal(GuestViewKinds.Svr | GuestViewKinds.Timer | GuestViewKinds.TimerCount, run.Runner.GuestOf(0).Known & ~GuestViewKinds.Mode);
        Assert.Equal(1000U, run.Runner.GuestOf(0).TimerInitial);
    }

    private static BootRun Guest(params string[] steps)
    {
        BootRun run = BootRun.Start(DesignCatalogue.Find("None")!, new BootEnvironment { IsNative = true }, 1);
        run.Do("Mine", new BootPhase("Mine", GuestLibrary.Ovmf, "", [.. steps.Select(StepGrammar.Parse)]));
        return run;
    }
}
