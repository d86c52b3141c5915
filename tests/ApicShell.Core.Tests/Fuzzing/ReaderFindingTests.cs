using System;
using System.Linq;
using System.Text;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests.Fuzzing;

/// <summary>What was found by looking for inputs that break readers, each with what is right.</summary>
public class ReaderFindingTests
{
    private const int FlagsWord = 8;
    private const byte BrokenFlag = 2;

    /// <summary>Around its words a line may have blanks of any kind; shown, it would have had them too.</summary>
    [Theory]
    [InlineData("apic_mem_writel\t0xb0 = 0x0", null)]
    [InlineData("apic_mem_writel 0xb0 = 0x0\u2028", "apic_mem_writel 0xb0 = 0x0 ")]
    [InlineData("apic_mem_writel 0xb0 = 0x0\u0085", "apic_mem_writel 0xb0 = 0x0 ")]
    [InlineData("apic_local_deliver \tvector 0 delivery mode 0", "apic_local_deliver  vector 0 delivery mode 0")]
    public void A_line_of_a_log_is_shown_without_characters_that_cannot_be_seen(string line, string? shown)
    {
        TraceRecord? record = null;
        Exception? refused = Record.Exception(() => record = new QemuTraceParser("log").Parse(line, 1));

        Assert.Equal(shown, record?.Text);
        Assert.True(shown is not null || refused is null or TraceFormatException);
    }

    [Theory]
    [InlineData("apic_register_read register = 0x20")]
    [InlineData("apic_register_write register  = 0x20")]
    [InlineData("apic_mem_readl = 0x20")]
    public void A_line_of_a_log_without_its_register_is_torn(string line) =>
        Assert.Equal(TraceProblem.LineInvalid, Assert.Throws<TraceFormatException>(() => new QemuTraceParser("log").Parse(line, 1)).Problem);

    /// <summary>Its checksums are right, and it says that a state breaks a property which is not among those that were seen.</summary>
    [Fact]
    public void A_file_of_a_search_that_no_search_wrote_is_refused()
    {
        byte[] file = ResumeFileInputs.Seeds[1][1..];
        file[FlagsWord * 8] |= BrokenFlag;
        file[(FlagsWord + 1) * 8] = 1;

        SearchFileException error = Assert.Throws<SearchFileException>(() => ResumeFileInputs.GoOn(ResumeFileInputs.Repaired(file)));

        Assert.Equal(SearchFileProblem.Corrupt, error.Problem);
    }

    [Theory]
    [InlineData("AmdDrawsArrow\n")]
    [InlineData("x\n")]
    [InlineData("phase SEC\nAfterwards\n")]
    [InlineData("phase SEC\nBefore\nraed Id\n")]
    public void Lines_that_are_no_change_of_a_phase_are_refused_as_lines(string text) =>
        Assert.Throws<StepFormatException>(() => DesignKnob.Find("Firmware")!.Read(new ApicDesign(), text));

    /// <summary>A hundred includes of a hundred includes, four times over, in a few kilobytes of text.</summary>
    [Fact]
    public void Boots_whose_includes_multiply_are_refused_before_they_fill_the_memory()
    {
        var text = new StringBuilder("boot B 1 : t\nphase P0 Ovmf : s\nread Id\n");
        foreach (int level in Enumerable.Range(1, 6))
        {
            text.Append($"phase P{level} Ovmf : s\n").Append(string.Concat(Enumerable.Repeat($"include B P{level - 1}\n", 100)));
        }

        StepFormatException error = Assert.Throws<StepFormatException>(() => BootReader.Read(text.ToString(), "file"));

        Assert.Contains("file, phase P3: with what is included there are more than 100000 steps", error.Message);
    }

    [Theory]
    [InlineData("boot B 65536 : t", true)]
    [InlineData("boot B 65537 : t", false)]
    [InlineData("boot B 2147483647 : t", false)]
    [InlineData("boot B\u0007 1 : t", false)]
    [InlineData("boot B 1 : t\u001B[2J", false)]
    [InlineData("boot B 1 : t\nphase P\u202E Ovmf : s", false)]
    public void A_heading_has_a_number_that_a_machine_can_have_and_words_that_can_be_seen(string text, bool isRead)
    {
        Exception? thrown = Record.Exception(() => BootReader.Read(text, "file"));

        Assert.True(isRead ? thrown is null : thrown is StepFormatException, $"{thrown}");
    }
}
