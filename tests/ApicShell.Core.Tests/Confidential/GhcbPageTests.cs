using System;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The GHCB as bytes: coconut-svsm ghcb.rs has the offsets, KVM svm/sev.c the reasons.</summary>
public class GhcbPageTests
{
    private const ulong Address = 0x7000;

    private static readonly GhcbRequest s_readId = new(0x8000_0001, 0xFEE0_0020, 4);

    [Fact]
    public void A_write_of_an_msr_has_its_fields_where_they_belong_and_their_bits_in_the_bitmap()
    {
        byte[] page = GhcbPage.Write(GhcbRequest.WriteMsr(0x830, 0x1_0000_0041), Address);
        Assert.Equal(0x7CUL, At(page, 0x390));
        Assert.Equal(1UL, At(page, 0x398));
        Assert.Equal(0UL, At(page, 0x3A0));
        Assert.Equal(0x830UL, At(page, 0x308));
        Assert.Equal(0x41UL, At(page, 0x1F8));
        Assert.Equal(1UL, At(page, 0x310));
        Assert.Equal(0x0002_0000_0000_0000UL, At(page, 0xFF4));
        Assert.Equal(0UL, At(page, 0xFF8) >> 32);

        // Bit offset / 8: RAX 63, RCX 97, RDX 98, exit code 114, information 115 and 116.
        Assert.Equal((1UL << 63, (1UL << 33) | (1UL << 34) | (7UL << 50)), (At(page, 0x3F0), At(page, 0x3F8)));
    }

    [Fact]
    public void The_offsets_are_the_documented_ones() => Assert.Equal(
        [0x0CB, 0x1F8, 0x308, 0x310, 0x318, 0x390, 0x398, 0x3A0, 0x3A8, 0x3E8, 0x3F0, 0x800, 0x7F0, 0xFFA, 0xFFC, 2, 4096],
        new[]
        {
            GhcbPage.CplOffset, GhcbPage.RaxOffset, GhcbPage.RcxOffset, GhcbPage.RdxOffset, GhcbPage.RbxOffset, GhcbPage.ExitCodeOffset,
            GhcbPage.Info1Offset, GhcbPage.Info2Offset, GhcbPage.ScratchOffset, GhcbPage.Xcr0Offset, GhcbPage.ValidBitmapOffset, GhcbPage.BufferOffset,
            GhcbPage.BufferSize, GhcbPage.VersionOffset, GhcbPage.UsageOffset, GhcbPage.Version, GhcbPage.Size,
        });

    [Theory]
    [InlineData(0x7C, 0, 0, 0x802, 0)]
    [InlineData(0x7C, 1, 0, 0x830, 0xFFFF_FFFF_0000_0041)]
    [InlineData(0x8000_0001, 0xFEE0_0020, 4, 0, 0)]
    [InlineData(0x8000_0002, 0xFEE0_0080, 4, 0, 0x20)]
    [InlineData(0x8000_001D, 0x2_0061, 0, 0, 0)]
    [InlineData(0x8000_0013, 0x2_0001, 0, 0, 0x11)]
    public void What_is_written_is_what_is_read(ulong code, ulong info1, ulong info2, ulong rcx, ulong data)
    {
        var request = new GhcbRequest(code, info1, info2, rcx, data);
        Assert.Equal(0UL, GhcbPage.Read(GhcbPage.Write(request, Address), Address, out GhcbRequest read));
        Assert.Equal(request, read);
    }

    [Fact]
    public void A_read_comes_back_in_the_registers_or_in_the_buffer()
    {
        Machine machine = Guest();
        byte[] page = GhcbPage.Write(s_readId, Address);
        Assert.Equal(GhcbReply.Success, machine.Platform().ExitPage(0, 2, page).Info1);
        Assert.Equal((0UL, 0UL, 0x1A00_0000UL), (At(page, 0x398), At(page, 0x3A0), At(page, 0x800)));

        page = GhcbPage.Write(GhcbRequest.ReadMsr(0x1B), Address);
        machine.Platform().ExitPage(0, 2, page);
        Assert.Equal((0xFEE0_0900UL, 0UL), (At(page, 0x1F8), At(page, 0x310)));
        Assert.True(GhcbPage.IsValid(page, GhcbPage.RaxOffset) && GhcbPage.IsValid(page, GhcbPage.RdxOffset));
    }

