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
