using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// Interrupts of an SVSM that emulates a whole local APIC: destinations and acceptance as KVM's (lapic.c), the way to the guest as coconut-svsm's
/// (cpu/apic.rs).
/// </summary>
public class WholeInterruptTests
{
    [Fact]
    public void A_pair_of_ICR2_and_ICR_reaches_its_vCPU()
    {
        Machine machine = WholeMachines.Ready(0, 1, 2);
        machine.Execute(0, Access.WriteMmio(0x310, 0x02123456));
        Assert.Equal(SnpRule.SvsmIpiSent, machine.Execute(0, Access.WriteMmio(0x300, 0x41)).Rule);
        Assert.Equal([0, 0, 0x41], Taken(machine));
        Assert.Equal((0x02000000UL, 0x41UL), (machine.Execute(0, Access.ReadMmio(0x310)).Value, machine.Execute(0, Access.ReadMmio(0x300)).Value));
    }

    [Theory]
    [InlineData(VcHandler.Whole, Responder.Svsm)]
    [InlineData(VcHandler.Edk2, Responder.Hypervisor)]
    public void What_is_done_to_the_timers_interrupt_is_done_by_whose_APIC_it_is(VcHandler handler, Responder actor)
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0);
        machine.EnableAlternateInjection(0, handler);
        var ring = new TraceRing();
        machine.Observer = ring;
        foreach ((uint offset, ulong value) in new[] { (0x0F0u, 0x1FFUL), (0x320u, 0x40UL), (0x380u, 1000UL) })
        {
            Assert.True(machine.Execute(0, Access.WriteMmio(offset, value)).Succeeded);
        }

        machine.Advance(10_000);
        InterruptEvent expired = Enumerable.Range(0, ring.Count).Select(index => ring[index].Interrupt)
            .Single(interrupt => interrupt is { Kind: InterruptEventKind.TimerExpired })!.Value;
        Assert.Equal(actor, machine.Snp()!.ActorOf(expired));
    }

    [Theory]
    [InlineData(0xFF000000u, 0x0051u, new[] { 0x51, 0x51, 0x51 })]
    [InlineData(0x00000000u, 0x80051u, new[] { 0x51, 0x51, 0x51 })]
    [InlineData(0x00000000u, 0xC0051u, new[] { 0x51, 0, 0x51 })]
    [InlineData(0x00000000u, 0x40051u, new[] { 0, 0x51, 0 })]
    [InlineData(0x07000000u, 0x0051u, new[] { 0, 0, 0 })]
    [InlineData(0x01000000u, 0x0500u, new[] { 0, 0, 0 })]
    [InlineData(0x02000000u, 0x0608u, new[] { 0, 0, 0 })]
    public void Destinations_and_shorthands_of_xAPIC_mode(uint icr2, uint low, int[] taken)
    {
        Machine machine = WholeMachines.Ready(0, 1, 2);
        machine.Execute(1, Access.WriteMmio(0x310, icr2));
        Assert.Equal(Outcome.Done, machine.Execute(1, Access.WriteMmio(0x300, low)).Outcome);
        Assert.Equal(taken, Taken(machine));
    }

    [Theory]
    [InlineData(0xFFFFFFFFu, 0x05u, new[] { 0x51, 0, 0x51 })]
    [InlineData(0xFFFFFFFFu, 0x02u, new[] { 0, 0x51, 0 })]
    [InlineData(0xFFFFFFFFu, 0xF8u, new[] { 0, 0, 0 })]
    [InlineData(0x0FFFFFFFu, 0x03u, new[] { 0x51, 0x51, 0 })]
    [InlineData(0x0FFFFFFFu, 0x13u, new[] { 0, 0, 0 })]
    [InlineData(0x0FFFFFFFu, 0xFFu, new[] { 0x51, 0x51, 0x51 })]
    public void Logical_destinations_go_by_the_LDR_and_DFR_that_the_guest_wrote(uint dfr, uint destination, int[] taken)
    {
        Machine machine = WholeMachines.Ready(0x10, 0x20, 0x30);
        for (int vcpu = 0; vcpu < 3; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMmio(0x0E0, dfr));
            machine.Execute(vcpu, Access.WriteMmio(0x0D0, 0x01000000u << vcpu));
        }

        machine.Execute(0, Access.WriteMmio(0x310, destination << 24));
        machine.Execute(0, Access.WriteMmio(0x300, 0x851));
        Assert.Equal(taken, Taken(machine));
        Assert.Equal(0u, machine.StateOf(0, AccessOrigin.Guest)[ApicRegister.Ldr]);
    }

    [Theory]
    [InlineData(0x0000_0002_0000_0041UL, new[] { 0, 0, 0x41 })]
    [InlineData(0xFFFF_FFFF_0000_0041UL, new[] { 0x41, 0x41, 0x41 })]
    [InlineData(0x0000_0006_0000_0841UL, new[] { 0, 0x41, 0x41 })]
    [InlineData(0x0000_00FF_0000_0041UL, new[] { 0, 0, 0 })]
    public void Destinations_of_x2APIC_mode(ulong icr, int[] taken)
    {
        Machine machine = WholeMachines.Ready(0, 1, 2);
        for (int vcpu = 0; vcpu < 3; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x1B, WholeMachines.Base | 0xC00 | (vcpu == 0 ? 0x100UL : 0)));
        }

        machine.Execute(0, Access.WriteMsr(0x830, icr));
        Assert.Equal(icr, machine.Execute(0, Access.ReadMsr(0x830)).Value);
        Assert.Equal(taken, Taken(machine));
    }

    [Fact]
    public void Lowest_priority_chooses_one_by_its_vector()
    {
        Machine machine = WholeMachines.Ready(0, 1, 2);
        for (int vcpu = 0; vcpu < 3; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMmio(0x0D0, 0x01000000u << vcpu));
        }

        machine.Execute(0, Access.WriteMmio(0x310, 0x07000000));
        machine.Execute(0, Access.WriteMmio(0x300, 0x952));
        Assert.Equal([0, 0x52, 0], Taken(machine));
    }

    [Fact]
    public void An_NMI_comes_to_an_APIC_that_is_off_by_SVR_and_a_fixed_interrupt_does_not()
    {
        Machine machine = WholeMachines.Ready(0, 1);
        machine.Execute(1, Access.WriteMmio(0x0F0, 0xFF));
        machine.Execute(0, Access.WriteMmio(0x310, 0x01000000));
        Assert.Equal(RuleId.InterruptRefusedDisabled, machine.Execute(0, Access.WriteMmio(0x300, 0x41)).Rule);
        Assert.Equal(default, machine.Take(1));
        machine.Execute(0, Access.WriteMmio(0x300, 0x400));
        Assert.Equal(TakenKind.Nmi, machine.Take(1).Kind);
    }

    [Fact]
    public void Several_targets_cost_one_notification_each_and_all_others_one()
    {
        Machine machine = WholeMachines.Ready(0, 1, 2, 3);
        var hops = new VcHops();
        machine.Observer = hops;
        machine.Execute(0, Access.WriteMmio(0x310, 0xFF000000));
        Answer all = machine.Execute(0, Access.WriteMmio(0x300, 0x41));
        Assert.Equal(2, all.Exits);
        Hop notification = Assert.Single(hops.Seen, hop => hop.Code == GhcbExitCode.HvIpi);
        Assert.Equal(0xC0050UL, notification.Info1);

        machine.Execute(1, Access.WriteMmio(0x0D0, 0x02000000));
        machine.Execute(2, Access.WriteMmio(0x0D0, 0x04000000));
        machine.Execute(0, Access.WriteMmio(0x310, 0x06000000));
        Answer two = machine.Execute(0, Access.WriteMmio(0x300, 0x851));
        Assert.Equal(3, two.Exits);
        Assert.Equal([0x1_0000_0050UL, 0x2_0000_0050UL], hops.Seen.Where(hop => hop.Code == GhcbExitCode.HvIpi).Skip(1).Select(hop => hop.Info1));
    }

    [Theory]
    [InlineData(0x0Fu)]
    [InlineData(0x05u)]
    public void Vectors_below_16_come_to_nothing(uint vector)
    {
        Machine machine = WholeMachines.Ready(0, 1);
        machine.Execute(0, Access.WriteMmio(0x310, 0x01000000));
        Assert.Equal(SnpRule.SvsmIllegalVector, machine.Execute(0, Access.WriteMmio(0x300, vector)).Rule);
        Assert.Equal(0UL, machine.Execute(1, Access.ReadMmio(0x200)).Value);
    }

    [Fact]
    public void TPR_holds_a_vector_back_and_any_EOI_ends_it()
    {
        Machine machine = WholeMachines.Ready(0);
        machine.Execute(0, Access.WriteMmio(0x080, 0x60));
        Assert.Equal((6, 0x60UL), (machine.ReadCr8(0), machine.Execute(0, Access.ReadMmio(0x0A0)).Value));
        machine.Execute(0, Access.WriteMmio(0x300, 0x40061));
        Assert.Equal(default, machine.Take(0));
        Assert.Equal(2UL, machine.Execute(0, Access.ReadMmio(0x230)).Value);
        machine.Execute(0, Access.WriteMmio(0x080, 0x50));
        Assert.Equal(0x61, machine.Take(0).Vector);
        Assert.Equal((2UL, 0UL), (machine.Execute(0, Access.ReadMmio(0x130)).Value, machine.Execute(0, Access.ReadMmio(0x230)).Value));
        machine.Execute(0, Access.WriteMmio(0x0B0, 0x1234));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x130)).Value);
    }

    [Fact]
    public void What_waits_in_an_APIC_that_is_off_by_APIC_BASE_waits_on()
    {
        Machine machine = WholeMachines.Ready(0);
        machine.SetInterruptFlag(0, false);
        machine.Execute(0, Access.WriteMmio(0x300, 0x40061));
        machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0x100));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(default, machine.Take(0));
        machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0x900));
        Assert.Equal(0x61, machine.Take(0).Vector);
    }

    [Theory]
    [InlineData(false, true, 0)]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0x72)]
    public void A_vector_of_the_host_has_to_be_allowed_and_the_APIC_on(bool allowed, bool on, byte taken)
    {
        Machine machine = WholeMachines.Ready(0);
        machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0xD00, AccessOrigin.Host));
        machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Host));
        machine.Execute(0, Access.WriteMmio(0x0F0, on ? 0x1FFu : 0xFFu));
        machine.CallSvsm(0, SvsmRegisterSet.Call(3, SvsmCall.ConfigureVector, allowed ? 0x172UL : 0));
        machine.SendTo(0, new InterruptMessage(0, 0x72));
        Assert.Equal(taken, machine.Take(0).Vector);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_timer_ticks_by_the_page_and_again_after_the_EOI(bool x2)
    {
        Machine machine = WholeMachines.Ready(0);
        if (x2)
        {
            machine.Execute(0, Access.WriteMsr(0x1B, WholeMachines.Base | 0xD00));
        }

        Write(machine, x2, 0x3E0, 0xB);
        Write(machine, x2, 0x320, 0x200EC);
        Write(machine, x2, 0x380, 1_000_000);
        machine.Advance(999_999);
        Assert.Equal(default, machine.Take(0));
        for (int tick = 0; tick < 2; tick++)
        {
            machine.Advance(tick == 0 ? 1UL : 1_000_000);
            Assert.Equal(0xEC, machine.Take(0).Vector);
            Write(machine, x2, 0x0B0, 0);
        }

        Assert.Equal(0u, machine.StateOf(0, AccessOrigin.Guest)[ApicRegister.TimerInitial]);
    }

    [Fact]
    public void When_emulation_ends_its_timer_ends_and_the_hypervisors_APIC_goes_on()
    {
        Machine machine = WholeMachines.Ready(0);
        machine.SetInterruptFlag(0, false);
        machine.Execute(0, Access.WriteMmio(0x3E0, 0xB));
        machine.Execute(0, Access.WriteMmio(0x320, 0x200EC));
        machine.Execute(0, Access.WriteMmio(0x380, 1_000_000));
        machine.Execute(0, Access.WriteMmio(0x080, 0x20));
        machine.Execute(0, Access.WriteMmio(0x300, 0x40061));
        machine.DisableAlternateInjection(0);
        machine.Advance(10_000_000);
        LocalApicState apic = machine.StateOf(0, AccessOrigin.Guest);
        Assert.True(apic.Has(ApicRegister.Irr0, 0x61));
        Assert.False(apic.Has(ApicRegister.Irr0, 0xEC));
        Assert.Equal((0x20u, 0xFFu), (apic[ApicRegister.Tpr], apic[ApicRegister.Svr]));
        Assert.Equal(0u, machine.Platform().SvsmOf(0).Irr(7));
        Assert.Equal(Responder.Hypervisor, machine.Execute(0, Access.ReadMsr(0x1B)).Responder);
    }

    [Fact]
    public void Handlers_may_differ_by_vCPU()
    {
        Machine machine = WholeMachines.Ready(0, 1);
        machine.EnableAlternateInjection(1, VcHandler.Proposal);
        machine.Execute(0, Access.WriteMmio(0x310, 0x01000000));
        machine.Execute(0, Access.WriteMmio(0x300, 0x41));
        Assert.Equal([0, 0x41], Taken(machine));
        machine.Execute(1, Access.WriteMsr(0x830, 0x51));
        Assert.Equal([0x51, 0], Taken(machine));
    }

    private static int[] Taken(Machine machine) => [.. Enumerable.Range(0, machine.VcpuCount).Select(vcpu => (int)machine.Take(vcpu).Vector)];

    private static void Write(Machine machine, bool x2, uint offset, uint value) =>
        Assert.Equal(Outcome.Done, machine.Execute(0, x2 ? Access.WriteMsr(0x800 + (offset >> 4), value) : Access.WriteMmio(offset, value)).Outcome);
}
