using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// An SVSM that emulates a whole local APIC, candidate D of the thread: KVM's register model and transitions (lapic.c, recordings), the delivery of
/// coconut-svsm, and one SVSM call for each access.
/// </summary>
public class WholeApicTests
{
    [Theory]
    [InlineData(ApicMode.XApic)]
    [InlineData(ApicMode.X2Apic)]
    public void Each_register_of_the_page_is_the_SVSMs_by_one_call_whatever_mode_KVM_is_in(ApicMode kvm)
    {
        var wrong = new List<string>();
        foreach (VcRegister register in VcRegister.All)
        {
            foreach (bool isWrite in new[] { false, true })
            {
                Machine machine = WholeMachines.On(kvm, 0);
                string before = MachineProgram.Describe(machine);
                Answer answer = machine.Execute(0, isWrite ? Access.WriteMmio(register.Offset, 0) : Access.ReadMmio(register.Offset));
                string expected = !isWrite && register.XApic.Contains('u') ? "Undefined" : isWrite && register.XApic.Contains('d') ? "Dropped" : isWrite ? "Done" : "Value";
                string actual = answer.Outcome.ToString();
                if (actual != expected || (answer.Responder, answer.Route, answer.Exits) != (Responder.Svsm, Route.SvsmCall, 1))
                {
                    wrong.Add($"{register} write {isWrite}: {expected}, got {actual} {answer.Responder} {answer.Route} {answer.Exits}");
                }

                Assert.Equal(before, MachineProgram.Describe(machine));
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData(ApicMode.XApic)]
    [InlineData(ApicMode.X2Apic)]
    public void Each_register_by_MSR_faults_in_the_SVSMs_xAPIC_mode_and_is_there_in_its_x2APIC_mode(ApicMode kvm)
    {
        var wrong = new List<string>();
        foreach (VcRegister register in VcRegister.All)
        {
            foreach (bool isWrite in new[] { false, true })
            {
                Machine machine = WholeMachines.On(kvm, 0);
                Access access = isWrite ? Access.WriteMsr(register.Msr, 0) : Access.ReadMsr(register.Msr);
                Answer inXApic = machine.Execute(0, access);
                Assert.Equal((Outcome.Fault, Responder.Svsm, RuleId.X2MsrNeedsX2Mode), (inXApic.Outcome, inXApic.Responder, inXApic.Rule));
                Assert.Equal((GuestFault.GP, SvsmResult.InvalidParameter), (inXApic.Fault, inXApic.SvsmResult));
                machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0xD00));
                Outcome expected = !register.X2Apic.Contains(isWrite ? 'w' : 'r') ? Outcome.Fault : isWrite ? Outcome.Done : Outcome.Value;
                Answer answer = machine.Execute(0, access);
                if ((answer.Outcome, answer.Responder, answer.Exits) != (expected, Responder.Svsm, 1))
                {
                    wrong.Add($"{access}: {expected}, got {answer.Outcome} {answer.Responder} {answer.Exits}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData(0, 0x900UL)]
    [InlineData(1, 0x800UL)]
    public void It_starts_in_xAPIC_mode_as_KVMs_after_RESET(int vcpu, ulong flags)
    {
        Machine machine = WholeMachines.On(ApicMode.X2Apic, 0, 0x21);
        Answer answer = machine.Execute(vcpu, Access.ReadMsr(0x1B));
        Assert.Equal((WholeMachines.Base | flags, Responder.Svsm, Route.SvsmCall, SnpRule.WholeServes), (answer.Value, answer.Responder, answer.Route, answer.Rule));
        Assert.Equal(vcpu == 0 ? 0UL : 0x21000000UL, machine.Execute(vcpu, Access.ReadMmio(0x020)).Value);
        Assert.Equal(0UL, machine.Execute(vcpu, Access.ReadMmio(0x0D0)).Value);
        Assert.Equal(0xFFFFFFFFUL, machine.Execute(vcpu, Access.ReadMmio(0x0E0)).Value);
        Assert.Equal(0xFFUL, machine.Execute(vcpu, Access.ReadMmio(0x0F0)).Value);
        Assert.Equal(0x50014UL, machine.Execute(vcpu, Access.ReadMmio(0x030)).Value);
        Assert.Equal(0x10000UL, machine.Execute(vcpu, Access.ReadMmio(0x320)).Value);
    }

    [Fact]
    public void X2APIC_mode_and_back_through_disabled()
    {
        Machine machine = WholeMachines.On(ApicMode.XApic, 0x1A);
        machine.Execute(0, Access.WriteMmio(0x0D0, 0x04000000));
        Assert.Equal(RuleId.BaseDrawnStep, machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0xD00)).Rule);
        Assert.Equal((0x1AUL, 0x10400UL), (machine.Execute(0, Access.ReadMsr(0x802)).Value, machine.Execute(0, Access.ReadMsr(0x80D)).Value));
        Answer hole = machine.Execute(0, Access.ReadMmio(0x020));
        Assert.Equal((Outcome.Unclaimed, 0xFFFFFFFFUL), (hole.Outcome, hole.Value));
        Assert.Equal(Outcome.Dropped, machine.Execute(0, Access.WriteMmio(0x0F0, 0x1FF)).Outcome);

        Assert.True(machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0x100)).Succeeded);
        Assert.Equal(Outcome.Fault, machine.Execute(0, Access.ReadMsr(0x802)).Outcome);
        Assert.Equal(0u, machine.Cpuid(0, 1).Edx & (1 << 9));
        Assert.True(machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0x900)).Succeeded);
        Assert.Equal(0x1A000000UL, machine.Execute(0, Access.ReadMmio(0x020)).Value);
        Assert.Equal(1u << 9, machine.Cpuid(0, 1).Edx & (1 << 9));
        Assert.Equal(ApicMode.XApic, machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
    }

