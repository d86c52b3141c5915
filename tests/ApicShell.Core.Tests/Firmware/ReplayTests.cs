using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

/// <summary>SEC's seven accesses (edk2 SecMain.c, BaseXApicX2ApicLib) on the machines of the question.</summary>
public class ReplayTests
{
    private static readonly string[] s_sec =
    [
        "cpu_get_apic_base 0x00000000fee00900",
        "apic_mem_readl 0xf0 = 0x000000ff", "apic_mem_writel 0xf0 = 0x000001ff", "apic_mem_readl 0x320 = 0x00010000",
        "apic_mem_writel 0x320 = 0x00020005", "apic_mem_writel 0x380 = 0xffffffff", "apic_mem_readl 0x320 = 0x00020005",
        "apic_mem_writel 0x320 = 0x00030005",
    ];

    [Fact]
    public void The_recording_repeats_on_kvm_value_for_value()
    {
        List<ReplayStep> steps = Play(Machines.Native(ApicModel.Kvm), ReplayGuest.Recorded);
        Assert.Equal(8, steps.Count);
        Assert.All(steps, step => Assert.True(step.Succeeded));
        Assert.Equal(4, steps.Count(step => step.Matches == true));
        Assert.DoesNotContain(steps, step => step.Matches == false);
    }

    [Fact]
    public void The_library_takes_memory_in_xapic_mode_and_looks_at_apic_base_twice()
    {
        List<ReplayStep> steps = Play(Machines.Native(ApicModel.Kvm), ReplayGuest.OvmfLibrary);
        Assert.Equal(7, steps.Count);
        Assert.All(steps, step => Assert.Equal((AccessKind.Mmio, 3, true), (step.Issued!.Value.Kind, step.Exits, step.Succeeded)));
    }

    [Fact]
    public void The_library_takes_msrs_in_x2apic_mode_and_looks_at_apic_base_once()
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        machine.GoTo(ApicMode.X2Apic);
        List<ReplayStep> steps = Play(machine, ReplayGuest.OvmfLibrary);
        Assert.All(steps, step => Assert.Equal((AccessKind.Msr, 2, true), (step.Issued!.Value.Kind, step.Exits, step.Succeeded)));
        Assert.Equal([0x80Fu, 0x80F, 0x832, 0x832, 0x838, 0x832, 0x832], steps.Select(step => step.Issued!.Value.Address));
    }

    [Fact]
    public void The_library_does_not_write_svr_where_the_svsm_left_it_enabled()
    {
        Machine machine = Machines.Snp();
        machine.Execute(0, Access.WriteMsr(0x1B, 0xFEE00D00, AccessOrigin.Svsm));
        machine.Execute(0, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
        List<ReplayStep> steps = Play(machine, ReplayGuest.OvmfLibrary);
        Assert.Equal(ReplayStatus.NotNeeded, steps[1].Status);
        Assert.Equal(6, steps.Count(step => step.Status == ReplayStatus.Answered && step.Succeeded));
        Assert.Equal(0x30005UL, machine.Peek(0, ApicRegister.LvtTimer));
    }

    [Fact]
    public void The_library_asserts_on_an_apic_that_is_off()
    {
        List<ReplayStep> steps = Play(Machines.Native(ApicModel.Amd), ReplayGuest.OvmfLibrary);
        Assert.All(steps, step => Assert.Equal((ReplayStatus.Asserted, null), (step.Status, step.Issued)));
    }

    [Fact]
    public void The_library_changes_the_fields_that_the_recording_changed_and_keeps_the_others()
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        machine.Execute(0, Access.WriteMmio(0x0F0, 0x2AA));
        machine.Execute(0, Access.WriteMmio(0x320, 0x11033));
        List<ReplayStep> steps = Play(machine, ReplayGuest.OvmfLibrary);
        Assert.Equal(0x3AAUL, steps[1].Issued!.Value.Value);
        Assert.Equal(0x21005UL, steps[3].Issued!.Value.Value);
    }

    [Fact]
    public void With_the_proposal_every_access_fails_until_the_hypervisor_is_in_x2apic_mode()
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl);
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Assert.All(Play(machine, ReplayGuest.OvmfLibrary), step => Assert.Equal((Outcome.Fault, 0x8000030DUL), (step.Answer!.Value.Outcome, step.Answer.Value.ExitInfo2)));
        machine.Execute(0, Access.WriteMsr(0x1B, 0xFEE00D00));
        Assert.All(Play(machine, ReplayGuest.OvmfLibrary), step => Assert.True(step.Succeeded));
    }

    private static List<ReplayStep> Play(Machine machine, ReplayGuest guest)
    {
        var replay = new Replay(machine, 0, guest);
        var parser = new QemuTraceParser("");
        return [.. s_sec.Select((line, index) => replay.Next(parser.Parse(line, index + 1)!)).Where(step => step is not null).Select(step => step!.Value)];
    }
}
