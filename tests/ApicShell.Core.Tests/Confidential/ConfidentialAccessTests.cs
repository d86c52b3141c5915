using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The way of an access on SEV-SNP: edk2 CcExitVcHandler.c, KVM svm.c, coconut-svsm.</summary>
public class ConfidentialAccessTests
{
    [Fact]
    public void Without_alternate_injection_everything_goes_to_the_hypervisor()
    {
        Machine machine = Machines.Snp();
        Answer mmio = machine.Execute(0, Access.ReadMmio(0x030));
        Assert.Equal((Outcome.Value, Responder.Hypervisor, Route.GhcbMmio, 0x50014UL, 1), (mmio.Outcome, mmio.Responder, mmio.Route, mmio.Value, mmio.Exits));
        Answer msr = machine.Execute(0, Access.ReadMsr(0x1B));
        Assert.Equal((Responder.Hypervisor, Route.GhcbMsr, 0xFEE00900UL), (msr.Responder, msr.Route, msr.Value));
    }

    [Fact]
    public void Handler_edk2_never_reaches_the_svsm()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Edk2);
        foreach (uint offset in new uint[] { 0x020, 0x080, 0x0A0, 0x0F0, 0x320 })
        {
            Assert.Equal(Responder.Hypervisor, machine.Execute(0, Access.ReadMmio(offset)).Responder);
        }

        Assert.Equal(Responder.Hypervisor, machine.Execute(0, Access.WriteMmio(0x0B0, 0)).Responder);
        machine.Execute(0, Access.WriteMmio(0x080, 0x40));
        Assert.Equal(0UL, machine.Platform().PeekSvsm(0, ApicRegister.Tpr));
        Assert.Equal(0x40UL, machine.Peek(0, ApicRegister.Tpr));
    }

    [Fact]
    public void Handler_proposal_fails_at_a_register_of_the_hypervisor_while_that_is_in_xapic_mode()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Answer answer = machine.Execute(0, Access.ReadMmio(0x0F0));
        Assert.Equal(Outcome.Fault, answer.Outcome);
        Assert.Equal(GuestFault.GP, answer.Fault);
        Assert.Equal(Responder.Hypervisor, answer.Responder);
        Assert.Equal(Route.GhcbMsr, answer.Route);
        Assert.Equal(1, answer.ExitInfo1);
        Assert.Equal(0x8000030DUL, answer.ExitInfo2);
        Assert.Equal(RuleId.X2MsrNeedsX2Mode, answer.Rule);
    }

    [Fact]
    public void Handler_proposal_takes_served_registers_to_the_svsm_by_memory_and_by_msr()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Answer write = machine.Execute(0, Access.WriteMmio(0x080, 0x30));
        Answer read = machine.Execute(0, Access.ReadMsr(0x808));
        Assert.Equal((Outcome.Done, Responder.Svsm, Route.SvsmCall), (write.Outcome, write.Responder, write.Route));
        Assert.Equal((0x30UL, Responder.Svsm), (read.Value, read.Responder));
        Assert.Equal(0UL, machine.Peek(0, ApicRegister.Tpr));
    }

    [Fact]
    public void Handler_proposal_turns_a_refused_call_into_gp()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Answer answer = machine.Execute(0, Access.WriteMmio(0x0B0, 1));
        Assert.Equal((Outcome.Fault, GuestFault.GP, Responder.Svsm), (answer.Outcome, answer.Fault, answer.Responder));
        Assert.Equal(SvsmResult.InvalidParameter, answer.SvsmResult);
        Assert.Equal(SnpRule.SvsmEoiZero, answer.Rule);
    }

    [Theory]
    [InlineData(0x081u, 4)]
    [InlineData(0x080u, 1)]
    [InlineData(0x080u, 8)]
    public void Handler_proposal_takes_aligned_words_only(uint offset, byte size)
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Answer answer = machine.Execute(0, Access.ReadMmio(offset, size));
        Assert.Equal((Outcome.Fault, Responder.Nobody, SnpRule.ProposalShape), (answer.Outcome, answer.Responder, answer.Rule));
    }

    [Fact]
    public void A_host_that_switches_the_apic_makes_the_proposal_work()
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl);
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Answer host = machine.Execute(0, Access.WriteMsr(0x1B, 0xFEE00D00, AccessOrigin.Host));
        Assert.Equal((Outcome.Done, Route.HostApi, 0), (host.Outcome, host.Route, host.Exits));
        Assert.Equal(0xFFUL, machine.Execute(0, Access.ReadMmio(0x0F0)).Value);
    }

    [Theory]
    [InlineData(ApicScope.Shared, ApicMode.X2Apic)]
    [InlineData(ApicScope.PerVmpl, ApicMode.XApic)]
    public void What_the_svsm_does_to_its_apic_reaches_the_guest_only_where_they_share_it(ApicScope scope, ApicMode guestMode)
    {
        Machine machine = Machines.Snp(scope);
        Assert.True(machine.Execute(0, Access.WriteMsr(0x1B, 0xFEE00D00, AccessOrigin.Svsm)).Succeeded);
        Assert.True(machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm)).Succeeded);
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(0, AccessOrigin.Svsm).Mode);
        Assert.Equal(guestMode, machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        Assert.Equal(guestMode == ApicMode.X2Apic ? 0x1FFUL : 0xFFUL, machine.Peek(0, ApicRegister.Svr));
    }

    [Fact]
    public void Disabling_hands_the_tpr_to_the_hypervisor()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.Execute(0, Access.WriteMmio(0x080, 0x50));
        var hops = new Hops();
        machine.Observer = hops;
        machine.DisableAlternateInjection(0);
        Assert.Equal(0x50UL, machine.Execute(0, Access.ReadMmio(0x080)).Value);
        Assert.Contains(hops.Seen, hop => hop.Code == 0x8000001C && hop.Info1 == ((2UL << 16) | (0x50 << 8)));
    }

    [Fact]
    public void Hops_carry_the_exit_and_the_call()
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        var hops = new Hops();
        machine.Observer = hops;
        machine.Execute(0, Access.ReadMmio(0x0F0));
        machine.Execute(0, Access.ReadMmio(0x080));
        machine.Execute(0, Access.ReadMsr(0x1B, AccessOrigin.Svsm));
        Assert.Equal(new Hop(SnpHop.GhcbExit, 2, 0x7C, 0, 0, 0x80F, 0, 1, 0x8000030D), hops.Seen[0]);
        Assert.Equal(new Hop(SnpHop.SvsmCall, 2, 0x3_0000_0002, 0, 0, 0x808, 0, 0, 0), hops.Seen[1]);
        Assert.Equal(new Hop(SnpHop.GhcbExit, 0, 0x7C, 0, 0, 0x1B, 0, 0, 0xFEE00900), hops.Seen[2]);
    }

    [Fact]
    public void An_mmio_exit_of_more_than_eight_bytes_is_malformed()
    {
        Answer answer = Machines.Snp().Execute(0, Access.ReadMmio(0x080, 16));
        Assert.Equal((Outcome.Undefined, SnpRule.GhcbMmioTooLong, 2, 5UL), (answer.Outcome, answer.Rule, answer.ExitInfo1, answer.ExitInfo2));
    }

    [Fact]
    public void Mmio_exits_name_address_and_length()
    {
        Machine machine = Machines.Snp();
        var hops = new Hops();
        machine.Observer = hops;
        machine.Execute(0, Access.WriteMmio(0x080, 0x20));
        machine.Execute(0, Access.ReadMmio(0x083, 1));
        Assert.Equal(new Hop(SnpHop.GhcbExit, 2, 0x80000002, 0xFEE00080, 4, 0, 0x20, 0, 0), hops.Seen[0]);
        Assert.Equal(new Hop(SnpHop.GhcbExit, 2, 0x80000001, 0xFEE00083, 1, 0, 0, 0, 0), hops.Seen[1]);
    }

    private sealed class Hops : MachineObserver
    {
        public List<Hop> Seen { get; } = [];

        public override void OnHop(long number, int vcpu, in Hop hop) => Seen.Add(hop);
    }
}
