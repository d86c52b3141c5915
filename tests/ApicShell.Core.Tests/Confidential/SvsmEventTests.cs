using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What is told of an interrupt on its way through hypervisor and SVSM, and by which rules.</summary>
public class SvsmEventTests
{
    private const uint SelfIpi = 0x83F;
    private const uint Icr = 0x830;
    private const ulong NmiToVcpu1 = 0x1_0000_0400;

    [Fact]
    public void A_vector_is_accepted_and_injected_where_it_may_be_taken_at_once() => Told(
        machine => machine.WriteMsr(0, SelfIpi, 0x41),
        (InterruptEventKind.Accepted, 0, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Injected, 0, 0x41, SnpRule.SvsmInjected));

    [Fact]
    public void A_vector_is_queued_where_it_may_not_and_rewound_for_a_higher_one() => Told(
        machine =>
        {
            machine.SetInterruptFlag(0, false);
            machine.WriteMsr(0, SelfIpi, 0x41);
            machine.WriteMsr(0, SelfIpi, 0x72);
            machine.WriteMsr(0, SelfIpi, 0x41);
        },
        (InterruptEventKind.Accepted, 0, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Queued, 0, 0x41, SnpRule.SvsmQueued),
        (InterruptEventKind.Rewound, 0, 0x41, SnpRule.SvsmRewound),
        (InterruptEventKind.Accepted, 0, 0x72, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Queued, 0, 0x72, SnpRule.SvsmQueued),
        (InterruptEventKind.Rewound, 0, 0x72, SnpRule.SvsmRewound),
        (InterruptEventKind.Merged, 0, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Queued, 0, 0x72, SnpRule.SvsmQueued));

    [Fact]
    public void An_EOI_that_the_guest_left_out_is_told_at_the_next_look_and_nothing_is_rewound() => Told(
        machine =>
        {
            machine.WriteMsr(0, SelfIpi, 0x41);
            machine.Take(0);
            Assert.True(machine.TryLazyEoi(0));
            machine.ReadMsr(0, 0x812);
        },
        (InterruptEventKind.Accepted, 0, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Injected, 0, 0x41, SnpRule.SvsmInjected),
        (InterruptEventKind.Taken, 0, 0x41, SnpRule.SvsmInjected),
        (InterruptEventKind.Ended, 0, 0x41, SnpRule.SvsmLazyEoi));

    [Fact]
    public void A_vector_below_16_is_refused() => Told(
        machine => machine.WriteMsr(0, SelfIpi, 0x0F),
        (InterruptEventKind.Refused, 0, 0x0F, SnpRule.SvsmIllegalVector));

    [Fact]
    public void An_IPI_is_sent_and_posted_and_a_second_one_merges() => Told(
        machine =>
        {
            machine.SetPaused(1, true);
            machine.WriteMsr(0, Icr, 0x1_0000_0010);
            machine.WriteMsr(0, Icr, 0x1_0000_0010);
        },
        (InterruptEventKind.Sent, 0, 0x10, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Accepted, 1, 0x10, SnpRule.SvsmIpiPosted),
        (InterruptEventKind.Sent, 0, 0x10, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Merged, 1, 0x10, SnpRule.SvsmIpiPosted));

    [Fact]
    public void An_NMI_is_posted_once_and_injected() => Told(
        machine =>
        {
            machine.SetPaused(1, true);
            machine.WriteMsr(0, Icr, NmiToVcpu1);
            machine.WriteMsr(0, Icr, NmiToVcpu1);
            machine.SetPaused(1, false);
        },
        (InterruptEventKind.Sent, 0, 0, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Accepted, 1, 0, SnpRule.SvsmIpiPosted),
        (InterruptEventKind.Sent, 0, 0, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Merged, 1, 0, SnpRule.SvsmIpiPosted),
        (InterruptEventKind.Injected, 1, 2, SnpRule.SvsmInjected));

    [Fact]
    public void An_NMI_to_the_sender_itself_is_accepted_and_injected() => Told(
        machine => machine.WriteMsr(0, Icr, 0x4_0400),
        (InterruptEventKind.Sent, 0, 0, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Accepted, 0, 0, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Injected, 0, 2, SnpRule.SvsmInjected));

