using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The timer where its mode changes and where its end is not ahead.</summary>
public class ApicTimerTests
{
    private const uint OneShot = 0x40;
    private const uint Periodic = 0x2_0040;
    private const uint Deadline = 0x4_0040;

    /// <summary>KVM x86.c, min_timer_period_us; lapic.c, limit_periodic_timer_frequency is called when the mode changes too.</summary>
    [Theory]
    [InlineData(1000, 201_000)]
    [InlineData(199_999, 399_999)]
    [InlineData(200_001, 400_002)]
    public void A_timer_that_becomes_periodic_while_it_counts_gets_the_shortest_period(uint count, ulong second)
    {
        Machine machine = Timer(ApicModel.Kvm, OneShot);
        machine.Execute(0, Access.WriteMmio(0x380, count));
        machine.Execute(0, Access.WriteMmio(0x320, Periodic));

        Assert.Equal(count, machine.NextTimer);
        machine.Advance(count);

        Assert.Equal(second, machine.NextTimer);
    }

    [Theory]
    [InlineData(ApicModel.Amd)]
    [InlineData(ApicModel.Intel)]
    public void The_manuals_have_no_shortest_period(ApicModel model)
    {
        Machine machine = Timer(model, OneShot);
        machine.Execute(0, Access.WriteMmio(0x380, 1000));
        machine.Execute(0, Access.WriteMmio(0x320, Periodic));
        machine.Advance(1000);

        Assert.Equal(2000UL, machine.NextTimer);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    public void A_deadline_that_is_past_or_now_interrupts_at_once_and_reads_0(ulong deadline)
    {
        Machine machine = Timer(ApicModel.Kvm, Deadline);
        machine.Advance(1000);

        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, deadline));

        Assert.Null(machine.NextTimer);
        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x40));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMsr(ApicMsr.TscDeadline)).Value);
    }

    [Fact]
    public void A_deadline_to_come_waits_and_0_is_none()
    {
        Machine machine = Timer(ApicModel.Kvm, Deadline);
        machine.Advance(1000);
        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, 1001));
        Assert.Equal(1001UL, machine.NextTimer);
        Assert.Equal(1001UL, machine.Execute(0, Access.ReadMsr(ApicMsr.TscDeadline)).Value);

        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, 0));

        Assert.Null(machine.NextTimer);
        Assert.False(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x40));
    }

    /// <summary>On by software, divisor 1.</summary>
    private static Machine Timer(ApicModel model, uint entry)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.Execute(0, Access.WriteMmio(0x0F0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x3E0, 0xB));
        machine.Execute(0, Access.WriteMmio(0x320, entry));
        return machine;
    }
}
