using System;
using System.Linq;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

public class BootReaderTests
{
    private const string Good = "boot Mine 2 after OvmfSmall : a boot of one's own\nphase SEC Ovmf : by hand   \n  read Id  # comment\n# comment\n\n  include Mine PEI\nphase PEI Linux of SEC : by hand\n  aps: mode X2Apic";

    [Fact]
    public void A_boot_is_read_with_all_that_its_text_says()
    {
        ApicBoot boot = Assert.Single(BootReader.Read(Good, "text"));

        Assert.Equal(("Mine", 2, "OvmfSmall", "a boot of one's own"), (boot.Name, boot.VcpuCount, boot.After, boot.Title));
        Assert.Equal([("SEC", GuestLibrary.Ovmf, null), ("PEI", GuestLibrary.Linux, "SEC")], boot.Phases.Select(phase => (phase.Name, phase.Library, phase.CodeOf)));
        Assert.Equal(["read Id", "aps: mode X2Apic"], boot.Phases[0].Steps.Select(step => step.ToString()));
        Assert.Equal("by hand", boot.Phases[0].Source);
    }

    [Fact]
    public void Phases_of_boots_that_are_known_can_be_included()
    {
        ApicBoot boot = Assert.Single(BootReader.Read("boot Mine 1 : t\nphase A Ovmf : s\ninclude OvmfSmall SEC", "text", BootCatalogue.All));

        Assert.Equal(BootCatalogue.Find("OvmfSmall")!.Phases[0].Steps, boot.Phases[0].Steps);
        Assert.Equal(boot.Phases[0].Steps, BootReader.Included(" include OvmfSmall SEC # all of it", BootCatalogue.All));
        Assert.Null(BootReader.Included("read Id", BootCatalogue.All));
        Assert.Throws<StepFormatException>(() => BootReader.Included("include OvmfSmall SECC", BootCatalogue.All));
    }

    [Theory]
    [InlineData("boot Mine : t", "line 1", "no heading of a boot")]
    [InlineData("boot Mine 0 : t", "line 1", "no heading of a boot")]
    [InlineData("boot Mine two : t", "line 1", "no heading of a boot")]
    [InlineData("boot Mine 1 before Other : t", "line 1", "boot NAME VCPUS [after NAME] : TITLE")]
    [InlineData("boot Mine 1", "line 1", "lacks a colon")]
    [InlineData("phase SEC Ovmf : s", "line 1", "below a boot")]
    [InlineData("boot Mine 1 : t\nphase SEC Ovfm : s", "line 2", "Libraries are Ovmf, Linux, XApic, X2Apic")]
    [InlineData("boot Mine 1 : t\nphase SEC : s", "line 2", "no heading of a phase")]
    [InlineData("boot Mine 1 : t\nread Id", "line 2", "stands below no phase")]
    [InlineData("read Id", "line 1", "stands below no phase")]
    [InlineData("boot Mine 1 : t\nphase SEC Ovmf : s\n\nraed Id", "line 4", "\"raed\" is no verb")]
    [InlineData("boot Mine 1 : t\nphase SEC Ovmf : s\ninclude Mine PEI", "phase SEC", "names no phase")]
    [InlineData("boot Mine 1 : t\nphase SEC Ovmf : s\ninclude Mine", "phase SEC", "include BOOT PHASE")]
    [InlineData("boot Mine 1 : t\nphase SEC Ovmf : s\ninclude Mine SEC", "phase SEC", "includes itself")]
    [InlineData("boot Mine 1 : t\nphase A Ovmf : s\ninclude Mine B\nphase B Ovmf : s\ninclude Mine A", "phase A", "includes itself")]
    public void A_line_that_is_wrong_is_named_with_what_is_allowed(string text, string where, string says)
    {
        StepFormatException error = Assert.Throws<StepFormatException>(() => BootReader.Read(text, "my.txt"));

        Assert.StartsWith("my.txt, ", error.Message, StringComparison.Ordinal);
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Text.Trim(), text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_ends_where_a_boot_comes_after_none()
    {
        ApicBoot mine = BootReader.Read(Good, "text")[0];

        Assert.Equal(["OvmfSmall", "Mine"], BootCatalogue.Chain(mine).Select(boot => boot.Name));
        Assert.Equal(["OvmfSmall", "Mine", "Last"], BootCatalogue.Chain(new("Last", "", 1, "Mine", []) { Previous = mine }).Select(boot => boot.Name));
        Assert.Throws<ArgumentException>(() => BootCatalogue.Chain(mine with { After = "Nothing" }));
    }
}