    [Fact]
    public void A_vCPU_without_emulation_refuses() => Told(
        machine => machine.WriteMsr(0, Icr, 0x2_0000_0041),
        (InterruptEventKind.Sent, 0, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Refused, 2, 0x41, SnpRule.SvsmTargetWithoutEmulation));

    [Fact]
    public void A_logical_IPI_reaches_the_sender_and_the_first() => Told(
        machine => machine.WriteMsr(1, Icr, 0x3_0000_0841),
        (InterruptEventKind.Sent, 1, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Accepted, 0, 0x41, SnpRule.SvsmIpiPosted),
        (InterruptEventKind.Accepted, 1, 0x41, SnpRule.SvsmIpiSent),
        (InterruptEventKind.Injected, 0, 0x41, SnpRule.SvsmInjected),
        (InterruptEventKind.Injected, 1, 0x41, SnpRule.SvsmInjected));

    [Fact]
    public void A_host_vector_is_posted_and_the_doorbell_rings()
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        var told = new Watcher();
        machine.Observer = told;

        machine.SendTo(0, new InterruptMessage(0, 0x41));

        Assert.Contains((InterruptEventKind.Posted, 0, (byte)0x41, SnpRule.HostPosts), told.Interrupts);
        Assert.Contains(told.Hops, hop => hop is { Kind: SnpHop.Doorbell, Vmpl: 0, Info1: 2UL << 24, Info2: 0x41 });
    }

    /// <summary>Where the SVSM does not look: coconut-svsm cpu/apic.rs has no NMI of the host.</summary>
    [Fact]
    public void An_NMI_of_the_host_stays_in_the_page()
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        var told = new Watcher();
        machine.Observer = told;

        Assert.Equal(SnpRule.HostNmiUnread, machine.PostNmi(0));
        Assert.Equal(SnpRule.HostNmiUnread, machine.PostNmi(0));

        Assert.Equal((DoorbellDescriptor.NmiBit, (byte)2), (machine.Platform().DoorbellOf(0).Guest.Status, machine.Platform().DoorbellOf(0).VmplEvents));
        Assert.Contains((InterruptEventKind.Posted, 0, (byte)2, SnpRule.HostNmiUnread), told.Interrupts);
        Assert.Contains(told.Hops, hop => hop is { Kind: SnpHop.Doorbell, Info1: 2UL << 24, Info2: DoorbellDescriptor.NmiBit });
    }

    [Fact]
    public void An_IPI_to_two_others_is_one_for_each_and_the_host_notifies_both()
    {
        Machine machine = Svsm(emulated: 3);
        machine.SetPaused(1, true);
        machine.SetPaused(2, true);
        var told = new Watcher();
        machine.Observer = told;

        machine.WriteMsr(0, Icr, 0x6_0000_0841);

        Assert.Equal([1, 2], told.Interrupts.Where(one => one.Rule == SnpRule.SvsmIpiPosted).Select(one => one.Vcpu));
        Assert.Equal(
            [(1, SvsmIpi.NotificationVector), (2, SvsmIpi.NotificationVector)],
            told.Interrupts.Where(one => one.Rule == SnpRule.HostNotifies).Select(one => (one.Vcpu, one.Vector)));
        Assert.Equal(0, machine.Platform().DoorbellOf(1).VmplEvents);
    }

    [Fact]
    public void An_EOI_with_nothing_in_service_ends_nothing()
    {
        Machine machine = Svsm();
        machine.WriteMsr(0, 0x80B, 0);
        SvsmApicState before = machine.Platform().SvsmOf(0);
        var told = new Watcher();
        machine.Observer = told;

        machine.WriteMsr(0, 0x80B, 0);

        Assert.Empty(told.Interrupts);
        Assert.Equal(before, machine.Platform().SvsmOf(0));
    }

    /// <summary>Of a level-triggered vector the page says so in bits 7:0 only, so a second one has to wait with the hypervisor.</summary>
    [Fact]
    public void A_second_level_triggered_host_vector_waits_with_the_hypervisor_and_rings_nothing()
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        machine.SendTo(0, new InterruptMessage(0, 0x61, isLevel: true));
        machine.SendTo(0, new InterruptMessage(0, 0x71));
        DoorbellDescriptor descriptor = machine.Platform().DoorbellOf(0).Guest;
        Assert.Equal(
            (0x61 | DoorbellDescriptor.LevelBit | DoorbellDescriptor.MultipleBit, 1u << 0x11), (descriptor.Status, descriptor.Irr(3)));
        var told = new Watcher();
        machine.Observer = told;

        machine.SendTo(0, new InterruptMessage(0, 0x81, isLevel: true));

        Assert.Equal(descriptor, machine.Platform().DoorbellOf(0).Guest);
        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x81));
        Assert.DoesNotContain(told.Hops, hop => hop.Kind == SnpHop.Doorbell);
    }

    [Fact]
    public void A_level_triggered_vector_in_the_page_goes_back_to_the_hypervisor()
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        machine.SendTo(0, new InterruptMessage(0, 0x61, isLevel: true));
        var told = new Watcher();
        machine.Observer = told;

        machine.Exit(0, 0, new(GhcbExitCode.DisableAlternateInjection, 2 << 16));

        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x61));
        Assert.Contains((InterruptEventKind.Accepted, 0, (byte)0x61, SnpRule.HostTakesOver), told.Interrupts);
    }

    [Fact]
    public void What_is_in_service_goes_to_the_hypervisor_and_is_in_the_page_no_longer()
    {
        Machine machine = Svsm();
        machine.WriteMsr(0, SelfIpi, 0x72);
        machine.Take(0);

        machine.DisableAlternateInjection(0);
        machine.DisableAlternateInjection(0);

        Assert.False(machine.Platform().IsAlternateInjectionEnabled(0));
        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Isr0, 0x72));
        Assert.All(Enumerable.Range(0, 8), word => Assert.Equal(0u, machine.Platform().DoorbellOf(0).Guest.Isr(word)));
    }

    [Theory]
    [InlineData(0x40UL, SnpRule.SvsmServes)]
    [InlineData(0x4FUL, SnpRule.SvsmTprByte)]
    public void The_SVSM_keeps_the_class_of_a_task_priority_and_says_where_there_was_more(ulong value, RuleId rule)
    {
        Machine machine = Svsm();

        Assert.Equal(rule, machine.WriteMsr(0, 0x808, value).Rule);

        Assert.Equal((0x40UL, SnpRule.SvsmServes), (machine.ReadMsr(0, 0x808).Value, machine.ReadMsr(0, 0x808).Rule));
    }

    /// <summary>Each set of vectors has eight registers: the last ones, of 255:224, with a level-triggered vector of the host that was taken, and one that waits.</summary>
    [Fact]
    public void The_last_register_of_each_set_is_the_sets()
    {
        Machine machine = Svsm();
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ConfigureVector, 0x300));
        machine.SendTo(0, new InterruptMessage(0, 0xE1, isLevel: true));
        Assert.Equal(0xE1, machine.Take(0).Vector);
        machine.WriteMsr(0, SelfIpi, 0xE2);

        Assert.Equal((0x2UL, 0x2UL, 0x4UL), (machine.ReadMsr(0, 0x817).Value, machine.ReadMsr(0, 0x81F).Value, machine.ReadMsr(0, 0x827).Value));
    }

    private static void Told(Action<Machine> act, params (InterruptEventKind Kind, int Vcpu, int Vector, RuleId Rule)[] expected)
    {
        Machine machine = Svsm();
        var told = new Watcher();
        machine.Observer = told;

        act(machine);

        Assert.Equal(
            expected.Select(one => (one.Kind, one.Vcpu, (byte)one.Vector, one.Rule)),
            told.Interrupts.Where(one => RuleBook.NameOf(one.Rule).StartsWith("Svsm", StringComparison.Ordinal)));
    }

    /// <summary>Three vCPUs, the first of them under Alternate Injection.</summary>
    private static Machine Svsm(int emulated = 2)
    {
        Machine machine = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), [0, 1, 2]);
        for (int vcpu = 0; vcpu < emulated; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    private sealed class Watcher : MachineObserver
    {
        public List<(InterruptEventKind Kind, int Vcpu, byte Vector, RuleId Rule)> Interrupts { get; } = [];

        public List<Hop> Hops { get; } = [];

        public override void OnHop(long number, int vcpu, in Hop hop) => Hops.Add(hop);

        public override void OnInterrupt(long number, in InterruptEvent interrupt) =>
            Interrupts.Add((interrupt.Kind, interrupt.Vcpu, interrupt.Vector, interrupt.Rule));
    }
}
