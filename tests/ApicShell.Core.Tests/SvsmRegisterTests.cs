using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
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
            uint msr = (uint)VectorFile.Number(words[1]);
            SvsmApicState apic = default;
            string actual;
            if (words[0] == "read")
            {
                SvsmResult result = SvsmApic.Read(apic, 0x1A, msr, out ulong value, out _);
                actual = $"0x{(uint)result:X}" + (result == SvsmResult.Success ? $" 0x{value:X}" : "");
            }
            else
            {
                actual = $"0x{(uint)SvsmApic.Write(ref apic, msr, VectorFile.Number(words[2]), out _):X}";
            }

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
        SvsmApicState apic = default;
        SvsmApic.Write(ref apic, 0x808, 0x2F, out RuleId rule);
        SvsmApic.Read(apic, 0, 0x808, out ulong tpr, out _);
        SvsmApic.Read(apic, 0, 0x80A, out ulong ppr, out _);
        Assert.Equal(RuleId.SvsmTprByte, rule);
        Assert.Equal(0x20UL, tpr);
        Assert.Equal(0x20UL, ppr);
    }

    [Fact]
    public void Icr_reads_the_last_value_that_was_accepted()
    {
        SvsmApicState apic = default;
        SvsmApic.Write(ref apic, 0x830, 0x1_0000_4050, out _);
        SvsmApic.Write(ref apic, 0x830, 0x4500, out RuleId refused);
        SvsmApic.Read(apic, 0, 0x830, out ulong icr, out _);
        Assert.Equal(RuleId.SvsmIcrValue, refused);
        Assert.Equal(0x1_0000_4050UL, icr);
    }

    [Fact]
    public void A_vector_in_service_shows_in_isr_and_whole_in_ppr()
    {
        SvsmApicState apic = default;
        SetService(ref apic, 0x35, 0x61);
        SvsmApic.Read(apic, 0, 0x811, out ulong isr1, out _);
        SvsmApic.Read(apic, 0, 0x813, out ulong isr3, out _);
        SvsmApic.Read(apic, 0, 0x80A, out ulong ppr, out _);
        Assert.Equal(1UL << 0x15, isr1);
        Assert.Equal(1UL << 1, isr3);
        Assert.Equal(0x61UL, ppr);
        SvsmApic.Write(ref apic, 0x80B, 0, out _);
        SvsmApic.Read(apic, 0, 0x80A, out ppr, out _);
        Assert.Equal(0x35UL, ppr);
    }

    private static unsafe void SetService(ref SvsmApicState apic, params byte[] vectors)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            apic.Service[i] = vectors[i];
        }

        apic.ServiceCount = (byte)vectors.Length;
    }
}
