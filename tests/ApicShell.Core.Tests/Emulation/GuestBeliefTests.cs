using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What a guest believes after an access: one rule, and all that remembers beliefs goes by it.</summary>
public class GuestBeliefTests
{
    private const uint Tpr = 0x080;

    [Theory]
    [InlineData(true, Outcome.Done, 0x120UL)]
    [InlineData(true, Outcome.Dropped, 0x120UL)]
    [InlineData(true, Outcome.Fault, null)]
    [InlineData(true, Outcome.Undefined, null)]
    [InlineData(false, Outcome.Value, 0x20UL)]
    [InlineData(false, Outcome.Unclaimed, 0x20UL)]
    [InlineData(false, Outcome.Fault, null)]
    [InlineData(false, Outcome.Undefined, null)]
    public void A_guest_believes_what_it_was_told_and_what_nobody_refused(bool isWrite, Outcome outcome, ulong? value)
    {
        Access access = isWrite ? Access.WriteMmio(Tpr, 0x120) : Access.ReadMmio(Tpr);
        var answer = new Answer(outcome, RuleId.None, 0x20);

        Assert.Equal(value is { } believed ? new GuestBelief(ApicRegister.Tpr, believed) : null, GuestBelief.Of(access, answer));
        Assert.Null(GuestBelief.Of(At(Tpr, AccessOrigin.Host), answer));
        Assert.Null(GuestBelief.Of(At(Tpr, AccessOrigin.Svsm), answer));
        Assert.Null(GuestBelief.Of(At(0x0B0, AccessOrigin.Guest), answer));
        Assert.Null(GuestBelief.Of(At(0x3F0, AccessOrigin.Guest), answer));
        Assert.Null(GuestBelief.Of(At(0x040, AccessOrigin.Guest), answer));

        Access At(uint offset, AccessOrigin origin) => new(AccessKind.Mmio, isWrite, offset, access.Value, 4, origin);
    }

    [Fact]
    public void Of_CR8_a_guest_believes_what_it_was_not_refused()
    {
        MachineCommand write = new(CommandKind.Cr8, 0, 0, 5);
        Assert.Equal(new GuestBelief(ApicRegister.Tpr, 0x50), GuestBelief.Of(write, new(Outcome.Done, RuleId.None)));
        Assert.Null(GuestBelief.Of(write, new(Outcome.Fault, RuleId.Cr8ReservedBits)));
        Assert.Null(GuestBelief.Of(new MachineCommand(CommandKind.Pause, 0, 0, 1), new(Outcome.Done, RuleId.None)));
    }

    /// <summary>
    /// What the prompt shows of a guest and what a boot's guest goes by are one belief, after writes that were done, dropped and refused: with the timer in
    /// TSC-deadline mode its count is dropped, and a step from disabled to x2APIC mode is not allowed.
    /// </summary>
    [Fact]
    public void The_prompt_and_the_guest_of_a_boot_have_one_belief()
    {
        var views = new GuestViews();
        BootRun run = BootRun.Start(DesignCatalogue.Find("None")!, new BootEnvironment { IsNative = true }, 1, machine => machine.Observer = views);
        string[] steps =
        [
            "write Svr 0x1FF", "read Ldr", "write LvtTimer 0x40030", "write TimerInitial 1000", "cr8 5", "wrmsr 0x1B 0xFEE00500", "write Version 0x1234",
        ];
        foreach (string step in steps)
        {
            run.Do("Mine", new BootPhase("Mine", GuestLibrary.Ovmf, "", [StepGrammar.Parse(step)]));
            GuestMemory guest = run.Runner.GuestOf(0);
            (GuestViewKinds Kind, ApicRegister Register, ulong Value)[] kept =
            [
                (GuestViewKinds.Mode, ApicRegister.ApicBase, guest.ApicBase), (GuestViewKinds.Tpr, ApicRegister.Tpr, guest.Tpr),
                (GuestViewKinds.Svr, ApicRegister.Svr, guest.Svr), (GuestViewKinds.Timer, ApicRegister.LvtTimer, guest.LvtTimer),
                (GuestViewKinds.TimerCount, ApicRegister.TimerInitial, guest.TimerInitial), (GuestViewKinds.Ldr, ApicRegister.Ldr, guest.Ldr),
            ];
            Assert.All(kept, one => Assert.Equal((guest.Known & one.Kind) != 0 ? one.Value : null, views[0, one.Register]));
        }

        Assert.Equal(
            [Outcome.Dropped, Outcome.Fault, Outcome.Dropped],
            run.Steps.SelectMany(step => step.Accesses).Select(one => one.Answer.Outcome).Where(outcome => outcome is Outcome.Dropped or Outcome.Fault));
        Assert.Equal((1000UL, 0x50UL, 0xFEE00900UL, 0x1234UL),
            (views[0, ApicRegister.TimerInitial], views[0, ApicRegister.Tpr], views[0, ApicRegister.ApicBase], views[0, ApicRegister.Version]));
    }
}
