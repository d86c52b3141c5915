using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What a GHCB exit does and what it is refused for: GHCB protocol 2; KVM svm/sev.c and its restricted injection series; coconut-svsm's calls of it.</summary>
public class HypervisorExitTests
{
    private const ulong Vcpu1 = 7UL << 32;

    [Theory]
    [InlineData(2, GhcbExitCode.Features, 1UL)]
    [InlineData(2, GhcbExitCode.ConfigureInjection, 0x41UL)]
    [InlineData(0, GhcbExitCode.ConfigureInjection, 0x100UL)]
    [InlineData(2, GhcbExitCode.DisableAlternateInjection, 0x2_0000UL)]
    [InlineData(0, GhcbExitCode.DisableAlternateInjection, 0UL)]
    [InlineData(0, GhcbExitCode.DisableAlternateInjection, 0x102_0000UL)]
    [InlineData(0, GhcbExitCode.DisableAlternateInjection, 0x2_0004UL)]
    [InlineData(2, GhcbExitCode.SpecificEoi, 0x2_0061UL)]
    [InlineData(0, GhcbExitCode.SpecificEoi, 0x1_0061UL)]
    [InlineData(0, GhcbExitCode.SpecificEoi, 0x2_0062UL)]
    [InlineData(0, GhcbExitCode.ApCreation, (9UL << 32) | 0x2_0001)]
    [InlineData(0, GhcbExitCode.ApCreation, Vcpu1 | 0x2_0003)]
    [InlineData(0, GhcbExitCode.ApCreation, Vcpu1 | 0x1_0001)]
    [InlineData(2, GhcbExitCode.Doorbell, GhcbExitCode.DoorbellQuery)]
    [InlineData(0, GhcbExitCode.Doorbell, 4UL)]
    [InlineData(0, GhcbExitCode.RunVmpl, 1UL)]
    [InlineData(0, GhcbExitCode.HvIpi, 0x1_0000_2041UL)]
    [InlineData(2, GhcbExitCode.Msr, 2UL)]
    public void Malformed_input_is_refused(byte vmpl, ulong code, ulong info1)
    {
        Machine machine = Svsm();
        machine.SendTo(0, new InterruptMessage(0, 0x61, isLevel: true));

        GhcbReply reply = machine.Exit(0, vmpl, new(code, info1, 0, 0x802));

        Assert.Equal((GhcbReply.Malformed, GhcbReply.InvalidInput), (reply.Info1, reply.Info2));
    }

    [Theory]
    [InlineData(GhcbExitCode.ApCreation, HypervisorFeatures.ApCreation)]
    [InlineData(GhcbExitCode.Doorbell, HypervisorFeatures.RestrictedInjection | HypervisorFeatures.ExtendedInterrupts)]
    [InlineData(GhcbExitCode.HvIpi, HypervisorFeatures.RestrictedInjection)]
    [InlineData(GhcbExitCode.HvTimer, HypervisorFeatures.RestrictedInjectionTimer)]
    [InlineData(GhcbExitCode.RunVmpl, HypervisorFeatures.MultiVmpl)]
    [InlineData(GhcbExitCode.SpecificEoi, HypervisorFeatures.ExtendedInterrupts)]
    [InlineData(0x8000_001FUL, HypervisorFeatures.None)]
    [InlineData(0x8000_0020UL, HypervisorFeatures.None)]
    public void An_exit_that_the_hypervisor_does_not_offer_is_no_event(ulong code, HypervisorFeatures needed)
    {
        var machine = new Machine(new ApicTraits(), new SnpPlatform(ApicScope.Shared, features: HypervisorFeatures.Usual & ~needed), [0]);

        GhcbReply reply = machine.Exit(0, 0, new(code));

        Assert.Equal((GhcbReply.Malformed, GhcbReply.InvalidEvent), (reply.Info1, reply.Info2));
    }

    [Fact]
    public void The_hypervisor_tells_what_it_offers()
    {
        const HypervisorFeatures Features = HypervisorFeatures.Snp | HypervisorFeatures.ExtendedInterrupts;
        var machine = new Machine(new ApicTraits(), new SnpPlatform(ApicScope.Shared, features: Features), [0]);

        Assert.Equal(new GhcbReply(GhcbReply.Success, (ulong)Features, 0), machine.Exit(0, 2, new(GhcbExitCode.Features)));
    }

    [Fact]
    public void An_MSR_number_has_32_bits()
    {
        Machine machine = Svsm();

        Assert.Equal(GhcbReply.Malformed, machine.Exit(0, 2, new(GhcbExitCode.Msr, 0, 0, 0x1_0000_0802)).Info1);
        GhcbReply highest = machine.Exit(0, 2, new(GhcbExitCode.Msr, 0, 0, 0xFFFF_FFFF));

        Assert.Equal((GhcbReply.Exception, GhcbReply.GeneralProtection), (highest.Info1, highest.Info2));
    }