    [Theory]
    [InlineData(new ulong[] { 0xD00, 0x900 }, RuleId.BaseX2ApicToXApic)]
    [InlineData(new ulong[] { 0x100, 0xD00 }, RuleId.BaseDisabledToX2Apic)]
    [InlineData(new ulong[] { 0x500 }, RuleId.BaseExtdNeedsAe)]
    [InlineData(new ulong[] { 0xD00, 0x500 }, RuleId.BaseExtdNeedsAe)]
    [InlineData(new ulong[] { 0xA00 }, RuleId.BaseReservedBits)]
    public void Steps_that_KVM_refuses_a_guest_fault(ulong[] flags, RuleId rule)
    {
        Machine machine = WholeMachines.On(ApicMode.XApic, 0);
        for (int i = 0; i < flags.Length; i++)
        {
            Answer answer = machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | flags[i]));
            Assert.Equal(i + 1 < flags.Length, answer.Succeeded);
            if (i + 1 == flags.Length)
            {
                Assert.Equal((GuestFault.GP, rule, Responder.Svsm), (answer.Fault, answer.Rule, answer.Responder));
            }
        }
    }

    [Fact]
    public void Hops_are_the_calls_of_the_protocol_and_two_hypothetical_ones_for_the_page()
    {
        Machine machine = WholeMachines.On(ApicMode.XApic, 0);
        var hops = new VcHops();
        machine.Observer = hops;
        machine.Execute(0, Access.ReadMmio(0x0F0));
        machine.Execute(0, Access.WriteMmio(0x0F0, 0x1FF));
        machine.Execute(0, Access.ReadMsr(0x1B));
        machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF));
        Assert.Equal(new Hop(SnpHop.SvsmCall, 2, 0x3_0000_0005, 0, 0, 0x400F0, 0, 0, 0xFF), hops.Seen[0]);
        Assert.Equal(new Hop(SnpHop.SvsmCall, 2, 0x3_0000_0006, 0, 0, 0x400F0, 0x1FF, 0, 0x1FF), hops.Seen[1]);
        Assert.Equal(new Hop(SnpHop.SvsmCall, 2, 0x3_0000_0002, 0, 0, 0x1B, 0, 0, WholeMachines.Base | 0x900), hops.Seen[2]);
        Assert.Equal(new Hop(SnpHop.SvsmCall, 2, 0x3_0000_0003, 0, 0, 0x80F, 0x1FF, 0x80000005, 0x1FF), hops.Seen[3]);
        Assert.Equal(4, hops.Seen.Count);
    }

    [Theory]
    [InlineData(5u, 0x400F0UL, 0UL, 0xFFUL)]
    [InlineData(5u, 0x100F0UL, 0UL, 0xFFUL)]
    [InlineData(5u, 0x0F0UL, 0x80000005UL, 0UL)]
    [InlineData(5u, 0x1400F0UL, 0x80000005UL, 0UL)]
    [InlineData(2u, 0x1BUL, 0UL, 0xFEE00900UL)]
    [InlineData(2u, 0x80FUL, 0x80000005UL, 0UL)]
    [InlineData(2u, 0x10UL, 0x80000003UL, 0UL)]
    [InlineData(7u, 0x0UL, 0x80000002UL, 0UL)]
    public void Raw_calls_reach_the_whole_APIC(uint call, ulong rcx, ulong rax, ulong rdx)
    {
        SvsmRegisterSet output = WholeMachines.On(ApicMode.XApic, 0) is var machine ? machine.CallSvsm(0, SvsmRegisterSet.Call(3, call, rcx)) : default;
        Assert.Equal((rax, rdx), (output.Rax, output.Rdx));
    }

    [Theory]
    [InlineData(VcHandler.Proposal)]
    [InlineData(VcHandler.Split)]
    public void Without_handler_Whole_the_SVSM_has_no_such_calls(VcHandler handler)
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, handler);
        Assert.Equal(0x80000002UL, machine.CallSvsm(0, SvsmRegisterSet.Call(3, 5, 0x400F0)).Rax);
        Assert.Equal(0x80000003UL, machine.CallSvsm(0, SvsmRegisterSet.Call(3, 2, 0x1B)).Rax);
    }

    [Fact]
    public void Other_MSRs_go_to_the_hypervisor()
    {
        Machine machine = WholeMachines.On(ApicMode.XApic, 0);
        Assert.Equal(Route.GhcbMsr, machine.Execute(0, Access.ReadMsr(0x900)).Route);
        Assert.Equal(Route.SvsmCall, machine.Execute(0, Access.ReadMsr(0x8FF)).Route);
        Answer deadline = machine.Execute(0, Access.ReadMsr(0x6E0));
        Assert.Equal((Route.SvsmCall, machine.Traits.HasTscDeadline), (deadline.Route, deadline.Succeeded));
    }

    [Fact]
    public void INIT_keeps_the_mode_and_the_allowed_vectors_and_RESET_ends_it()
    {
        Machine machine = WholeMachines.Ready(0, 0x21);
        machine.Execute(1, Access.WriteMsr(0x1B, WholeMachines.Base | 0xC00));
        machine.Execute(1, Access.WriteMsr(0x808, 0x40));
        machine.Execute(1, Access.WriteMsr(0x83F, 0x31));
        machine.CallSvsm(1, SvsmRegisterSet.Call(3, SvsmCall.ConfigureVector, 0x172));
        machine.Initialize(1);
        Assert.Equal(RunState.WaitForStartup, machine.VcpuStateOf(1).RunState);
        Assert.Equal(WholeMachines.Base | 0xC00, machine.Execute(1, Access.ReadMsr(0x1B)).Value);
        Assert.Equal((0UL, 0xFFUL, 0x21UL, 0x20002UL), (
            machine.Execute(1, Access.ReadMsr(0x808)).Value, machine.Execute(1, Access.ReadMsr(0x80F)).Value,
            machine.Execute(1, Access.ReadMsr(0x802)).Value, machine.Execute(1, Access.ReadMsr(0x80D)).Value));
        Assert.Equal(0UL, machine.Execute(1, Access.ReadMsr(0x821)).Value);
        Assert.Equal(1u << 0x12, machine.Platform().SvsmOf(1).Allowed(3));

        machine.Reset(1);
        Assert.Equal((WholeMachines.Base | 0x800, Responder.Hypervisor), (machine.Execute(1, Access.ReadMsr(0x1B)).Value, machine.Execute(1, Access.ReadMsr(0x1B)).Responder));
        machine.EnableAlternateInjection(1, VcHandler.Whole);
        Assert.Equal(WholeMachines.Base | 0x800, machine.Execute(1, Access.ReadMsr(0x1B)).Value);
    }

    [Fact]
    public void Views_name_the_SVSM_for_every_register_and_show_what_a_read_would_give()
    {
        Machine machine = WholeMachines.Ready(0x21);
        machine.Execute(0, Access.WriteMmio(0x0D0, 0x08000000));
        machine.Execute(0, Access.WriteMmio(0x310, 0x05000000));
        machine.Execute(0, Access.WriteMmio(0x080, 0x30));
        SnpPlatform platform = machine.Platform();
        foreach (VcRegister register in VcRegister.All)
        {
            ApicRegister name = RegisterCatalogue.AtOffset(register.Offset)!.Register;
            Assert.Equal(Responder.Svsm, platform.OwnerOf(0, name));
            ulong? read = register.XApic.StartsWith('r') ? machine.Execute(0, Access.ReadMmio(register.Offset)).Value : null;
            Assert.Equal(read, platform.PeekSvsm(0, name));
        }

        Assert.Equal(Responder.Svsm, platform.OwnerOf(0, ApicRegister.ApicBase));
        Assert.Equal(WholeMachines.Base | 0x900, platform.PeekSvsm(0, ApicRegister.ApicBase));
        Assert.Equal(RegisterAccess.ReadWrite, platform.SvsmAccess(0, ApicRegister.Dfr));
        machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0xD00));
        Assert.Equal(ApicMode.X2Apic, platform.GuestApicBaseOf(0).Mode);
        Assert.Equal((0x21UL, 0x20002UL, null), (
            platform.PeekSvsm(0, ApicRegister.Id), platform.PeekSvsm(0, ApicRegister.Ldr), platform.PeekSvsm(0, ApicRegister.Dfr)));
        Assert.Equal(RegisterAccess.None, platform.SvsmAccess(0, ApicRegister.Dfr));
    }

    [Theory]
    [InlineData(0x032u, 2, Outcome.Value, 5UL)]
    [InlineData(0x080u, 1, Outcome.Value, 0x30UL)]
    [InlineData(0x082u, 4, Outcome.Undefined, 0UL)]
    public void Narrow_reads_are_KVMs_of_what_the_engine_has_too(uint offset, byte size, Outcome outcome, ulong value)
    {
        Machine machine = WholeMachines.Ready(0);
        machine.Execute(0, Access.WriteMmio(0x080, 0x30));
        Answer answer = machine.Execute(0, Access.ReadMmio(offset, size));
        Assert.Equal((outcome, value, Responder.Svsm), (answer.Outcome, answer.Value, answer.Responder));
    }

    [Fact]
    public void Changing_the_handler_changes_what_the_SVSM_lends()
    {
        Machine machine = WholeMachines.Ready(0);
        Assert.Equal(0x1FFUL, machine.Execute(0, Access.ReadMmio(0x0F0)).Value);
        machine.EnableAlternateInjection(0, VcHandler.Proposal, new(SvsmTimer.Svsm));
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(0x832, 0xEC)).Outcome);
        machine.Execute(0, Access.WriteMsr(0x838, 1000));
        machine.EnableAlternateInjection(0, VcHandler.Whole);
        machine.Advance(10_000);
        Assert.Equal(default, machine.Take(0));
        Assert.Equal(WholeMachines.Base | 0x900, machine.Execute(0, Access.ReadMsr(0x1B)).Value);
    }
}
