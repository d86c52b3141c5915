using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>How the SVSM gives a guest its interrupts, case by case: coconut-svsm cpu/apic.rs; the hypervisor's side as the SVSM expects it.</summary>
public class SvsmDeliveryTests
{
    private const uint SelfIpi = 0x83F;
    private const uint Eoi = 0x80B;
    private const uint Icr = 0x830;

    [Fact]
    public void A_self_ipi_is_injected_taken_and_ended_lazily()
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        Vmsa vmsa = machine.Platform().VmsaOf(0);
        Assert.Equal(0x8000_0041UL, vmsa.EventInjection.Value);
        Assert.Equal(1, machine.Platform().CallingAreaOf(0).NoEoiRequired);
        Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x41), machine.Take(0));
        Assert.True(machine.TryLazyEoi(0));
        Assert.Equal(0UL, Read(machine, 0x812));
        Assert.False(machine.TryLazyEoi(0));
    }

    [Fact]
    public void A_vector_that_waits_for_if_is_queued_and_taken_when_it_is_set()
    {
        Machine machine = Svsm();
        machine.SetInterruptFlag(0, false);
        Write(machine, SelfIpi, 0x41);
        Assert.Equal(0x41_0004_0300UL, machine.Platform().VmsaOf(0).InterruptControl.Value);
        Assert.Equal(default, machine.Take(0));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x41), machine.Take(0));
    }

    [Fact]
    public void What_was_not_taken_is_rewound_for_a_higher_one_and_both_need_an_eoi()
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        Write(machine, SelfIpi, 0x72);
        Assert.Equal(0, machine.Platform().CallingAreaOf(0).NoEoiRequired);
        Assert.Equal(0x72, machine.Take(0).Vector);
        Assert.Equal(default, machine.Take(0));
        Write(machine, Eoi, 0);
        Assert.Equal(0x41, machine.Take(0).Vector);
        Assert.True(machine.TryLazyEoi(0));
    }

    [Fact]
    public void Task_priority_holds_a_vector_back_until_cr8_is_lowered()
    {
        Machine machine = Svsm();
        Write(machine, 0x808, 0x50);
        Write(machine, SelfIpi, 0x41);
        Assert.Equal(default, machine.Take(0));
        Assert.True(machine.WriteCr8(0, 3));
        Assert.Equal(0x41, machine.Take(0).Vector);
    }

    [Fact]
    public void A_host_vector_comes_through_the_doorbell_when_it_is_allowed()
    {
        Machine machine = Svsm();
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(default, machine.Take(0));
        Assert.Equal(0x0UL, Call(machine, SvsmCall.ConfigureVector, 0x141));
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(0x41, machine.Take(0).Vector);
    }

    [Fact]
    public void Several_host_vectors_come_at_once_while_the_vcpu_is_in_the_svsm()
    {
        Machine machine = Svsm();
        Call(machine, SvsmCall.ConfigureVector, 0x300);
        machine.ExitGuest(0);
        foreach (byte vector in new byte[] { 0x41, 31, 0x99, 0xFF })
        {
            machine.SendTo(0, new InterruptMessage(0, vector));
        }

        HvDoorbell page = machine.Platform().DoorbellOf(0);
        Assert.Equal(0x8000_4000u, page.OfVmpl(2).Status);
        Assert.Equal(2, page.VmplEvents);
        machine.EnterGuest(0);
        List<byte> taken = [];
        for (TakenInterrupt next = machine.Take(0); next.Kind == TakenKind.Fixed; next = machine.Take(0))
        {
            taken.Add(next.Vector);
            Write(machine, Eoi, 0);
        }

        Assert.Equal([0xFF, 0x99, 0x41, 31], taken);
    }

    /// <summary>
    /// coconut-svsm sev/hv_doorbell.rs: the IRR begins at vector 32, bit 31 of the status is vector 31, and what is below fits into bits 7:0 only.
    /// The words are status and IRR of 63:32.
    /// </summary>
    [Theory]
    [InlineData(30, 0, 0x0000_001Eu, 0u)]
    [InlineData(31, 0, 0x0000_001Fu, 0u)]
    [InlineData(32, 0, 0x0000_0020u, 0u)]
    [InlineData(30, 0x21, 0x0000_401Eu, 2u)]
    [InlineData(31, 0x21, 0x8000_4000u, 2u)]
    [InlineData(32, 0x21, 0x0000_4000u, 3u)]
    [InlineData(0x21, 30, 0x0000_401Eu, 2u)]
    [InlineData(0x21, 31, 0x8000_4000u, 2u)]
    [InlineData(0x21, 32, 0x0000_4000u, 3u)]
    [InlineData(31, 30, 0x8000_401Eu, 0u)]
    [InlineData(30, 31, 0x8000_401Eu, 0u)]
    [InlineData(31, 32, 0x8000_4000u, 1u)]
    public void The_page_has_a_place_for_each_vector_around_31(byte first, byte second, uint status, uint irr)
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        foreach (byte vector in new[] { first, second }.Where(vector => vector != 0))
        {
            machine.SendTo(0, new InterruptMessage(0, vector));
        }

        DoorbellDescriptor descriptor = machine.Platform().DoorbellOf(0).OfVmpl(2);
        Assert.Equal((status, irr), (descriptor.Status, descriptor.Irr(1)));
        Assert.All(Enumerable.Range(2, 6), word => Assert.Equal(0u, descriptor.Irr(word)));
    }

    /// <summary>Allowing all vectors means 31 to 255 (coconut-svsm cpu/apic.rs); whatever place it came from, an allowed one comes through once.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(32)]
    public void A_host_vector_around_31_comes_through_if_it_is_one_of_all(byte vector)
    {
        foreach (byte other in new byte[] { 0, 0x91 })
        {
            Machine machine = Svsm();
            Call(machine, SvsmCall.ConfigureVector, 0x300);
            machine.ExitGuest(0);
            foreach (byte sent in new[] { vector, other }.Where(sent => sent != 0))
            {
                machine.SendTo(0, new InterruptMessage(0, sent));
            }

            machine.EnterGuest(0);
            List<byte> taken = [];
            for (TakenInterrupt next = machine.Take(0); next.Kind == TakenKind.Fixed; next = machine.Take(0))
            {
                taken.Add(next.Vector);
                Write(machine, Eoi, 0);
            }

            Assert.Equal(new[] { other, vector }.Where(sent => sent > 30), taken);
        }
    }

    /// <summary>Of the page the hypervisor takes back what stands in the IRR and bit 31, and of bits 7:0 what fits nowhere else: our reading.</summary>
    [Theory]
    [InlineData(30, 0x21)]
    [InlineData(31, 0x21)]
    [InlineData(32, 0x21)]
    [InlineData(30, 0)]
    public void The_hypervisor_takes_back_what_waits_around_31(byte first, byte second)
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        byte[] sent = [.. new[] { first, second }.Where(vector => vector != 0)];
        foreach (byte vector in sent)
        {
            machine.SendTo(0, new InterruptMessage(0, vector));
        }

        GhcbReply reply = machine.Exit(0, 0, new(GhcbExitCode.DisableAlternateInjection, 2 << 16));

        Assert.Equal(GhcbReply.Success, reply.Info1);
        LocalApicState apic = machine.StateOf(0, AccessOrigin.Guest);
        Assert.Equal(sent.Order(), Enumerable.Range(0, 256).Where(vector => apic.Has(ApicRegister.Irr0, vector)).Select(vector => (byte)vector));
        Assert.Equal(0u, machine.Platform().DoorbellOf(0).OfVmpl(2).Status);
    }

    [Fact]
    public void A_level_triggered_host_vector_ends_by_a_specific_eoi()
    {
        Machine machine = Svsm();
        Call(machine, SvsmCall.ConfigureVector, 0x300);
        machine.SendTo(0, new InterruptMessage(0, 0x61, isLevel: true));
        Assert.Equal(0x61, machine.Take(0).Vector);
        Assert.Equal(0, machine.Platform().CallingAreaOf(0).NoEoiRequired);
        var hops = new HopList();
        machine.Observer = hops;
        Write(machine, Eoi, 0);
        Assert.Contains(hops.Hops, hop => hop is { Kind: SnpHop.GhcbExit, Code: 0x8000_001D, Info1: 0x2_0061, Result1: 0 });
    }

    [Theory]
    [InlineData(SvsmBehavior.None, TakenKind.Nmi)]
    [InlineData(SvsmBehavior.NmiSentAsFixed, TakenKind.Fixed)]
    public void An_ipi_reaches_another_vcpu(SvsmBehavior behavior, TakenKind nmi)
    {
        Machine machine = Svsm(behavior, 0, 1);
        Write(machine, Icr, 0x1_0000_0041);
        Assert.Equal(0x41, machine.Take(1).Vector);
        Write(machine, Icr, 0x1_0000_0461);
        Assert.Equal(nmi, machine.Take(1).Kind);
    }

    [Fact]
    public void An_ipi_that_cannot_be_notified_waits_for_the_next_entry()
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0, 1);
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
        }

        Assert.Equal(SnpRule.SvsmNotNotified, machine.Execute(0, Access.WriteMsr(Icr, 0x1_0000_0041)).Rule);
        Assert.Equal(default, machine.Take(1));
        machine.Execute(1, Access.ReadMsr(0x80A));
        Assert.Equal(0x41, machine.Take(1).Vector);
    }

    [Fact]
    public void Nothing_is_lost_when_emulation_ends()
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        Assert.Equal(0x41, machine.Take(0).Vector);
        Write(machine, SelfIpi, 0x33);
        Write(machine, SelfIpi, 0x1F);
        Write(machine, SelfIpi, 0x72);
        Write(machine, 0x808, 0x20);
        Assert.Equal(0UL, Call(machine, SvsmCall.Configure, 1));
        Assert.False(machine.Platform().IsAlternateInjectionEnabled(0));
        Assert.Equal(0x8000_0001UL, Call(machine, SvsmCall.QueryFeatures, 0));
        Assert.Equal(0x72, machine.Take(0).Vector);
        LocalApicState apic = machine.StateOf(0, AccessOrigin.Guest);
        Assert.True(apic.Has(ApicRegister.Isr0, 0x41) && apic.Has(ApicRegister.Irr0, 0x33) && apic.Has(ApicRegister.Irr0, 0x1F));
        Assert.Equal(0x20u, apic[ApicRegister.Tpr]);
    }

    [Fact]
    public void What_the_hypervisor_holds_comes_along_when_emulation_begins()
    {
        Machine machine = Machines.Snp(ApicScope.Shared, 0);
        machine.SetInterruptFlag(0, true);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(0x41, machine.Take(0).Vector);
        machine.SendTo(0, new InterruptMessage(0, 0x61));
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Assert.Equal(2UL, Read(machine, 0x812));
        Assert.Equal(0x61, machine.Take(0).Vector);
    }

    [Fact]
    public void An_interrupt_that_an_intercept_hits_is_given_again()
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        Assert.Equal(0x8000_0041UL, machine.InterceptTake(0).Value);
        Assert.Equal(0x41, machine.Take(0).Vector);
        Assert.Equal(default, machine.Take(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_injected_is_decided_anew_when_the_vcpu_changes_outside_the_guest(bool paused)
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        if (paused)
        {
            machine.SetPaused(0, true);
        }
        else
        {
            machine.ExitGuest(0);
        }

        machine.SetInterruptFlag(0, false);
        Assert.Equal(default, machine.Take(0));
        machine.SetInterruptFlag(0, true);
        machine.WriteCr8(0, 4);
        Assert.Equal(default, machine.Take(0));
        machine.WriteCr8(0, 3);
        Assert.Equal(0x41, machine.Take(0).Vector);
    }

    [Fact]
    public void An_eoi_is_written_while_a_vector_that_was_not_taken_yet_may_do_without()
    {
        Machine machine = Svsm();
        Write(machine, SelfIpi, 0x41);
        machine.Take(0);
        Write(machine, SelfIpi, 0x72);
        Assert.Equal(1, machine.Platform().CallingAreaOf(0).NoEoiRequired);
        Assert.False(machine.TryLazyEoi(0));
        Write(machine, Eoi, 0);
        Assert.Equal(0x72, machine.Take(0).Vector);
        Assert.True(machine.TryLazyEoi(0));
        Assert.Equal(0UL, Read(machine, 0x812) | Read(machine, 0x813));
    }

    [Fact]
    public void A_single_vector_beside_others_in_the_page_is_told_again()
    {
        Machine machine = Svsm();
        Call(machine, SvsmCall.ConfigureVector, 0x11B);
        Call(machine, SvsmCall.ConfigureVector, 0x141);
        machine.ExitGuest(0);
        machine.SendTo(0, new InterruptMessage(0, 0x1B));
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(0x41, machine.Take(0).Vector);
        Write(machine, Eoi, 0);
        Assert.Equal(0x1B, machine.Take(0).Vector);
    }

    [Theory]
    [InlineData(ApicScope.Shared, 0)]
    [InlineData(ApicScope.PerVmpl, 0x50)]
    public void The_notifications_vector_is_a_device_s_where_the_guest_has_an_apic_of_its_own(ApicScope scope, byte taken)
    {
        Machine machine = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(scope), [0]);
        machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF));
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.SetInterruptFlag(0, true);
        Call(machine, SvsmCall.ConfigureVector, 0x300);
        machine.SendTo(0, new InterruptMessage(0, SvsmIpi.NotificationVector));
        Assert.Equal(taken, machine.Take(0).Vector);
    }

    [Fact]
    public void A_vcpu_whose_emulation_has_ended_gets_no_notification()
    {
        Machine machine = Svsm(SvsmBehavior.None, 0, 1);
        machine.DisableAlternateInjection(1);
        Assert.Equal(SnpRule.SvsmTargetWithoutEmulation, machine.WriteMsr(0, Icr, 0x1_0000_0041).Rule);
        Write(machine, Icr, 0xFFFF_FFFF_0000_0041);
        Write(machine, Icr, 0x0000_0002_0000_0841);
        Assert.Equal(default, machine.Take(1));
    }

    [Theory]
    [InlineData(0x10, true)]
    [InlineData(0x1E, true)]
    [InlineData(0x1F, false)]
    [InlineData(0x20, false)]
    public void A_vector_that_the_page_has_no_bit_for_is_lost_when_emulation_ends_and_the_trace_says_so(byte vector, bool isLost)
    {
        Machine machine = Svsm();
        machine.SetInterruptFlag(0, false);
        Write(machine, SelfIpi, vector);
        var events = new HopList();
        machine.Observer = events;
        Call(machine, SvsmCall.Configure, 1);
        Assert.Equal(isLost, events.Interrupts.Exists(one => one.Rule == SnpRule.SvsmHandOffNoPlace && one.Vector == vector && one.Kind == InterruptEventKind.Refused));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(isLost ? 0 : vector, machine.Take(0).Vector);
    }

    [Fact]
    public void The_svsms_timer_gives_its_vector_to_the_svsm()
    {
        Machine machine = Machines.Snp(ApicScope.Shared, 0);
        machine.EnableAlternateInjection(0, VcHandler.Proposal, new(SvsmTimer.Svsm));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(Responder.Svsm, machine.Execute(0, Access.WriteMsr(0x832, 0xEC)).Responder);
        machine.Execute(0, Access.WriteMsr(0x83E, 0xB));
        machine.Execute(0, Access.WriteMsr(0x838, 1000));
        machine.Advance(999);
        Assert.Equal(default, machine.Take(0));
        machine.Advance(1);
        Assert.Equal(0xEC, machine.Take(0).Vector);
    }

    [Fact]
    public void A_restricted_guest_gets_one_vector_at_a_time_through_its_page()
    {
        var machine = new Machine(new ApicTraits(), new SnpPlatform(ApicScope.Shared, SnpInjection.Restricted), [0]);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(0, machine.Platform().DoorbellOf(0).Vector);
        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, 0x7000));
        machine.SendTo(0, new InterruptMessage(0, 0x72));
        Assert.Equal((0x41, 0x80), (machine.Platform().DoorbellOf(0).Vector, machine.Platform().DoorbellOf(0).Flags));
        Assert.Equal(default, machine.Take(0));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(0x41, machine.Take(0).Vector);
        Assert.Equal(0x72, machine.Take(0).Vector);
    }

    [Fact]
    public void An_eoi_by_a_raw_exit_lets_a_restricted_guests_next_vector_through()
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared, SnpInjection.Restricted), [0]);
        machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF));
        machine.SetInterruptFlag(0, true);
        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, 0x7000));
        machine.SendTo(0, new InterruptMessage(0, 0x72));
        Assert.Equal(0x72, machine.Take(0).Vector);
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(default, machine.Take(0));
        machine.Exit(0, 0, GhcbRequest.WriteMsr(Eoi, 0));
        Assert.Equal(0x41, machine.Platform().DoorbellOf(0).Vector);
    }

    [Fact]
    public void A_raw_exit_of_the_guest_finds_the_vcpu_in_the_guest_and_ends_an_interrupt_shadow()
    {
        Machine machine = Svsm();
        SnpPlatform platform = machine.Platform();
        machine.SetInterruptShadow(0, true);
        machine.ExitGuest(0);
        machine.Exit(0, 0, new(GhcbExitCode.Features));
        Assert.True(platform.IsInSvsm(0));
        Assert.True(platform.VmsaOf(0).InterruptControl.InterruptShadow);
        machine.Exit(0, 2, new(GhcbExitCode.Features));
        Assert.False(platform.IsInSvsm(0));
        Assert.False(platform.VmsaOf(0).InterruptControl.InterruptShadow);
    }

    [Fact]
    public void A_request_in_the_ghcb_msr_is_a_hop()
    {
        Machine machine = Svsm();
        var hops = new HopList();
        machine.Observer = hops;
        machine.ExitByMsr(0, 2, GhcbMsrProtocol.SevInfoRequest);
        Assert.Equal(new Hop(SnpHop.GhcbMsr, 2, 0x002, 0, 0, 0, 0, 0x0002_0001_3300_0001, 0), Assert.Single(hops.Hops));
    }

    [Fact]
    public void A_guest_that_has_ended_makes_no_call()
    {
        Machine machine = Svsm();
        var hops = new HopList();
        machine.Exit(0, 2, new(GhcbExitCode.Terminate));
        machine.Observer = hops;
        Assert.Equal(0x3_0000_0001UL, Call(machine, SvsmCall.Configure, 1));
        Assert.Empty(hops.Hops);
        Assert.Equal(1U, machine.Platform().Registrations);
    }

    [Fact]
    public void Linux_ends_the_guest_outside_x2apic_mode()
    {
        Machine machine = Machines.Snp(ApicScope.Shared, 0);
        machine.EnableAlternateInjection(0, VcHandler.Linux);
        Answer answer = machine.Execute(0, Access.ReadMsr(0x802));
        Assert.Equal((GuestFault.Terminated, SnpRule.LinuxNeedsX2Apic), (answer.Fault, answer.Rule));
        Assert.Equal(SnpRule.GuestTerminated, machine.Execute(0, Access.ReadMmio(0x20)).Rule);
        machine.Reset();
        Assert.Equal(Outcome.Value, machine.Execute(0, Access.ReadMmio(0x20)).Outcome);
    }

    private static Machine Svsm(SvsmBehavior behavior = SvsmBehavior.None, params uint[] ids)
    {
        Machine machine = new(
            new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), ids.Length == 0 ? [0] : ids);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal, new(Behavior: behavior));
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    private static void Write(Machine machine, uint msr, ulong value) => Assert.True(machine.WriteMsr(0, msr, value).Succeeded);

    private static ulong Read(Machine machine, uint msr) => machine.ReadMsr(0, msr).Value;

    private static ulong Call(Machine machine, uint call, ulong rcx) =>
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, call, rcx)).Rax;

    private sealed class HopList : MachineObserver
    {
        public List<Hop> Hops { get; } = [];

        public List<InterruptEvent> Interrupts { get; } = [];

        public override void OnHop(long number, int vcpu, in Hop hop) => Hops.Add(hop);

        public override void OnInterrupt(long number, in InterruptEvent interrupt) => Interrupts.Add(interrupt);
    }
}
