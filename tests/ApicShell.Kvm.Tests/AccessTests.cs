using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Machines;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>One instruction of the guest, or one call of the host, as KVM answers it.</summary>
public class AccessTests
{
    private static readonly Answer s_refused = new(Outcome.Rejected, RuleId.NoCapability, responder: Responder.Nobody);

    [KvmFact]
    public void A_guest_reads_and_writes_an_MSR()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Answer read = machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase));
        Assert.Equal(new Answer(Outcome.Value, RuleId.KernelAnswered, 0xFEE0_0900, Responder.Kvm, Route.Msr), read);
        Answer write = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0D00));
        Assert.Equal(new Answer(Outcome.Done, RuleId.KernelAnswered, 0, Responder.Kvm, Route.Msr), write);
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        machine.Execute(0, Access.WriteMsr(0x808, 0x35));
        Assert.Equal(0x35UL, machine.Execute(0, Access.ReadMsr(0x808)).Value);
        Assert.Equal(0x35UL, machine.Peek(0, ApicRegister.Tpr));
        Assert.Equal(3, machine.ReadCr8(0));
        machine.Execute(0, Access.WriteMsr(0x830, 0x0000_0005_0000_0030));
        Assert.Equal(0x0000_0005_0000_0030UL, machine.Execute(0, Access.ReadMsr(0x830)).Value);
        Assert.Equal(0x0000_0005_0000_0030UL, machine.Peek(0, ApicRegister.Icr));
    }

    [KvmFact]
    public void A_guest_reads_and_writes_memory_of_each_size()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Assert.Equal(new Answer(Outcome.Done, RuleId.KernelAnswered, 0, Responder.Kvm, Route.Mmio), machine.Execute(0, Access.WriteMmio(0x80, 0x2B)));
        Assert.Equal(new Answer(Outcome.Value, RuleId.KernelAnswered, 0x2B, Responder.Kvm, Route.Mmio), machine.Execute(0, Access.ReadMmio(0x80)));
        Assert.Equal(0x2BUL, machine.Execute(0, Access.ReadMmio(0x80, 1)).Value);
        Assert.Equal(0x14UL, machine.Execute(0, Access.ReadMmio(0x30, 2)).Value);
        Assert.Equal(0x5UL, machine.Execute(0, Access.ReadMmio(0x32, 2)).Value);
        machine.Execute(0, Access.WriteMmio(0x80, 0xFF, 1));
        Assert.Equal(0x2BUL, machine.Execute(0, Access.ReadMmio(0x80, 4)).Value);
        Assert.Equal(s_refused, machine.Execute(0, Access.ReadMmio(0x80, 3)));
    }

    /// <summary>The window has to follow, wherever the page is put.</summary>
    [KvmFact]
    public void A_page_that_was_moved_is_found_and_its_old_place_is_nobody_s()
    {
        using var machine = new KvmMachine(new KvmOptions { ApicIds = [0, 1] });
        foreach (ulong place in (ulong[])[0xFEE0_0000, 0xD000_0000, 0x7F_FFFF_F000, 0xFEE0_0000])
        {
            machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, place | 0x900));
            Assert.Equal(place, machine.ApicBaseOf(0, AccessOrigin.Guest).Address);
            machine.Execute(0, Access.WriteMmio(0xD0, 0x4200_0000));
            Assert.Equal(0x4200_0000UL, machine.Execute(0, Access.ReadMmio(0xD0)).Value);
            Assert.Equal(0UL, machine.Execute(1, Access.ReadMmio(0xD0)).Value);
            machine.Execute(0, Access.WriteMmio(0xD0, 0));
        }

        Answer behind = machine.Execute(0, Access.ReadMmio(0x1_0000));
        Assert.Equal(new Answer(Outcome.Unclaimed, RuleId.KvmMmioExit, 0xFFFF_FFFF, Responder.Nobody, Route.Mmio), behind);
        Assert.Equal([new KvmMmioExit(0xFEE1_0000, 4, false)], machine.LastMmioExits);
    }

    /// <summary>There the guest's own program is, which a write would end.</summary>
    [KvmFact]
    public void A_page_that_is_put_over_the_guest_is_not_accessed()
    {
        using var machine = new KvmMachine(new KvmOptions());
        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFFFE_F900));
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMmio(0x80, 0x10)).Outcome);
        Assert.Equal(s_refused, machine.Execute(0, Access.WriteMmio(0xFFE, 0)));
        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFFFF_F900));
        Assert.Equal(s_refused, machine.Execute(0, Access.WriteMmio(0x80, 0)));
        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0x1_0000_0900));
        Assert.Equal(0x10UL, machine.Execute(0, Access.ReadMmio(0x80)).Value);
    }

    [KvmFact]
    public void An_access_across_the_end_of_the_page_leaves_KVM_with_its_second_half_alone()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Assert.Equal(Outcome.Dropped, machine.Execute(0, Access.WriteMmio(0xFFE, 0x1234_5678)).Outcome);
        Assert.Equal([new KvmMmioExit(0xFEE0_1000, 2, true)], machine.LastMmioExits);
        machine.Execute(0, Access.ReadMmio(0x30));
        Assert.Empty(machine.LastMmioExits);
    }

    [KvmFact]
    public void What_faults_is_a_fault_and_the_next_instruction_is_none()
    {
        using var machine = new KvmMachine(new KvmOptions());
        var fault = new Answer(Outcome.Fault, RuleId.KernelAnswered, 0, Responder.Kvm, Route.Msr, GuestFault.GP);
        Assert.Equal(fault, machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0500)));
        Assert.Equal(fault, machine.Execute(0, Access.ReadMsr(0x802)));
        Assert.Equal(fault, machine.Do(new(CommandKind.Cr8, 0, 0, 16)));
        Assert.False(machine.WriteCr8(0, ulong.MaxValue));
        Assert.True(machine.WriteCr8(0, 7));
        Assert.Equal(0x70UL, machine.Execute(0, Access.ReadMmio(0x80)).Value);
        Assert.Equal(0xFEE0_0900UL, machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)).Value);
    }

    [KvmFact]
    public void A_page_beyond_physical_addresses_is_a_page_fault()
    {
        using var machine = new KvmMachine(new KvmOptions { Traits = new() { PhysicalAddressBits = 40 } });
        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFF_FFFF_F900));
        Assert.Equal(Outcome.Value, machine.Execute(0, Access.ReadMmio(0x30)).Outcome);
        Answer beyond = machine.Execute(0, Access.ReadMmio(0x1000));
        Assert.Equal((Outcome.Fault, GuestFault.PF), (beyond.Outcome, beyond.Fault));
        Assert.Equal(GuestFault.GP, machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0x100_0000_0900)).Fault);
    }

    [KvmFact]
    public void Without_the_quirk_of_the_hole_accesses_leave_KVM()
    {
        foreach (bool hole in (bool[])[true, false])
        {
            var traits = new ApicTraits { Quirks = hole ? KvmQuirks.Default : KvmQuirks.Default & ~KvmQuirks.LapicMmioHole };
            using var machine = new KvmMachine(new KvmOptions { Traits = traits });
            machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0100));
            Answer read = machine.Execute(0, Access.ReadMmio(0x20));
            Assert.Equal(0xFFFF_FFFFUL, read.Value);
            Assert.Equal(hole ? Outcome.Value : Outcome.Unclaimed, read.Outcome);
            Assert.Equal(hole ? Outcome.Done : Outcome.Dropped, machine.Execute(0, Access.WriteMmio(0x20, 0)).Outcome);
        }
    }

    [KvmFact]
    public void A_host_reads_and_writes_MSRs_and_is_refused_without_a_fault()
    {
        using var machine = new KvmMachine(new KvmOptions());
        var read = new Answer(Outcome.Value, RuleId.KernelAnswered, 0xFEE0_0900, Responder.Kvm, Route.HostApi);
        Assert.Equal(read, machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Host)));
        Answer refused = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0500, AccessOrigin.Host));
        Assert.Equal(new Answer(Outcome.Rejected, RuleId.KernelAnswered, 0, Responder.Kvm, Route.HostApi), refused);

        // What a guest may not: from off to x2APIC mode at once.
        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0100));
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0D00, AccessOrigin.Host)).Outcome);
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        Assert.Equal(0x50014UL, machine.Execute(0, Access.ReadMsr(0x803)).Value);
    }

    [KvmFact]
    public void A_host_sets_a_word_of_the_page()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Assert.True(machine.WriteHostPage(0, 0x250, 0x0001_0000));
        Assert.Equal(0x0001_0000u, machine.ReadHostPage(0, ApicRegister.Irr5));
        Assert.Equal(0xB0, machine.StateOf(0, AccessOrigin.Guest).HighestRequested);
        Assert.Equal(0x0001_0000UL, machine.Execute(0, Access.ReadMmio(0x250)).Value);
        Assert.Equal(0xB0, machine.Dispatchable(0));
        machine.WriteCr8(0, 0xB);
        Assert.Equal(-1, machine.Dispatchable(0));
        Assert.Equal(0xB0UL, machine.Peek(0, ApicRegister.Ppr));
    }

    [KvmFact]
    public void With_IDs_of_32_bits_a_page_with_another_ID_is_refused()
    {
        using var machine = new KvmMachine(new KvmOptions
        {
            Traits = new() { Quirks = KvmQuirks.Default | KvmQuirks.X2Apic32BitIds },
            ApicIds = [0, 0x321],
        });
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0C00));
        Assert.Equal(0x321UL, machine.Execute(1, Access.ReadMsr(0x802)).Value);
        Assert.Equal(0x321u, machine.ReadHostPage(1, ApicRegister.Id));
        Assert.False(machine.WriteHostPage(1, 0x20, 0x322));
        Assert.True(machine.WriteHostPage(1, 0x20, 0x321));
    }

    [KvmFact]
    public void CPUID_has_the_traits_of_the_machine()
    {
        var traits = new ApicTraits { OffersX2Apic = false, OffersTscDeadline = false, PhysicalAddressBits = 40 };
        using var machine = new KvmMachine(new KvmOptions { Traits = traits, ApicIds = [3, 7] });
        const uint X2ApicAndDeadline = (1u << 21) | (1u << 24);
        CpuidLeaf first = machine.Cpuid(1, 1);
        Assert.Equal((0u, 7u, 1u << 9), (first.Ecx & X2ApicAndDeadline, first.Ebx >> 24, first.Edx & (1u << 9)));
        Assert.Equal(40u, machine.Cpuid(0, 0x8000_0008).Eax & 0xFF);
        Assert.Equal(0x6874_7541u, machine.Cpuid(0, 0).Ebx);
        Assert.Equal(GuestFault.GP, machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0C00)).Fault);
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0000));
        Assert.Equal(0u, machine.Cpuid(1, 1).Edx & (1u << 9));
        using var offering = new KvmMachine(new KvmOptions());
        Assert.Equal(X2ApicAndDeadline, offering.Cpuid(0, 1).Ecx & X2ApicAndDeadline);
    }

    [KvmFact]
    public void What_no_kernel_can_do_is_refused()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Assert.Equal([MachineCapability.HostPage], System.Array.FindAll(System.Enum.GetValues<MachineCapability>(), machine.Can));
        foreach (CommandKind kind in (CommandKind[])[CommandKind.Pause, CommandKind.Restored, CommandKind.Pin, CommandKind.LocalInterrupt,
                                                     CommandKind.DirectMessage, CommandKind.InterruptShadow, CommandKind.FirstOfPlatform])
        {
            Assert.Equal(s_refused, machine.Do(new(kind, 0)));
        }

        Assert.Equal(s_refused, machine.Execute(0, Access.ReadMsr(0x802, AccessOrigin.Svsm)));
        Assert.Equal(s_refused, machine.Execute(0, Access.ReadMmio(0x20, 4, AccessOrigin.Host)));
        Assert.Equal(s_refused, machine.Do(MachineCommand.Advance(KvmMachine.MaxClockStep + 1)));
        Assert.Equal(s_refused, machine.Do(new(CommandKind.HostWord, 0, 0x400, 0)));
    }
}
