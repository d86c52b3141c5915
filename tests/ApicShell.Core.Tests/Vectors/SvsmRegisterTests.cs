using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The register calls of the SVSM's APIC protocol: coconut-svsm cpu/apic.rs.</summary>
public class SvsmRegisterTests
{
    [Fact]
    public void Every_register_call_ends_as_the_vectors_say()
    {
        var wrong = new List<string>();
        foreach ((int number, string line) in VectorFile.Lines("svsm-registers.txt"))
        {
            string[] words = VectorFile.Words(line);
            ulong msr = VectorFile.Number(words[1]);
            Machine machine = Svsm();
            SvsmRegisterSet output = words[0] == "read" ? Read(machine, msr) : Write(machine, msr, VectorFile.Number(words[2]));
            string actual = $"0x{output.Rax:X}" + (words[0] == "read" && output.Rax == 0 ? $" 0x{output.Rdx:X}" : "");
            if (actual != line.Split("-> ")[1])
            {
                wrong.Add($"{number}: {line}   got: {actual}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Tpr_keeps_its_upper_four_bits()
    {
        Machine machine = Svsm();
        Answer answer = machine.Execute(0, Access.WriteMsr(0x808, 0x2F));
        Assert.Equal((SnpRule.SvsmTprByte, Outcome.Done), (answer.Rule, answer.Outcome));
        Assert.Equal(0x20UL, Read(machine, 0x808).Rdx);
        Assert.Equal(0x20UL, Read(machine, 0x80A).Rdx);
        Assert.Equal(2, machine.ReadCr8(0));
    }

    [Fact]
    public void Icr_reads_the_last_value_that_was_accepted()
    {
        Machine machine = Svsm();
        Assert.Equal(0UL, Write(machine, 0x830, 0x1_0000_4050).Rax);
        Assert.Equal(0x8000_0005UL, Write(machine, 0x830, 0x4500).Rax);
        Assert.Equal(0x1_0000_4050UL, Read(machine, 0x830).Rdx);
    }

    [Theory]
    [InlineData(SvsmBehavior.None, 0x60)]
    [InlineData(SvsmBehavior.PprIsVector, 0x61)]
    public void A_vector_in_service_shows_in_isr_and_ppr(SvsmBehavior behavior, ulong ppr)
    {
        Machine machine = Svsm(behavior);
        machine.SetInterruptFlag(0, true);
        Write(machine, 0x83F, 0x35);
        Assert.Equal(0x35, machine.Take(0).Vector);
        Write(machine, 0x83F, 0x61);
        Assert.Equal(0x61, machine.Take(0).Vector);
        Assert.Equal(1UL << 0x15, Read(machine, 0x811).Rdx);
        Assert.Equal(1UL << 1, Read(machine, 0x813).Rdx);
        Assert.Equal(ppr, Read(machine, 0x80A).Rdx);
        Write(machine, 0x80B, 0);
        Assert.Equal(ppr == 0x61 ? 0x35UL : 0x30UL, Read(machine, 0x80A).Rdx);
    }

    private static Machine Svsm(SvsmBehavior behavior = SvsmBehavior.None)
    {
        Machine machine = Machines.Snp(ApicScope.Shared, 0x1A);
        machine.EnableAlternateInjection(0, VcHandler.Proposal, new(Behavior: behavior));
        return machine;
    }

    private static SvsmRegisterSet Read(Machine machine, ulong msr) =>
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ReadRegister, msr));

    private static SvsmRegisterSet Write(Machine machine, ulong msr, ulong value) =>
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.WriteRegister, msr, value));
}
