using ApicShell.Architecture;
using ApicShell.Comparisons;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What two machines are said to do alike.</summary>
public class LikenessTests
{
    private static readonly MachineCommand s_read = MachineCommand.ReadMsr(0, 0x808);
    private static readonly MachineCommand s_write = MachineCommand.WriteMsr(0, 0x808, 1);
    private static readonly MachineCommand s_message = new(CommandKind.Message, -1);

    [Fact]
    public void A_value_read_is_compared_and_what_a_write_leaves_in_its_answer_is_not()
    {
        Assert.True(Likeness.Of(s_read, Of(Outcome.Value, 1), OfKernel(Outcome.Value, 1)));
        Assert.False(Likeness.Of(s_read, Of(Outcome.Value, 1), OfKernel(Outcome.Value, 2)));
        Assert.True(Likeness.Of(s_write, Of(Outcome.Done, 1), OfKernel(Outcome.Done, 2)));
    }

    [Theory]
    [InlineData(Outcome.Dropped, Outcome.Done, true)]
    [InlineData(Outcome.Fault, Outcome.Done, false)]
    [InlineData(Outcome.Rejected, Outcome.Done, false)]
    [InlineData(Outcome.Fault, Outcome.Fault, true)]
    public void A_guest_cannot_see_that_its_write_is_dropped(Outcome emulator, Outcome kernel, bool alike) =>
        Assert.Equal(alike, Likeness.Of(s_write, Of(emulator), OfKernel(kernel)));

    [Fact]
    public void Of_two_faults_the_exception_counts() => Assert.False(Likeness.Of(
        s_write, OfKernel(Outcome.Fault, fault: GuestFault.GP), OfKernel(Outcome.Fault, fault: GuestFault.PF)));

    [Fact]
    public void Nobody_is_held_against_what_is_open_or_cannot_be_done()
    {
        Assert.Null(Likeness.Of(s_read, Of(Outcome.Undefined), OfKernel(Outcome.Value, 1)));
        Assert.Null(Likeness.Of(s_read, Of(Outcome.Value), new Answer(Outcome.Rejected, RuleId.NoCapability)));
    }

    [Theory]
    [InlineData(0x839u, 5ul, 9ul, true)]
    [InlineData(0x839u, 5ul, 0ul, false)]
    [InlineData(0x6E0u, 5ul, 9ul, true)]
    [InlineData(0x838u, 5ul, 9ul, false)]
    public void Of_what_time_counts_only_whether_it_runs_is_compared(uint msr, ulong one, ulong other, bool alike) =>
        Assert.Equal(alike, Likeness.Of(MachineCommand.ReadMsr(0, msr), Of(Outcome.Value, one), OfKernel(Outcome.Value, other)));

    [Fact]
    public void How_many_a_message_reached_is_compared() =>
        Assert.False(Likeness.Of(s_message, Of(Outcome.Done, 1), OfKernel(Outcome.Done, 2)));

    [Fact]
    public void A_host_can_tell_that_an_access_is_left_to_it()
    {
        MachineCommand read = new(0, Access.ReadMmio(0x80));

        Assert.False(Likeness.Of(read, new(Outcome.Unclaimed, RuleId.KvmMmioExit, 1), new(Outcome.Unclaimed, RuleId.KvmMmioHole, 1)));
        Assert.False(Likeness.Of(read, OfKernel(Outcome.Value, 1), new(Outcome.Unclaimed, RuleId.KvmMmioExit, 1)));
        Assert.True(Likeness.Of(read, OfKernel(Outcome.Value, 1), new(Outcome.Unclaimed, RuleId.KvmMmioHole, 1)));
    }

    [Fact]
    public void The_same_is_told_where_only_the_time_differs_that_passes()
    {
        Assert.True(Likeness.IsSame(MachineCommand.Advance(1), MachineCommand.Advance(2)));
        Assert.False(Likeness.IsSame(s_read, MachineCommand.ReadMsr(1, 0x808)));
    }

    private static Answer Of(Outcome outcome, ulong value = 0) => new(outcome, RuleId.X2ApicRegister, value);

    private static Answer OfKernel(Outcome outcome, ulong value = 0, GuestFault fault = GuestFault.GP) =>
        new(outcome, RuleId.KernelAnswered, value, Responder.Kvm, Route.Msr, fault);
}
