using System;
using System.Runtime.InteropServices;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

public class LocalApicTests
{
    [Fact]
    public void State_is_plain_data_of_bounded_size()
    {
        Assert.True(Plain<LocalApicState>());
        Assert.True(Plain<SnpVcpuState>());
        Assert.InRange(Marshal.SizeOf<LocalApicState>(), 1, 540);
        Assert.InRange(Marshal.SizeOf<SnpVcpuState>(), 1, 400);
    }

    [Fact]
    public void Amd_notes_an_access_to_an_offset_that_is_no_register()
    {
        Machine machine = Machines.Native(ApicModel.Amd);
        machine.GoTo(ApicMode.XApic);
        Answer answer = machine.Execute(0, Access.ReadMmio(0x040));
        Assert.Equal((Outcome.Undefined, RuleId.XApicAbsentOffset), (answer.Outcome, answer.Rule));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x280)).Value);
        machine.Execute(0, Access.WriteMmio(0x280, 0));
        Assert.Equal(0x80UL, machine.Execute(0, Access.ReadMmio(0x280)).Value);
        machine.Execute(0, Access.WriteMmio(0x280, 0));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x280)).Value);
    }

    [Fact]
    public void Kvm_notes_no_error()
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        machine.Execute(0, Access.ReadMmio(0x040));
        machine.Execute(0, Access.WriteMmio(0x280, 0));
        Assert.Equal((0UL, RuleId.KvmEsrZero), (machine.Execute(0, Access.ReadMmio(0x280)).Value, machine.Execute(0, Access.ReadMmio(0x280)).Rule));
    }

    [Theory]
    [InlineData(ApicModel.Kvm)]
    [InlineData(ApicModel.Amd)]
    [InlineData(ApicModel.Intel)]
    public void Software_disable_masks_every_lvt_entry_and_keeps_it_masked(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.Execute(0, Access.WriteMmio(0x0F0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x320, 0x30));
        Assert.Equal(0x30UL, machine.Execute(0, Access.ReadMmio(0x320)).Value);
        machine.Execute(0, Access.WriteMmio(0x0F0, 0xFF));
        Assert.Equal(0x10030UL, machine.Execute(0, Access.ReadMmio(0x320)).Value);
        Answer answer = machine.Execute(0, Access.WriteMmio(0x320, 0x31));
        Assert.Equal(RuleId.SoftwareDisableMasks, answer.Rule);
        Assert.Equal(0x10031UL, machine.Execute(0, Access.ReadMmio(0x320)).Value);
    }

    [Fact]
    public void Amd_extended_registers_change_only_when_enabled()
    {
        Machine machine = Machines.Native(ApicModel.Amd);
        machine.GoTo(ApicMode.X2Apic);
        Assert.Equal(Outcome.Dropped, machine.Execute(0, Access.WriteMsr(0x848, 0xFF)).Outcome);
        Assert.Equal(0xFFFFFFFFUL, machine.Execute(0, Access.ReadMsr(0x848)).Value);
        machine.Execute(0, Access.WriteMsr(0x841, 3));
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(0x848, 0xFF)).Outcome);
        Assert.Equal(0xFFUL, machine.Execute(0, Access.ReadMsr(0x848)).Value);
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(0x842, 0x30)).Outcome);
    }

    [Fact]
    public void Intel_has_cmci_and_no_extended_registers()
    {
        Machine machine = Machines.Native(ApicModel.Intel);
        machine.GoTo(ApicMode.X2Apic);
        Assert.Equal(0x10000UL, machine.Execute(0, Access.ReadMsr(0x82F)).Value);
        Assert.Equal(Outcome.Fault, machine.Execute(0, Access.ReadMsr(0x840)).Outcome);
        Assert.Equal(Outcome.Fault, machine.Execute(0, Access.ReadMsr(0x809)).Outcome);
        Assert.Equal(Outcome.Fault, machine.Execute(0, Access.WriteMsr(0x80B, 1)).Outcome);
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(0x80F, 0x11FF)).Outcome);
    }

    [Fact]
    public void An_icr_write_says_that_nothing_is_delivered()
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        Assert.Equal(RuleId.IpiNotAccepted, machine.Execute(0, Access.WriteMmio(0x300, 0x40050)).Rule);
    }

    [Theory]
    [InlineData(ApicModel.Kvm, 1)]
    [InlineData(ApicModel.Amd, 0)]
    public void A_native_access_costs_an_intercept_only_where_a_hypervisor_emulates(ApicModel model, int exits)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        Assert.Equal(exits, machine.Execute(0, Access.ReadMmio(0x030)).Exits);
    }

    [Fact]
    public void An_access_allocates_nothing()
    {
        Machine native = Machines.Native(ApicModel.Kvm);
        Machine snp = Machines.Snp();
        snp.EnableAlternateInjection(0, VcHandler.Proposal);
        Run(native, snp, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(native, snp, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>APM vol. 2, 16.11: bits 63:32 of all MSRs but the ICR's are reserved.</summary>
    [Theory]
    [InlineData(0x1_0000_0000UL, RuleId.X2UpperHalf)]
    [InlineData(0x8000_0000_0000_0000UL, RuleId.X2UpperHalf)]
    [InlineData(0x0000_0100UL, RuleId.X2ReservedBits)]
    public void A_bit_of_the_upper_half_faults_by_a_rule_of_its_own(ulong value, RuleId rule)
    {
        Machine machine = Machines.Native(ApicModel.Amd);
        machine.GoTo(ApicMode.X2Apic);

        Answer answer = machine.WriteMsr(0, 0x808, value);

        Assert.Equal((Outcome.Fault, rule), (answer.Outcome, answer.Rule));
    }

    private static void Run(Machine native, Machine snp, int times)
    {
        for (int i = 0; i < times; i++)
        {
            native.Execute(0, Access.WriteMmio(0x080, (ulong)i & 0xFF));
            native.Execute(0, Access.ReadMmio(0x0A0));
            native.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00D00));
            native.Execute(0, Access.ReadMsr(0x808));
            native.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00500));
            native.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00100));
            native.Execute(0, Access.ReadMmio(0x080));
            native.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00900));
            snp.Execute(0, Access.WriteMmio(0x080, (ulong)i & 0xFF));
            snp.Execute(0, Access.ReadMmio(0x0F0));
        }
    }

    private static bool Plain<T>() where T : unmanaged => true;
}
