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

    /// <summary>Three vCPUs, the first two of them under Alternate Injection.</summary>
    private static Machine Svsm()
    {
        Machine machine = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), [0, 1, 2]);
        for (int vcpu = 0; vcpu < 2; vcpu++)
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
