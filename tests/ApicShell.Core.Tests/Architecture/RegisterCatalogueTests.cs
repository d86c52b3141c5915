using System;
using System.Linq;
using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

public class RegisterCatalogueTests
{
    [Fact]
    public void Every_register_but_the_two_plain_msrs_has_one_row()
    {
        ApicRegister[] expected = [.. Enum.GetValues<ApicRegister>().Except([ApicRegister.None, ApicRegister.ApicBase, ApicRegister.TscDeadline])];
        Assert.Equal(expected.Order(), RegisterCatalogue.All.Select(row => row.Register).Order());
    }

    [Fact]
    public void Rows_are_in_the_order_of_their_offsets_and_no_two_share_one()
    {
        int[] offsets = [.. RegisterCatalogue.All.Select(row => row.Offset)];
        Assert.Equal(offsets.Order().Distinct(), offsets);
        Assert.All(offsets, offset => Assert.Equal(0, offset % 16));
    }

    [Fact]
    public void A_register_is_found_by_offset_by_msr_and_by_itself()
    {
        foreach (RegisterSpec row in RegisterCatalogue.All)
        {
            Assert.Same(row, RegisterCatalogue.Find(row.Register));
            Assert.Same(row, RegisterCatalogue.AtOffset((uint)row.Offset));
            Assert.Same(row, RegisterCatalogue.AtOffset((uint)row.Offset + 15));
            Assert.Same(row, RegisterCatalogue.AtMsr(row.Msr));
        }

        Assert.Null(RegisterCatalogue.AtMsr(0x7FF));
        Assert.Null(RegisterCatalogue.AtMsr(0x900));
        Assert.Null(RegisterCatalogue.AtOffset(0x1000));
        Assert.Null(RegisterCatalogue.Find(ApicRegister.ApicBase));
    }

    [Fact]
    public void Fields_do_not_overlap_and_go_from_high_to_low()
    {
        foreach (RegisterSpec row in RegisterCatalogue.All)
        {
            foreach (ApicMode mode in new[] { ApicMode.XApic, ApicMode.X2Apic })
            {
                int below = row.WidthIn(mode);
                foreach (BitField field in row.FieldsIn(mode))
                {
                    Assert.InRange(field.High, field.Low, below - 1);
                    below = field.Low;
                }
            }
        }
    }

    [Fact]
    public void No_written_bit_both_faults_and_is_kept()
    {
        foreach (RegisterSpec row in RegisterCatalogue.All)
        {
            foreach (ApicModel model in Enum.GetValues<ApicModel>().Where(model => row.X2ApicAccess(model).HasFlag(RegisterAccess.Write)))
            {
                // KVM stores what the manuals refuse; it has few faulting bits.
                Assert.Equal(0u, row.WritableBits(model) & row.X2FaultingBits(model) & (row.Register == ApicRegister.Icr && model == ApicModel.Kvm ? 0 : uint.MaxValue));
            }
        }
    }

    /// <summary>APM vol. 2, 16.11 and table 16-6; SDM vol. 3, x2APIC register address space.</summary>
    [Fact]
    public void Only_the_icr_is_64_bits_wide_and_only_in_x2apic_mode()
    {
        foreach (RegisterSpec row in RegisterCatalogue.All)
        {
            Assert.Equal(32, row.WidthIn(ApicMode.XApic));
            Assert.Equal(row.Register == ApicRegister.Icr ? 64 : 32, row.WidthIn(ApicMode.X2Apic));
        }
    }

    [Theory]
    [InlineData(ApicRegister.Id, "ApicId [31:24]", "ApicId [31:0]")]
    [InlineData(ApicRegister.Ldr, "LogicalId [31:24]", "Cluster [31:16]")]
    [InlineData(ApicRegister.Icr, "Shorthand [19:18]", "Destination [63:32]")]
    [InlineData(ApicRegister.Svr, "SuppressEoiBroadcast [12]", "SuppressEoiBroadcast [12]")]
    public void The_first_field_is_that_of_the_mode(ApicRegister register, string xapic, string x2apic)
    {
        RegisterSpec row = RegisterCatalogue.Find(register)!;
        Assert.Equal((xapic, x2apic), (row.FieldsIn(ApicMode.XApic)[0].ToString(), row.FieldsIn(ApicMode.X2Apic)[0].ToString()));
        Assert.Equal(xapic, row.FieldsIn(ApicMode.Disabled)[0].ToString());
    }

    /// <summary>APM vol. 2, table 16-2; SDM vol. 3; KVM lapic.c.</summary>
    [Theory]
    [InlineData(ApicRegister.Tpr, true, true, true)]
    [InlineData(ApicRegister.Dfr, true, true, true)]
    [InlineData(ApicRegister.SelfIpi, true, true, true)]
    [InlineData(ApicRegister.Apr, true, true, false)]
    [InlineData(ApicRegister.RemoteRead, false, true, false)]
    [InlineData(ApicRegister.LvtCmci, false, false, true)]
    [InlineData(ApicRegister.Ier0, false, true, false)]
    public void A_model_has_a_register_that_one_of_the_modes_has(ApicRegister register, bool kvm, bool amd, bool intel)
    {
        RegisterSpec row = RegisterCatalogue.Find(register)!;
        Assert.Equal((kvm, amd, intel), (row.ExistsIn(ApicModel.Kvm), row.ExistsIn(ApicModel.Amd), row.ExistsIn(ApicModel.Intel)));
    }

    [Theory]
    [InlineData(ApicRegister.ApicBase, 16, 16)]
    [InlineData(ApicRegister.TscDeadline, 16, 16)]
    [InlineData(ApicRegister.Icr, 8, 16)]
    [InlineData(ApicRegister.Tpr, 8, 8)]
    public void Values_are_written_as_wide_as_the_register_is(ApicRegister register, int byMemory, int byMsr) =>
        Assert.Equal((byMemory, byMsr), (RegisterDigits.Of(register, AccessKind.Mmio), RegisterDigits.Of(register, AccessKind.Msr)));

    [Theory]
    [InlineData(ApicRegister.Svr, 0x1FFUL, "SoftwareEnable", "1")]
    [InlineData(ApicRegister.LvtTimer, 0x20005UL, "TimerMode", "Periodic")]
    [InlineData(ApicRegister.LvtLint0, 0x700UL, "MessageType", "ExtInt")]
    [InlineData(ApicRegister.Icr, 0xC0000UL, "Shorthand", "AllButSelf")]
    [InlineData(ApicRegister.Dfr, 0xFFFFFFFFUL, "Model", "Flat")]
    [InlineData(ApicRegister.TimerDivide, 0xBUL, "Divide", "1")]
    [InlineData(ApicRegister.Tpr, 0x45UL, "Class", "0x4")]
    public void Fields_are_told_by_name(ApicRegister register, ulong value, string field, string text) =>
        Assert.Equal(text, RegisterCatalogue.Find(register)!.Fields.Single(f => f.Name == field).Describe(value));

    [Theory]
    [InlineData(0u, 2)]
    [InlineData(1u, 4)]
    [InlineData(2u, 8)]
    [InlineData(3u, 16)]
    [InlineData(8u, 32)]
    [InlineData(9u, 64)]
    [InlineData(0xAu, 128)]
    [InlineData(0xBu, 1)]
    public void Divide_values_are_named_by_what_they_divide_by(uint value, int divisor) =>
        Assert.Equal($"{divisor}", RegisterCatalogue.Find(ApicRegister.TimerDivide)!.Fields[0].Describe(value));
}