    [Fact]
    public void An_exception_comes_back_as_information()
    {
        Machine machine = Guest();
        byte[] page = GhcbPage.Write(GhcbRequest.ReadMsr(0x802), Address);
        machine.Platform().ExitPage(0, 2, page);
        Assert.Equal((1UL, 0x8000_030DUL), (At(page, 0x398), At(page, 0x3A0)));
    }

    [Fact]
    public void Reason_1_the_ghcb_is_not_registered() =>
        Assert.Equal(1UL, Reason(GhcbPage.Write(s_readId, Address), Machines.Snp(ApicScope.Shared, 0x1A)));

    [Theory]
    [InlineData(0xFFC)]
    [InlineData(0xFFF)]
    public void Reason_2_the_usage_is_not_0(int offset)
    {
        byte[] page = GhcbPage.Write(s_readId, Address);
        page[offset] = 1;
        Assert.Equal(2UL, Reason(page, Guest()));
    }

    [Theory]
    [InlineData(0x77FF, 4, 3)]
    [InlineData(0x7800, 4, 0)]
    [InlineData(0x7FEC, 4, 0)]
    [InlineData(0x7FED, 4, 3)]
    [InlineData(0x7FF0, 0, 3)]
    [InlineData(0x7800, 0x7F1, 3)]
    [InlineData(0x7800, 9, 5)]
    [InlineData(0x9800, 4, 3)]
    [InlineData(0, 4, 3)]
    [InlineData(ulong.MaxValue, 4, 3)]
    public void Reason_3_the_scratch_area_is_not_in_the_shared_buffer(ulong scratch, ulong length, ulong reason)
    {
        byte[] page = GhcbPage.Write(s_readId with { Info2 = length }, Address);
        BitConverter.GetBytes(scratch).CopyTo(page, 0x3A8);
        Assert.Equal(reason, Reason(page, Guest()));
    }

    [Theory]
    [InlineData(0x7C, 0x390)]
    [InlineData(0x7C, 0x398)]
    [InlineData(0x7C, 0x3A0)]
    [InlineData(0x7C, 0x308)]
    [InlineData(0x7C, 0x1F8)]
    [InlineData(0x7C, 0x310)]
    [InlineData(0x8000_0002, 0x3A8)]
    public void Reason_4_a_field_is_not_valid(ulong code, int offset)
    {
        GhcbRequest request = code == GhcbExitCode.Msr ? GhcbRequest.WriteMsr(0x1B, 0xFEE0_0D00) : new(code, 0xFEE0_0080, 4, 0, 0x20);
        byte[] page = GhcbPage.Write(request, Address);
        Assert.Equal(0UL, Reason(page, Guest()));
        page = GhcbPage.Write(request, Address);
        page[0x3F0 + (offset / 64)] ^= (byte)(1 << (offset / 8 % 8));
        Assert.Equal(4UL, Reason(page, Guest()));
    }

    [Theory]
    [InlineData(0x7C, 2, 5)]
    [InlineData(0x8000_001D, 0x3_0061, 5)]
    [InlineData(0x8000_001A, 0, 6)]
    [InlineData(0x8000_0099, 0, 6)]
    public void Reasons_5_and_6_a_value_or_an_exit_is_not_known(ulong code, ulong info1, ulong reason) =>
        Assert.Equal(reason, Reason(GhcbPage.Write(new(code, info1), Address), Guest()));

    [Fact]
    public void A_page_has_4096_bytes()
    {
        Machine machine = Guest();
        Assert.Throws<ArgumentException>(() => machine.Platform().ExitPage(0, 2, new byte[4095]));
    }

    private static Machine Guest()
    {
        Machine machine = Machines.Snp(ApicScope.Shared, 0x1A);
        Assert.Equal(Address | 0x13, machine.ExitByMsr(0, 2, Address | 0x12));
        return machine;
    }

    /// <summary>The reason in information 2, 0 where the page is not malformed.</summary>
    private static ulong Reason(byte[] page, Machine machine)
    {
        machine.Platform().ExitPage(0, 2, page);
        return At(page, 0x398) == GhcbReply.Malformed ? At(page, 0x3A0) : 0;
    }

    private static ulong At(byte[] page, int offset) => BitConverter.ToUInt64(page, offset);
}
