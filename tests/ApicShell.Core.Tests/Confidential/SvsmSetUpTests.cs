using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What an SVSM does before its guest starts, what CPUID says of it, and its APIC as the guest finds it.</summary>
public class SvsmSetUpTests
{
    private const uint SelfIpi = 0x83F;

    [Theory]
    [InlineData(ApicScope.Shared, ApicMode.X2Apic, 0x1FFu)]
    [InlineData(ApicScope.PerVmpl, ApicMode.XApic, 0xFFu)]
    public void An_SVSM_that_sets_up_its_APIC_sets_up_the_guests_where_both_share_it(ApicScope scope, ApicMode guest, uint svr)
    {
        Machine machine = Machines.Snp(scope, 0, 1);
        var seen = new Accesses();
        machine.Observer = seen;

        Assert.True(machine.SetUpSvsmApic(1));

        Assert.Equal(["RDMSR 0x01B", "WRMSR 0x01B = 0xFEE00C00", "WRMSR 0x80F = 0x000001FF"], seen.Texts);
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(1, AccessOrigin.Svsm).Mode);
        Assert.Equal(guest, machine.ApicBaseOf(1, AccessOrigin.Guest).Mode);
        Assert.Equal(svr, machine.StateOf(1, AccessOrigin.Guest)[ApicRegister.Svr]);
        Assert.Equal(ApicMode.XApic, machine.ApicBaseOf(0, AccessOrigin.Svsm).Mode);
    }

    [Fact]
    public void Without_x2APIC_it_stops_at_the_write_that_fails()
    {
        var machine = new Machine(new ApicTraits { OffersX2Apic = false }, new SnpPlatform(ApicScope.Shared), [0]);

        Assert.False(machine.SetUpSvsmApic(0));
        Assert.Equal(0xFFu, machine.StateOf(0, AccessOrigin.Guest)[ApicRegister.Svr]);
    }

    [Fact]
    public void It_lets_one_vCPU_notify_another()
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0, 1);
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            machine.SetUpSvsmApic(vcpu);
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
        }

        Assert.Equal(SnpRule.SvsmIpiSent, machine.Execute(0, Access.WriteMsr(0x830, 0x1_0000_0041)).Rule);
        Assert.Equal(0x41, machine.Take(1).Vector);
    }

    [Theory]
    [InlineData(true, 0x301Au)]
    [InlineData(false, 0u)]
    public void CPUID_tells_what_an_encrypted_guest_may_use(bool encrypted, uint eax)
    {
        Machine machine = encrypted ? Machines.Snp() : Machines.Native(ApicModel.Kvm);

        Assert.Equal(new CpuidLeaf(eax, 0, 0, 0), machine.Cpuid(0, 0x8000_001F));
    }

    [Fact]
    public void Its_APIC_is_seen_without_an_effect_as_the_guests_next_read_finds_it()
    {
        Machine machine = Machines.Snp();
        SnpPlatform platform = machine.Platform();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.SetInterruptFlag(0, true);
        machine.Execute(0, Access.WriteMsr(SelfIpi, 0x41));

        Assert.Equal((2UL, 0UL), Vector41(machine));
        Assert.Equal(0x8000_0041UL, platform.VmsaOf(0).EventInjection.Value);
        Assert.Equal(0x41, machine.Take(0).Vector);
        Assert.Equal((0UL, 2UL), Vector41(machine));
        Assert.Equal(0x40UL, platform.PeekSvsm(0, ApicRegister.Ppr));
        Assert.True(machine.TryLazyEoi(0));
        Assert.Equal((0UL, 0UL), Vector41(machine));
        Assert.Equal(0, platform.SettledSvsmOf(0).ServiceCount);
        Assert.Equal(1, platform.SvsmOf(0).ServiceCount);
    }

    [Theory]
    [InlineData(true, SnpRule.SvsmInjected)]
    [InlineData(false, SnpRule.SvsmQueued)]
    public void What_is_taken_says_from_where(bool on, RuleId rule)
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.SetInterruptFlag(0, on);
        machine.Execute(0, Access.WriteMsr(SelfIpi, 0x41));
        // Not through SetInterruptFlag, upon which the SVSM would decide anew.
        machine.VcpuAt(0).InterruptFlag = 1;
        var seen = new Accesses();
        machine.Observer = seen;

        machine.Take(0);

        Assert.Equal([rule], seen.Interrupts.Where(one => one.Kind == InterruptEventKind.Taken).Select(one => one.Rule));
    }

    [Fact]
    public void An_intercepted_vector_that_the_SVSM_did_not_give_is_given_again_and_never_in_service()
    {
        Machine machine = Machines.Snp();
        SnpPlatform platform = machine.Platform();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.SetInterruptFlag(0, true);
        machine.ExitGuest(0, new(InjectedEventType.External, 0x41));
        machine.Execute(0, Access.WriteMsr(SelfIpi, 0x62));

        Assert.Equal(0x41, machine.Take(0).Vector);
        Assert.Equal(0x62, machine.Take(0).Vector);
        Assert.Equal((1, 0x62), (platform.SvsmOf(0).ServiceCount, platform.SvsmOf(0).HighestService));
    }

    [Theory]
    [InlineData(true, SnpRule.SvsmLazyEoi)]
    [InlineData(false, SnpRule.SvsmEoi)]
    public void What_ends_says_whether_its_EOI_was_left_out(bool lazily, RuleId rule)
    {
        Machine machine = Machines.Snp();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.SetInterruptFlag(0, true);
        machine.Execute(0, Access.WriteMsr(SelfIpi, 0x41));
        machine.Take(0);
        var seen = new Accesses();
        machine.Observer = seen;

        machine.Execute(0, lazily && machine.TryLazyEoi(0) ? Access.ReadMsr(0x80A) : Access.WriteMsr(0x80B, 0));

        Assert.Equal([rule], seen.Interrupts.Where(one => one.Kind == InterruptEventKind.Ended).Select(one => one.Rule));
    }

    private static (ulong Irr, ulong Isr) Vector41(Machine machine) => (
        machine.Platform().PeekSvsm(0, ApicRegister.Irr2) ?? 99,
        machine.Platform().PeekSvsm(0, ApicRegister.Isr2) ?? 99);

    private sealed class Accesses : MachineObserver
    {
        public List<string> Texts { get; } = [];

        public List<InterruptEvent> Interrupts { get; } = [];

        public override void OnCommand(long number, in MachineCommand command)
        {
            if (command.Kind == CommandKind.Access)
            {
                Texts.Add(command.Access.ToString());
            }
        }

        public override void OnInterrupt(long number, in InterruptEvent interrupt) => Interrupts.Add(interrupt);
    }
}