    [Theory]
    [InlineData(0UL, GhcbReply.Success, 0UL)]
    [InlineData(8UL, GhcbReply.Success, 0UL)]
    [InlineData(9UL, GhcbReply.Malformed, GhcbReply.InvalidInput)]
    public void An_access_to_memory_has_at_most_8_bytes(ulong length, byte info1, ulong info2)
    {
        Machine machine = Machines.Snp();

        GhcbReply reply = machine.Exit(0, 2, new(GhcbExitCode.MmioWrite, 0xFEE0_0080, length));

        Assert.Equal((info1, info2), (reply.Info1, reply.Info2));
    }

    [Theory]
    [InlineData(1UL, 0xFFUL)]
    [InlineData(4UL, 0xFFFF_FFFFUL)]
    [InlineData(8UL, ulong.MaxValue)]
    public void Memory_that_is_nobodys_reads_as_ones_and_loses_what_is_written(ulong length, ulong ones)
    {
        Machine machine = Machines.Snp();

        Assert.Equal(GhcbReply.Success, machine.Exit(0, 2, new(GhcbExitCode.MmioWrite, 0xFEE0_1080, length, 0, 0x20)).Info1);

        Assert.Equal(ones, machine.Exit(0, 2, new(GhcbExitCode.MmioRead, 0xFEE0_1080, length)).Value);
        Assert.Equal(0UL, machine.Exit(0, 2, new(GhcbExitCode.MmioRead, 0xFEE0_0080, 4)).Value);
    }

    /// <summary>Bits 15:0: 0 at the next INIT, so that nothing happens now, 1 now, 2 never; 19:16 the VMPL; 63:32 the APIC ID.</summary>
    [Theory]
    [InlineData(Vcpu1 | 0x2_0001, RunState.Running)]
    [InlineData(Vcpu1 | 0x0_0001, RunState.Running)]
    [InlineData(Vcpu1 | 0x2_0000, null)]
    [InlineData(Vcpu1 | 0x2_0002, RunState.WaitForStartup)]
    public void A_vCPU_is_created_running_or_waiting_or_stays_as_it_is(ulong info1, RunState? state)
    {
        foreach ((ulong before, RunState was) in new[] { (Vcpu1 | 0x2_0001, RunState.Running), (Vcpu1 | 0x2_0002, RunState.WaitForStartup) })
        {
            Machine machine = Svsm();
            machine.Exit(0, 0, new(GhcbExitCode.ApCreation, before));

            Assert.Equal(GhcbReply.Success, machine.Exit(0, 0, new(GhcbExitCode.ApCreation, info1)).Info1);

            Assert.Equal(state ?? was, machine.VcpuStateOf(1).RunState);
            Assert.Equal(RunState.Running, machine.VcpuStateOf(0).RunState);
        }
    }

    [Fact]
    public void The_first_vCPU_can_be_destroyed_too()
    {
        Machine machine = Svsm();

        machine.Exit(1, 0, new(GhcbExitCode.ApCreation, 0x2_0002));

        Assert.Equal(RunState.WaitForStartup, machine.VcpuStateOf(0).RunState);
    }

