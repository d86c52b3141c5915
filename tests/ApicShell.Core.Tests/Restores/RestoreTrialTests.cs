using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Restores;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What a VMM loses that restores an APIC in some order: KVM lapic.c, kvm_apic_set_state and kvm_set_lapic_tscdeadline_msr.</summary>
public class RestoreTrialTests
{
    private static readonly RestoreItem s_base = new(ApicRegister.ApicBase);
    private static readonly RestoreItem s_deadline = new(ApicRegister.TscDeadline);

    [Fact]
    public void A_deadline_restored_before_its_lvt_mode_is_dropped_with_success()
    {
        RestoreDifference lost = Assert.Single(Trial(ApicMode.X2Apic).Run([s_base, s_deadline, RestoreItem.Lapic]).Differences);

        Assert.Equal(new(ApicRegister.TscDeadline, 5_000_000, 0, RestoreFate.Dropped, s_deadline, RuleId.TscDeadlineOtherMode), lost);
    }

    [Fact]
    public void The_mode_then_the_page_then_the_deadline_loses_nothing() => Assert.True(Trial(ApicMode.X2Apic).Run([s_base, RestoreItem.Lapic, s_deadline]).IsWhole);

    [Fact]
    public void Of_six_orders_those_are_whole_that_restore_the_mode_before_the_page_and_the_page_before_the_deadline()
    {
        RestoreTrial trial = Trial(ApicMode.X2Apic);

        Assert.Equal(
            ["ApicBase, Lapic, TscDeadline"],
            RestoreOrders.Of([s_base, RestoreItem.Lapic, s_deadline]).Where(order => trial.Run(order).IsWhole).Select(order => string.Join(", ", order)));
    }

    /// <summary>The page's upper half of the ICR is that of the mode the APIC is in; the other mode finds nothing there.</summary>
    [Fact]
    public void A_page_restored_before_the_mode_loses_the_destination_of_the_icr()
    {
        RestoreDifference lost = Assert.Single(Trial(ApicMode.X2Apic).Run([RestoreItem.Lapic, s_base, s_deadline]).Differences);

        Assert.Equal(new(ApicRegister.Icr, 0x1_0000_0051, 0x51, RestoreFate.Changed, RestoreItem.Lapic, RuleId.KvmHostPageMode), lost);
    }

    [Fact]
    public void What_no_item_has_is_said_to_be_in_none()
    {
        RestoreResult result = Trial(ApicMode.XApic).Run([s_base]);

        Assert.Contains(new(ApicRegister.Svr, 0x1FF, 0xFF, RestoreFate.NotRestored, null, RuleId.None), result.Differences);
        Assert.DoesNotContain(result.Differences, one => one.Register == ApicRegister.ApicBase);
    }

    [Fact]
    public void In_xapic_mode_registers_are_no_msrs_and_the_call_is_refused()
    {
        RestoreDifference lost = Trial(ApicMode.XApic).Run([s_base, new(ApicRegister.Svr)]).Differences.Single(one => one.Register == ApicRegister.Svr);

        Assert.Equal((RestoreFate.Refused, RuleId.X2MsrNeedsX2Mode), (lost.Fate, lost.Rule));
    }

    /// <summary>Off by software the mask bit cannot be cleared: SVR comes before the local vector table.</summary>
    [Fact]
    public void An_lvt_entry_restored_by_msr_before_svr_is_masked()
    {
        RestoreTrial trial = Trial(ApicMode.X2Apic);
        RestoreItem svr = new(ApicRegister.Svr), lint0 = new(ApicRegister.LvtLint0);

        RestoreDifference lost = trial.Run([s_base, lint0, svr]).Differences.Single(one => one.Register == ApicRegister.LvtLint0);
        Assert.Equal((RestoreFate.Changed, RuleId.SoftwareDisableMasks, 0x10041UL), (lost.Fate, lost.Rule, lost.Restored));
        Assert.DoesNotContain(trial.Run([s_base, svr, lint0]).Differences, one => one.Register == ApicRegister.LvtLint0);
    }

    [Fact]
    public void The_icr_restored_by_msr_sends_its_ipi_again()
    {
        InterruptEvent sent = Assert.Single(Trial(ApicMode.X2Apic).Run([s_base, new(ApicRegister.Icr)]).Sent);

        Assert.Equal((0x51, 1U), (sent.Vector, sent.Destination));
    }

    /// <summary>A change of mode that leaves x2APIC is the host's right, and costs what it costs: here the page is set again by hand.</summary>
    [Fact]
    public void A_later_call_that_undoes_an_earlier_one_is_named()
    {
        Machine machine = Saved(ApicMode.X2Apic);
        machine.WriteMsr(0, ApicMsr.TscDeadline, 0);
        machine.WriteMsr(0, 0x832, 0x20041);
        machine.WriteMsr(0, 0x838, 1_000_000);
        machine.Advance(200);
        RestoreDifference lost = new RestoreTrial(machine, 0).Run([s_base, RestoreItem.Lapic, new(ApicRegister.TimerInitial)]).Differences
            .Single(one => one.Register == ApicRegister.TimerCurrent);

        Assert.Equal((RestoreFate.Undone, "TimerInitial"), (lost.Fate, lost.Item.ToString()));
    }

    [Fact]
    public void The_source_stays_as_it_is()
    {
        Machine machine = Saved(ApicMode.X2Apic);
        ulong[] before = [.. machine.Checkpoint().Words];

        foreach (IReadOnlyList<RestoreItem> order in RestoreOrders.Of([s_base, RestoreItem.Lapic, s_deadline]))
        {
            new RestoreTrial(machine, 0).Run(order);
        }

        Assert.Equal(before, machine.Checkpoint().Words);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 6)]
    [InlineData(5, 120)]
    public void Every_order_is_there_once(int items, int orders)
    {
        RestoreItem[] all = [.. RegisterCatalogue.All.Take(items).Select(spec => new RestoreItem(spec.Register))];
        string[] texts = [.. RestoreOrders.Of(all).Select(order => string.Join(' ', order))];

        Assert.Equal(orders, texts.Distinct().Count());
        Assert.Equal(orders, texts.Length);
        Assert.Equal(string.Join(' ', all), texts[0]);
    }

    private static RestoreTrial Trial(ApicMode mode) => new(Saved(mode), 0);

    /// <summary>A vCPU with a deadline armed, an unmasked pin and an IPI sent.</summary>
    private static Machine Saved(ApicMode mode)
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 1);
        machine.GoTo(mode);
        Write(0x80F, 0x1FF);
        Write(0x832, 0x400EC);
        Write(0x835, 0x41);
        Write(0x808, 0x20);
        machine.WriteMsr(0, ApicMsr.TscDeadline, 5_000_000);
        if (mode == ApicMode.X2Apic)
        {
            machine.WriteMsr(0, 0x830, 0x1_0000_0051);
        }

        return machine;

        void Write(uint msr, ulong value)
        {
            if (mode == ApicMode.X2Apic)
            {
                machine.WriteMsr(0, msr, value);
            }
            else
            {
                machine.WriteMmio(0, (msr - 0x800) << 4, (uint)value);
            }
        }
    }
}
