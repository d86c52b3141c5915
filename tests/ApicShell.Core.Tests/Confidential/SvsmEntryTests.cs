using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>When a vCPU goes between guest and SVSM, and what that costs: coconut-svsm vmm/execloop.rs; design of answers and exits.</summary>
public class SvsmEntryTests
{
    private const uint Icr = 0x830;

    [Fact]
    public void A_paused_vcpu_looks_when_it_goes_on()
    {
        Machine machine = Svsm();
        machine.SetPaused(1, true);
        machine.Execute(0, Access.WriteMsr(Icr, 0x1_0000_0041));
        Assert.False(machine.Platform().VmsaOf(1).EventInjection.IsValid);
        machine.SetPaused(1, false);
        Assert.Equal(0x41, machine.Platform().VmsaOf(1).EventInjection.Vector);
    }

    [Fact]
    public void Clearing_if_before_the_entry_makes_the_svsm_queue_what_it_had_injected()
    {
        Machine machine = Svsm();
        machine.Execute(0, Access.WriteMsr(0x83F, 0x41));
        Assert.True(machine.Platform().VmsaOf(0).EventInjection.IsValid);
        machine.SetInterruptFlag(0, false);
        Assert.False(machine.Platform().VmsaOf(0).EventInjection.IsValid);
        Assert.True(machine.Platform().VmsaOf(0).InterruptControl.HasRequest);
        Assert.Equal(default, machine.Take(0));
    }

    [Fact]
    public void Setting_if_is_no_exit()
    {
        Machine machine = Svsm();
        var seen = new Hops();
        machine.Observer = seen;
        machine.SetInterruptFlag(0, false);
        machine.SetInterruptFlag(0, true);
        Assert.Empty(seen.Seen);
    }

    [Fact]
    public void A_shadow_ends_with_the_next_instruction()
    {
        Machine machine = Svsm();
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ConfigureVector, 0x300));
        machine.SetInterruptShadow(0, true);
        machine.ExitGuest(0);
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        machine.EnterGuest(0);
        Assert.True(machine.Platform().VmsaOf(0).InterruptControl.HasRequest);
        Assert.Equal(default, machine.Take(0));
        machine.Execute(0, Access.ReadMmio(0x020));
        Assert.Equal(0x41, machine.Take(0).Vector);
    }

    [Theory]
    [InlineData(0x0_0000_0041UL, 1)]
    [InlineData(0x1_0000_0041UL, 2)]
    [InlineData(0x0_000C_0041UL, 2)]
    public void A_call_costs_itself_and_the_exits_it_causes(ulong icr, int exits) =>
        Assert.Equal(exits, Svsm().Execute(0, Access.WriteMsr(Icr, icr)).Exits);

    [Fact]
    public void Enabling_again_keeps_what_waits()
    {
        Machine machine = Svsm();
        machine.Execute(0, Access.WriteMsr(0x83F, 0x41));
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Assert.Equal(0x41, machine.Take(0).Vector);
    }

    [Fact]
    public void Registrations_start_anew_when_no_vcpu_is_emulated_any_more()
    {
        Machine machine = Svsm();
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.Configure, 2));
        Assert.Equal(2u, machine.Platform().Registrations);
        machine.Reset(0);
        Assert.Equal(2u, machine.Platform().Registrations);
        machine.Reset(1);
        Assert.Equal(0u, machine.Platform().Registrations);
    }

    /// <summary>coconut-svsm protocols/apic.rs: the count is checked in both directions; result 0x80001000 is APIC_CANNOT_REGISTER.</summary>
    [Fact]
    public void The_count_of_registrations_does_not_wrap()
    {
        Machine machine = Svsm();
        machine.Platform().Registrations = uint.MaxValue - 1;
        Assert.Equal(0UL, Configure(machine, 2));
        Assert.Equal(uint.MaxValue, machine.Platform().Registrations);
        Assert.Equal(0x8000_1000UL, Configure(machine, 2));
        Assert.Equal(uint.MaxValue, machine.Platform().Registrations);
        Assert.Equal(0UL, Configure(machine, 1));
        Assert.Equal(uint.MaxValue - 1, machine.Platform().Registrations);
        Assert.True(machine.Platform().IsEmulated(0));

        machine.Platform().Registrations = 0;
        Assert.Equal(0x8000_1000UL, Configure(machine, 2));
        Assert.True(machine.Platform().IsEmulated(0));
        Assert.Equal(0UL, Configure(machine, 1));
        Assert.Equal(0U, machine.Platform().Registrations);
        Assert.False(machine.Platform().IsEmulated(0));
        Assert.True(machine.Platform().IsEmulated(1));
    }

    [Fact]
    public void A_notification_does_the_same_watched_and_not()
    {
        (Machine watched, Machine plain) = (Svsm(), Svsm());
        watched.Observer = new Hops();
        foreach (Machine machine in new[] { watched, plain })
        {
            machine.WriteMsr(0, Icr, 0x1_0000_0041);
            machine.WriteMsr(0, Icr, 0x1_0000_0061);
            machine.WriteMsr(1, Icr, 0x0_0000_0472);
        }

        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            Assert.Equal(watched.Platform().VmsaOf(vcpu), plain.Platform().VmsaOf(vcpu));
            Assert.Equal(watched.StateOf(vcpu, AccessOrigin.Svsm), plain.StateOf(vcpu, AccessOrigin.Svsm));
            Assert.Equal(watched.Platform().SvsmOf(vcpu), plain.Platform().SvsmOf(vcpu));
        }
    }

    /// <summary>coconut-svsm cpu/apic.rs, handoff_to_host, and the layout of sev/hv_doorbell.rs: the descriptor of VMPL2 begins at byte 128.</summary>
    [Fact]
    public void The_hand_off_writes_requests_service_and_nmi_into_the_page()
    {
        Machine machine = Svsm();
        foreach (uint vector in new uint[] { 0x41, 0x63 })
        {
            machine.Execute(0, Access.WriteMsr(0x83F, vector));
            Assert.Equal(vector, machine.Take(0).Vector);
        }

        machine.SetInterruptFlag(0, false);
        foreach (uint vector in new uint[] { 0x1F, 0x20, 0x55, 0xFF })
        {
            machine.Execute(0, Access.WriteMsr(0x83F, vector));
        }

        machine.Platform().At(0).Svsm.Nmi = 1;
        SnpVcpu cpu = machine.Platform().Vcpu(0);
        SvsmDelivery.Rewind(cpu, ref cpu.State);
        SvsmHandOff.WriteDescriptor(cpu);

        byte[] page = machine.Platform().DoorbellOf(0).ToBytes();
        uint[] words = [.. Enumerable.Range(0, 16).Select(word => BitConverter.ToUInt32(page, 128 + (4 * word)))];
        Assert.Equal(0x8000_4100u, words[0]);
        Assert.Equal([0x0000_0001u, 0x0020_0000u, 0u, 0u, 0u, 0u, 0x8000_0000u], words[1..8]);
        Assert.Equal([0u, 0u, 0x0000_0002u, 0x0000_0008u, 0u, 0u, 0u, 0u], words[8..]);
        Assert.All(page.Where((_, index) => index is < 128 or >= 192), one => Assert.Equal(0, one));
    }

    private static ulong Configure(Machine machine, ulong operation) =>
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.Configure, operation)).Rax;

    private static Machine Svsm()
    {
        Machine machine = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), [0, 1]);
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    private sealed class Hops : MachineObserver
    {
        public List<Hop> Seen { get; } = [];

        public override void OnHop(long number, int vcpu, in Hop hop) => Seen.Add(hop);
    }
}
