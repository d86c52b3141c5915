using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// Where #VC handlers send each register, by page and by MSR: edk2 CcExitVcHandler.c, the proposal, and the readings of candidate G and of a split
/// by owner, against coconut-svsm's set of registers and KVM's two register models.
/// </summary>
public class VcHandlerTests
{
    private const ulong KvmFailure = 0x8000030D;

    public static TheoryData<VcHandler, ApicMode> HandlersAndModes
    {
        get
        {
            var data = new TheoryData<VcHandler, ApicMode>();
            foreach (VcHandler handler in new[] { VcHandler.Edk2, VcHandler.Proposal, VcHandler.Translate, VcHandler.Split })
            {
                data.Add(handler, ApicMode.XApic);
                data.Add(handler, ApicMode.X2Apic);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(HandlersAndModes))]
    public void Each_register_of_the_page_is_reached_as_the_handler_says(VcHandler handler, ApicMode kvm) => Check(handler, kvm, byMsr: false);

    [Theory]
    [MemberData(nameof(HandlersAndModes))]
    public void Each_register_by_MSR_is_reached_as_the_handler_says(VcHandler handler, ApicMode kvm) => Check(handler, kvm, byMsr: true);

    [Theory]
    [InlineData(VcHandler.Translate, 0x5u, 0x0500_0000UL)]
    [InlineData(VcHandler.Split, 0x5u, 0x0500_0000UL)]
    [InlineData(VcHandler.Split, 0x123u, 0x2300_0000UL)]
    public void The_page_shows_the_low_eight_bits_of_the_ID_in_31_24(VcHandler handler, uint apicId, ulong value)
    {
        Machine machine = On(handler, ApicMode.XApic, apicId);
        Answer answer = machine.Execute(0, Access.ReadMmio(0x020));
        Assert.Equal((value, Responder.Svsm, Route.SvsmCall, SnpRule.TranslateForm), (answer.Value, answer.Responder, answer.Route, answer.Rule));
        Assert.Equal((ulong)apicId, machine.Execute(0, Access.ReadMsr(0x802)).Value);
    }

    [Theory]
    [InlineData(VcHandler.Translate)]
    [InlineData(VcHandler.Split)]
    public void ICR2_is_memory_of_the_handler(VcHandler handler)
    {
        Machine machine = On(handler, ApicMode.XApic, 0, 1);
        Answer write = machine.Execute(0, Access.WriteMmio(0x310, 0x12345678));
        Answer read = machine.Execute(0, Access.ReadMmio(0x310));
        Assert.Equal((Outcome.Done, Route.Handler, 0, SnpRule.TranslateIcr2), (write.Outcome, write.Route, write.Exits, write.Rule));
        Assert.Equal((0x12000000UL, Route.Handler, 0), (read.Value, read.Route, read.Exits));
        Assert.Equal(0UL, machine.Peek(0, ApicRegister.Icr2));
        Assert.Equal(0UL, machine.Execute(1, Access.ReadMmio(0x310)).Value);

        MachineCheckpoint kept = machine.Checkpoint();
        machine.Reset(0);
        Assert.Equal(0u, machine.Platform().HandlerIcr2Of(0));
        machine.Restore(kept);
        Assert.Equal(0x12000000u, machine.Platform().HandlerIcr2Of(0));
    }

    [Theory]
    [InlineData(VcHandler.Translate, 0x02FFFFFFu, 0x5041u, 0x2_0000_4041UL)]
    [InlineData(VcHandler.Split, 0x02000000u, 0x0041u, 0x2_0000_0041UL)]
    [InlineData(VcHandler.Split, 0xFF000000u, 0x0041u, 0xFFFF_FFFF_0000_0041UL)]
    [InlineData(VcHandler.Split, 0xFF000000u, 0x40041u, 0xFF_0004_0041UL)]
    [InlineData(VcHandler.Translate, 0x01000000u, 0xC0841u, 0x1_000C_0841UL)]
    public void A_write_of_the_low_half_is_one_call_with_the_kept_destination(VcHandler handler, uint icr2, uint low, ulong icr)
    {
        Machine machine = On(handler, ApicMode.XApic, 0, 1, 2);
        var hops = new VcHops();
        machine.Execute(0, Access.WriteMmio(0x310, icr2));
        machine.Observer = hops;
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMmio(0x300, low)).Outcome);
        Hop call = Assert.Single(hops.Seen, hop => hop.Kind == SnpHop.SvsmCall);
        Assert.Equal((0x3_0000_0003UL, 0x830UL, icr), (call.Code, call.Rcx, call.Data));
        Assert.Equal(icr & 0xFFFF_FFFF, machine.Execute(0, Access.ReadMmio(0x300)).Value);
        Assert.Equal(icr, machine.Execute(0, Access.ReadMsr(0x830)).Value);
    }

    [Theory]
    [InlineData(VcHandler.Translate, 0x02u, 2)]
    [InlineData(VcHandler.Split, 0x02u, 2)]
    [InlineData(VcHandler.Split, 0x01u, 1)]
    public void A_pair_of_ICR2_and_ICR_reaches_its_vCPU_and_no_other(VcHandler handler, uint destination, int target)
    {
        Machine machine = Notifying(handler, 0, 1, 2);
        machine.Execute(0, Access.WriteMmio(0x310, destination << 24));
        Assert.Equal(SnpRule.SvsmIpiSent, machine.Execute(0, Access.WriteMmio(0x300, 0x41)).Rule);
        for (int vcpu = 0; vcpu < 3; vcpu++)
        {
            Assert.Equal(vcpu == target ? 0x41 : 0, machine.Take(vcpu).Vector);
        }
    }

    [Theory]
    [InlineData(VcHandler.Translate)]
    [InlineData(VcHandler.Split)]
    public void Destination_0xFF_reaches_all_the_sender_too(VcHandler handler)
    {
        Machine machine = Notifying(handler, 0, 1, 0x234);
        machine.Execute(1, Access.WriteMmio(0x310, 0xFF000000));
        machine.Execute(1, Access.WriteMmio(0x300, 0x51));
        for (int vcpu = 0; vcpu < 3; vcpu++)
        {
            Assert.Equal(0x51, machine.Take(vcpu).Vector);
        }
    }

    [Theory]
    [InlineData(VcHandler.Translate)]
    [InlineData(VcHandler.Split)]
    public void A_logical_destination_is_refused_and_nothing_is_sent(VcHandler handler)
    {
        Machine machine = Notifying(handler, 0, 1);
        machine.Execute(0, Access.WriteMmio(0x310, 0x02000000));
        Answer answer = machine.Execute(0, Access.WriteMmio(0x300, 0x841));
        Assert.Equal((Outcome.Fault, GuestFault.GP, SnpRule.TranslateLogical, 0), (answer.Outcome, answer.Fault, answer.Rule, answer.Exits));
        Assert.Equal(default, machine.Take(1));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x300)).Value);
    }

    [Theory]
    [InlineData(VcHandler.Translate, 0u, SnpRule.SvsmServes)]
    [InlineData(VcHandler.Translate, 0xFFFFFFFFu, SnpRule.TranslateForm)]
    [InlineData(VcHandler.Split, 1u, SnpRule.TranslateForm)]
    public void Any_value_as_EOI_ends_the_vector_of_the_SVSM(VcHandler handler, uint value, RuleId rule)
    {
        Machine machine = On(handler, ApicMode.XApic, 0);
        machine.SetInterruptFlag(0, true);
        machine.Execute(0, Access.WriteMsr(0x83F, 0x61));
        Assert.Equal(0x61, machine.Take(0).Vector);
        Assert.Equal(2UL, machine.Execute(0, Access.ReadMmio(0x130)).Value);
        Answer eoi = machine.Execute(0, Access.WriteMmio(0x0B0, value));
        Assert.Equal((Outcome.Done, Responder.Svsm, rule), (eoi.Outcome, eoi.Responder, eoi.Rule));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x130)).Value);
    }

    [Fact]
    public void Translate_has_no_place_for_LDR_and_DFR()
    {
        Machine machine = On(VcHandler.Translate, ApicMode.XApic, 0x21);
        foreach (uint offset in new uint[] { 0x0D0, 0x0E0 })
        {
            Answer write = machine.Execute(0, Access.WriteMmio(offset, 0x01000000));
            Assert.Equal((Outcome.Fault, Route.Handler, SnpRule.TranslateLogicalId), (write.Outcome, write.Route, write.Rule));
        }

        Answer ldr = machine.Execute(0, Access.ReadMmio(0x0D0));
        Assert.Equal((0x20002UL, Responder.Svsm, SnpRule.TranslateLdr), (ldr.Value, ldr.Responder, ldr.Rule));
        Assert.Equal(KvmFailure, machine.Execute(0, Access.ReadMmio(0x0E0)).ExitInfo2);
    }

    [Fact]
    public void Split_lets_the_hypervisor_have_LDR_and_DFR()
    {
        Machine machine = On(VcHandler.Split, ApicMode.XApic, 0x21);
        Answer ldr = machine.Execute(0, Access.WriteMmio(0x0D0, 0x01000000));
        Answer dfr = machine.Execute(0, Access.WriteMmio(0x0E0, 0));
        Assert.Equal((Outcome.Done, Route.GhcbMmio, SnpRule.SplitLogicalId), (ldr.Outcome, ldr.Route, ldr.Rule));
        Assert.Equal((Outcome.Done, Route.GhcbMmio, SnpRule.SplitLogicalId), (dfr.Outcome, dfr.Route, dfr.Rule));
        Assert.Equal((0x01000000UL, 0x0FFFFFFFUL), (machine.Peek(0, ApicRegister.Ldr), machine.Peek(0, ApicRegister.Dfr)));
        Assert.Equal(0x20002UL, machine.Execute(0, Access.ReadMmio(0x0D0)).Value);
        Assert.Equal(0x0FFFFFFFUL, machine.Execute(0, Access.ReadMmio(0x0E0)).Value);
    }

    [Theory]
    [InlineData(VcHandler.Translate, 0x081u, 4, false)]
    [InlineData(VcHandler.Translate, 0x032u, 2, false)]
    [InlineData(VcHandler.Split, 0x080u, 1, false)]
    [InlineData(VcHandler.Split, 0x310u, 8, false)]
    [InlineData(VcHandler.Split, 0x032u, 2, true)]
    public void Odd_accesses_reach_only_what_is_the_hypervisors_by_Split(VcHandler handler, uint offset, byte size, bool exits)
    {
        Answer answer = On(handler, ApicMode.XApic, 0).Execute(0, Access.ReadMmio(offset, size));
        Assert.Equal(exits ? (Outcome.Value, Route.GhcbMmio, 5UL) : (Outcome.Fault, Route.Handler, 0UL), (answer.Outcome, answer.Route, answer.Value));
        Assert.Equal(exits ? RuleId.KvmNarrowRead : SnpRule.TranslateShape, answer.Rule);
    }

    [Theory]
    [InlineData(VcHandler.Proposal)]
    [InlineData(VcHandler.Translate)]
    [InlineData(VcHandler.Whole)]
    public void A_write_of_four_bytes_carries_no_more(VcHandler handler)
    {
        Machine machine = On(handler, ApicMode.XApic, 0);
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMmio(0x080, 0x1_0000_0030)).Outcome);
        Assert.Equal(0x30UL, machine.Execute(0, Access.ReadMmio(0x080)).Value);
    }

    private static void Check(VcHandler handler, ApicMode kvm, bool byMsr)
    {
        var wrong = new List<string>();
        foreach (VcRegister register in VcRegister.All)
        {
            foreach (bool isWrite in new[] { false, true })
            {
                Access access = byMsr
                    ? isWrite ? Access.WriteMsr(register.Msr, 0) : Access.ReadMsr(register.Msr)
                    : isWrite ? Access.WriteMmio(register.Offset, 0) : Access.ReadMmio(register.Offset);
                Answer answer = On(handler, kvm, 0).Execute(0, access);
                string actual = $"{answer.Route} {answer.Outcome} {answer.ExitInfo2:X}";
                string expected = Expected(handler, kvm == ApicMode.X2Apic, register, isWrite, byMsr);
                if (actual != expected)
                {
                    wrong.Add($"{access}: {expected}   got: {actual}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Expected(VcHandler handler, bool x2, VcRegister register, bool isWrite, bool byMsr)
    {
        bool served = handler != VcHandler.Edk2 && register.Svsm.Length > 0;
        bool translates = handler is VcHandler.Translate or VcHandler.Split && !byMsr;
        bool forwards = byMsr || handler is VcHandler.Proposal or VcHandler.Translate;
        return register.Offset switch
        {
            0x310 when translates => $"Handler {(isWrite ? "Done" : "Value")} 0",
            0x0D0 or 0x0E0 when translates && isWrite => handler == VcHandler.Translate ? "Handler Fault 0" : Hypervisor(x2, register, isWrite, asMsr: false),
            _ when served && !(translates && register.Offset == 0x3F0) =>
                register.Svsm.Contains(isWrite ? 'w' : 'r') ? $"SvsmCall {(isWrite ? "Done" : "Value")} 0" : "SvsmCall Fault 0",
            _ => Hypervisor(x2, register, isWrite, forwards),
        };
    }

    private static string Hypervisor(bool x2, VcRegister register, bool isWrite, bool asMsr)
    {
        string does = isWrite ? "Done" : "Value";
        if (asMsr)
        {
            return x2 && register.X2Apic.Contains(isWrite ? 'w' : 'r') ? $"GhcbMsr {does} 0" : $"GhcbMsr Fault {KvmFailure:X}";
        }

        return $"GhcbMmio {(x2 ? isWrite ? "Dropped" : "Unclaimed" : !isWrite && register.XApic.Contains('u') ? "Undefined" : isWrite && register.XApic.Contains('d') ? "Dropped" : does)} 0";
    }

    private static Machine On(VcHandler handler, ApicMode kvm, params uint[] apicIds)
    {
        var machine = new Machine(new ApicTraits { ResetMode = kvm }, new SnpPlatform(ApicScope.PerVmpl), apicIds);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.EnableAlternateInjection(vcpu, handler);
        }

        return machine;
    }

    /// <summary>Each VMPL has an APIC of its own, the SVSM's is set up, the guest's is in xAPIC mode.</summary>
    private static Machine Notifying(VcHandler handler, params uint[] apicIds)
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, apicIds);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.SetUpSvsmApic(vcpu);
            machine.EnableAlternateInjection(vcpu, handler);
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }
}

/// <summary>The hops of a machine.</summary>
internal sealed class VcHops : MachineObserver
{
    public List<Hop> Seen { get; } = [];

    public override void OnHop(long number, int vcpu, in Hop hop) => Seen.Add(hop);
}
