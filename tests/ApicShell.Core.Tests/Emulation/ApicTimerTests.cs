using System.Linq;
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
    private const uint Masked = 0x1_0000;

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
        machine.Execute(0, Access.WriteMmio(0x320, Periodic));
        machine.Execute(0, Access.WriteMmio(0x380, 1000));
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

    /// <summary>What the manuals leave open is a change of mode or divisor; a write that changes neither is as any other.</summary>
    [Theory]
    [InlineData(0x320, OneShot + 1, RuleId.XApicRegister, RuleId.XApicRegister)]
    [InlineData(0x320, Periodic, RuleId.TimerChangedWhileCounting, RuleId.TimerModeDisarms)]
    [InlineData(0x3E0, 0xBu, RuleId.XApicRegister, RuleId.XApicRegister)]
    [InlineData(0x3E0, 0x3u, RuleId.TimerChangedWhileCounting, RuleId.TimerChangedWhileCounting)]
    public void By_the_manuals_a_change_while_it_counts_is_open_but_for_intels_mode(uint offset, uint value, RuleId amd, RuleId intel)
    {
        foreach ((ApicModel model, RuleId rule) in new[] { (ApicModel.Amd, amd), (ApicModel.Intel, intel) })
        {
            Machine machine = Timer(model, OneShot);
            machine.WriteMmio(0, 0x380, 1000);

            Assert.Equal(rule, machine.WriteMmio(0, offset, value).Rule);
        }
    }

    /// <summary>SDM vol. 3, 10.5.4.1: a write of the entry that changes the mode disarms the timer; nothing is said of a timer that is not armed.</summary>
    [Fact]
    public void Another_mode_of_intels_timer_that_is_not_armed_is_as_any_write()
    {
        Machine machine = Timer(ApicModel.Intel, OneShot);

        Assert.Equal(RuleId.XApicRegister, machine.WriteMmio(0, 0x320, Periodic).Rule);
    }

    /// <summary>SDM vol. 3, 10.5.4.1: the bit of CPUID is the reason; AMD's timer has no such mode at all (APM vol. 2, 16.4.1), and KVM does not ask.</summary>
    [Theory]
    [InlineData(ApicModel.Intel, RuleId.TscDeadlineNotOffered)]
    [InlineData(ApicModel.Amd, RuleId.TscDeadlineAbsent)]
    [InlineData(ApicModel.Kvm, RuleId.TscDeadlineOtherMode)]
    public void Without_tsc_deadline_its_msr_ends_by_the_reason_of_each_model(ApicModel model, RuleId rule)
    {
        Machine machine = new(new ApicTraits { Model = model, OffersTscDeadline = false, ResetMode = ApicMode.XApic }, new NativePlatform(), [0]);

        Assert.Equal(rule, machine.ReadMsr(0, ApicMsr.TscDeadline).Rule);
        Assert.Equal(rule, machine.WriteMsr(0, ApicMsr.TscDeadline, 1).Rule);
    }

    /// <summary>KVM lapic.c, update_target_expiration: the rest is scaled, the period too, and that is limited.</summary>
    [Fact]
    public void A_periodic_timer_whose_divisor_falls_gets_the_shortest_period()
    {
        Machine machine = Timer(ApicModel.Kvm, Periodic);
        machine.WriteMmio(0, 0x3E0, 0x3);
        machine.WriteMmio(0, 0x380, 30_000);
        Assert.Equal(480_000UL, machine.NextTimer);

        machine.WriteMmio(0, 0x3E0, 0xB);

        Assert.Equal(30_000UL, machine.NextTimer);
        machine.Advance(30_000);
        Assert.Equal(230_000UL, machine.NextTimer);
    }

    /// <summary>KVM lapic.c, start_sw_timer: only what is not periodic waits for the interrupt that is held back.</summary>
    [Fact]
    public void A_periodic_timer_goes_on_under_another_divisor_while_its_interrupt_is_held_back()
    {
        Machine machine = Timer(ApicModel.Kvm, Periodic | Masked);
        machine.WriteMmio(0, 0x380, 200_000);
        machine.Advance(200_000);
        Assert.True(machine.HoldsTimerInterrupt(0));

        machine.WriteMmio(0, 0x3E0, 0x0);

        Assert.Equal(600_000UL, machine.NextTimer);
    }

    /// <summary>KVM lapic.c, APIC_TDCR: the timer is cancelled, and in the reserved mode nothing starts it again.</summary>
    [Fact]
    public void A_timer_that_runs_in_the_reserved_mode_stops_under_another_divisor()
    {
        Machine machine = Timer(ApicModel.Kvm, OneShot);
        machine.WriteMmio(0, 0x380, 1000);
        machine.WriteMmio(0, 0x320, OneShot | 0x6_0000);
        Assert.Equal(1000UL, machine.NextTimer);

        machine.WriteMmio(0, 0x3E0, 0x0);

        Assert.Null(machine.NextTimer);
    }

    [Fact]
    public void A_periodic_timer_that_ends_several_times_in_one_step_is_told_once()
    {
        Machine machine = Timer(ApicModel.Kvm, Periodic);
        machine.WriteMmio(0, 0x380, 200_000);
        var told = new EventList();
        machine.Observer = told;

        machine.Advance(1_000_000);

        Assert.Equal(1_200_000UL, machine.NextTimer);
        Assert.Equal([InterruptEventKind.TimerExpired, InterruptEventKind.Accepted], told.Events.Select(one => one.Kind));
    }

    /// <summary>KVM lapic.c, apic_timer_expired: one that is pending is not noted again.</summary>
    [Fact]
    public void A_periodic_timer_whose_interrupt_is_held_back_is_told_once()
    {
        Machine machine = Timer(ApicModel.Kvm, Periodic | Masked);
        machine.WriteMmio(0, 0x380, 200_000);
        var told = new EventList();
        machine.Observer = told;

        machine.Advance(200_000);
        machine.Advance(200_000);

        Assert.Equal([(InterruptEventKind.TimerExpired, RuleId.KvmTimerHeld)], told.Events.Select(one => (one.Kind, one.Rule)));
    }

    /// <summary>SDM vol. 3: an APIC that is enabled again starts as after RESET.</summary>
    [Fact]
    public void The_timer_of_Intel_is_lost_when_the_APIC_is_enabled_again()
    {
        Machine machine = Timer(ApicModel.Intel, OneShot);
        machine.WriteMmio(0, 0x380, 1000);

        machine.GoTo(ApicMode.Disabled);
        machine.GoTo(ApicMode.XApic);

        Assert.Null(machine.NextTimer);
    }

    /// <summary>KVM lapic.c, kvm_apic_set_state starts the timer as a write of its count does.</summary>
    [Fact]
    public void A_count_that_the_host_sets_gets_the_shortest_period_too()
    {
        Machine machine = Timer(ApicModel.Kvm, Periodic);

        machine.WriteHostPage(0, 0x380, 1000);

        Assert.Equal(200_000UL, machine.NextTimer);
    }

    [Theory]
    [InlineData(OneShot, 1000u)]
    [InlineData(Deadline, 0u)]
    public void A_timer_that_is_restored_runs_where_it_ran(uint entry, uint count)
    {
        Machine machine = Timer(ApicModel.Kvm, entry);
        MachineCheckpoint still = machine.Checkpoint();
        machine.WriteMmio(0, 0x380, count);
        machine.WriteMsr(0, ApicMsr.TscDeadline, 1000);
        MachineCheckpoint running = machine.Checkpoint();

        machine.Restore(still);
        Assert.Null(machine.NextTimer);
        machine.Restore(running);

        Assert.Equal(1000UL, machine.NextTimer);
        machine.Advance(1000);
        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x40));
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