    [Fact]
    public void A_doorbell_page_is_set_asked_for_and_cleared()
    {
        Machine machine = Svsm();

        Assert.Equal(ulong.MaxValue, machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellGetPreferred)).Info2);
        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, 0x7000));
        Assert.Equal(0x7000UL, machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellQuery)).Info2);
        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellClear));
        Assert.Equal(ulong.MaxValue, machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellQuery)).Info2);
        Assert.Null(machine.Platform().DoorbellAddressOf(0));
    }

    [Fact]
    public void What_waits_for_a_doorbell_page_comes_when_there_is_one()
    {
        Machine machine = Svsm();
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ConfigureVector, 0x300));
        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellClear));
        machine.SendTo(0, new InterruptMessage(0, 0x41));
        Assert.Equal(default, machine.Take(0));

        machine.Exit(0, 0, new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, 0x7000));

        Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x41), machine.Take(0));
    }

    [Fact]
    public void Every_vector_can_be_the_one_that_SVSMs_notify_by()
    {
        Machine machine = Svsm();

        Assert.Equal(GhcbReply.Success, machine.Exit(0, 0, new(GhcbExitCode.ConfigureInjection, 0xFF)).Info1);

        Assert.Equal(0xFF, machine.Platform().InjectionVectorOf(0));
    }

    [Fact]
    public void A_vector_that_the_SVSM_ends_is_in_service_no_longer_and_its_source_is_told()
    {
        Machine machine = Svsm();
        machine.SendTo(0, new InterruptMessage(0, 0x61, isLevel: true));
        var told = new EventList();
        machine.Observer = told;

        Assert.Equal(GhcbReply.Success, machine.Exit(0, 0, new(GhcbExitCode.SpecificEoi, 0x2_0061)).Info1);

        Assert.Contains(told.Events, one => one is { Kind: InterruptEventKind.EndBroadcast, Vector: 0x61 });
    }

    /// <summary>KVM's handler of #HV IPI writes the ICR of the mode that the APIC is in.</summary>
    [Theory]
    [InlineData(ApicMode.XApic)]
    [InlineData(ApicMode.X2Apic)]
    public void An_HV_IPI_is_a_write_of_the_ICR_in_either_mode(ApicMode mode)
    {
        var machine = new Machine(new ApicTraits { ResetMode = mode }, new SnpPlatform(ApicScope.Shared), [0]);
        Assert.Equal(GhcbReply.Malformed, machine.Exit(0, 2, new(GhcbExitCode.HvIpi, 0x4_0041)).Info1);
        machine.Exit(0, 2, mode == ApicMode.X2Apic ? GhcbRequest.WriteMsr(0x80F, 0x1FF) : new(GhcbExitCode.MmioWrite, 0xFEE0_00F0, 4, 0, 0x1FF));

        Assert.Equal(GhcbReply.Success, machine.Exit(0, 2, new(GhcbExitCode.HvIpi, 0x4_0041)).Info1);

        Assert.True(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x41));
    }

    [Fact]
    public void The_SVSM_runs_the_guest_by_an_exit()
    {
        Machine machine = Svsm();
        machine.ExitGuest(0);
        Assert.True(machine.Platform().IsInSvsm(0));

        Assert.Equal(GhcbReply.Success, machine.Exit(0, 0, new(GhcbExitCode.RunVmpl, 2)).Info1);

        Assert.False(machine.Platform().IsInSvsm(0));
    }

    /// <summary>coconut-svsm cpu/apic.rs, send_ipi: by the MSR where there is no #HV IPI.</summary>
    [Fact]
    public void Without_restricted_injection_SVSMs_notify_each_other_by_the_MSR()
    {
        Machine machine = Svsm(HypervisorFeatures.Usual & ~HypervisorFeatures.RestrictedInjection);
        var hops = new HopList();
        machine.Observer = hops;

        Assert.Equal(SnpRule.SvsmIpiSent, machine.WriteMsr(0, 0x830, 0x7_0000_0041).Rule);

        Assert.Contains(hops.Hops, hop => hop is { Kind: SnpHop.GhcbExit, Vmpl: 0, Code: GhcbExitCode.Msr, Info1: 1, Rcx: 0x830, Data: 0x7_0000_0050, Result1: 0 });
        Assert.DoesNotContain(hops.Hops, hop => hop.Code == GhcbExitCode.HvIpi);
        Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x41), machine.Take(1));
    }

    [Fact]
    public void A_doorbell_page_is_its_bytes()
    {
        byte[] bytes = [.. Enumerable.Range(0, HvDoorbell.Size).Select(i => (byte)(i < 4 || i is >= 128 and < 192 ? i + 1 : 0))];

        Assert.Equal(bytes, HvDoorbell.OfBytes(bytes).ToBytes());
        Assert.Throws<ArgumentException>(() => HvDoorbell.OfBytes(new byte[HvDoorbell.Size - 1]));
    }

    [Fact]
    public void A_doorbell_page_has_three_descriptors_of_seven_and_eight_words()
    {
        var page = new HvDoorbell { Guest = new() { Status = 1 } };
        Assert.Equal((0u, 1u, 0u), (page.OfVmpl(1).Status, page.OfVmpl(2).Status, page.OfVmpl(3).Status));
        Assert.Throws<ArgumentOutOfRangeException>(() => HvDoorbell.OffsetOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HvDoorbell.OffsetOf(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Guest.Irr(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Guest.Irr(8));
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Guest.Isr(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => page.Guest.Isr(8));
    }

    /// <summary>Two vCPUs with APIC IDs 0 and 7, in x2APIC mode and under Alternate Injection.</summary>
    private static Machine Svsm(HypervisorFeatures features = HypervisorFeatures.Usual)
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared, features: features), [0, 7]);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
            machine.VcpuAt(vcpu).RunState = RunState.Running;
        }

        return machine;
    }

    private sealed class HopList : MachineObserver
    {
        public List<Hop> Hops { get; } = [];

        public override void OnHop(long number, int vcpu, in Hop hop) => Hops.Add(hop);
    }
}
