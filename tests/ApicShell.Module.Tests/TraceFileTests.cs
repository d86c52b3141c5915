using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Import-ApicTrace and the files that people really have.</summary>
public sealed class TraceFileTests : ModuleTest
{
    private const string Good = "apic_mem_readl 0x80 = 0x00000010";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_recorded_boot_is_read()
    {
        string trace = SampleFiles.RecordedBoot;

        Assert.Equal(
            ["Svr", "Svr", "LvtTimer", "LvtTimer", "TimerInitial", "LvtTimer", "LvtTimer"],
            Texts("Import-ApicTrace $args[0] -Kind RegisterRead, RegisterWrite -First 7 | ForEach-Object { $_.Register }", trace));
        Assert.Equal([$"{File.ReadLines(trace).Count()}"], Texts("@(Import-ApicTrace $args[0]).Count", trace));
    }

    /// <summary>QEMU util/log.c: the prefix is the thread that wrote the line. APIC_BASE is each vCPU's, so that register 8 is an MSR of the one and memory of the other.</summary>
    [Fact]
    public void Lines_of_several_threads_are_told_apart_and_not_merged_without_a_word()
    {
        string path = _folder.Write("two.log", """
            101@7.1:cpu_set_apic_base 0xfee00d00
            102@7.2:cpu_get_apic_base 0xfee00800
            101@7.3:apic_register_read register 0x08 = 0x20
            102@7.4:apic_register_read register 0x08 = 0x10
            """);

        EngineResult all = Session.Run("Import-ApicTrace $args[0] | ForEach-Object { \"$($_.Thread) $($_.Access)\" }", path);

        Assert.Equal(["101 WRMSR 0x01B = 0xFEE00D00", "102 RDMSR 0x01B", "101 RDMSR 0x808", "102 MMIO read 0x080"], all.Output.Select(line => (string)line.BaseObject));
        Assert.Contains("line 2 is of thread 102, those before of thread 101", Assert.Single(all.Warnings), StringComparison.Ordinal);
        EngineResult one = Session.Run("Import-ApicTrace $args[0] -Thread 102 | ForEach-Object { $_.Line }", path);
        Assert.Equal([2L, 4L], one.Output.Select(line => (long)line.BaseObject));
        Assert.Empty(one.Warnings);
        Assert.Contains("thread 7", Assert.Single(Session.Run("Import-ApicTrace $args[0] -Thread 7", path).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-ApicReplay", 1)]
    [InlineData("Compare-ApicTrace", 1)]
    [InlineData("Where-Object Thread -EQ 101 | Invoke-ApicReplay", 0)]
    public void Events_of_several_threads_on_one_vCPU_are_a_warning(string command, int warnings)
    {
        Run("New-ApicMachine | Out-Null");

        EngineResult result = Run(
            $"$log = '101@7.1:apic_mem_readl 0x80 = 0x0', '102@7.2:apic_mem_readl 0x80 = 0x0', '103@7.3:apic_mem_readl 0x80 = 0x0'; $null = Import-ApicTrace -Text $log -WarningAction Ignore | {command}");

        Assert.Equal(warnings, result.Warnings.Count);
        Assert.All(result.Warnings, warning => Assert.Contains("threads 101 and 102", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_without_threads_says_nothing_of_them()
    {
        EngineResult result = Session.Run("Import-ApicTrace -Text $args[0] | ForEach-Object { \"$($_.Thread)|\" }", Good);

        Assert.Equal(["|"], result.Output.Select(line => (string)line.BaseObject));
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("apic_mem_readl 0x80 =")]
    [InlineData("apic_mem_readl 0x80 = 0x000000zz")]
    [InlineData("apic_mem_readl 0x8")]
    [InlineData("apic_mem_writel")]
    [InlineData("apic_mem_re")]
    [InlineData("cpu_get_apic_base 0x")]
    [InlineData("apic_register_read register 0x0")]
    [InlineData("apic_mem_readl 0x1000 = 0x00000000")]
    [InlineData("apic_register_read register 0x1000000000000008 = 0x0")]
    [InlineData("apic_register_read register 0x100 = 0x0")]
    [InlineData("apic_register_write register 0x08 = 0x10000000000000000")]
    [InlineData("apic_mem_writel 0x80 = 0x100000020")]
    [InlineData("apic_register_write register 0x08 = 0x100000020")]
    public void A_torn_line_is_named_with_its_file_and_number_and_the_rest_is_read(string torn)
    {
        string path = _folder.Write("boot.log", $"{Good}\n{torn}\n{Good}\n");

        EngineResult result = Session.Run("Import-ApicTrace $args[0] | ForEach-Object { $_.Line }", path);

        ErrorRecord error = result.SingleError;
        Assert.StartsWith("TraceLineInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"{path}, line 2:", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(torn, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal([1L, 3L], result.Output.Select(line => (long)line.BaseObject));
    }

    [Fact]
    public void A_last_line_without_its_end_is_read() =>
        Assert.Equal(["16", "16"], Texts("(Import-ApicTrace $args[0]).Value", _folder.Write("boot.log", $"{Good}\n{Good}")));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("Some other log.\nNothing in it is an event.\n")]
    public void A_file_without_events_is_refused_as_empty(string text) =>
        Assert.StartsWith("TraceEmpty,", ErrorOf(_folder.Write("boot.log", text)), StringComparison.Ordinal);

    [Fact]
    public void A_filter_that_nothing_passes_is_no_error() =>
        Assert.Empty(Run("Import-ApicTrace $args[0] -Kind BaseWrite", _folder.Write("boot.log", Good)).Output);

    [Fact]
    public void Other_lines_are_skipped_and_time_stamps_dropped() => Assert.Equal(
        ["2 128 16", "4 240 511", "5 27 4276095232"],
        Texts(
            "Import-ApicTrace $args[0] | ForEach-Object { \"$($_.Line) $($_.Access.Address) $($_.Value)\" }",
            _folder.Write(
                "boot.log",
                $"SeaBIOS\n{Good}\n\n1234@1700000000.123456:apic_mem_writel 0xf0 = 0x000001ff\ncpu_get_apic_base 0x00000000fee00900\n")));

    [Fact]
    public void Lines_of_Windows_are_read_alike() => Assert.Equal(
        ["1 16", "2 16"],
        Texts("Import-ApicTrace $args[0] | ForEach-Object { \"$($_.Line) $($_.Value)\" }", _folder.Write("boot.log", $"{Good}\r\n{Good}\r\n")));

    [Fact]
    public void The_text_of_an_event_has_no_line_end() => Assert.Equal(
        [Good],
        Texts("Import-ApicTrace $args[0] | ForEach-Object { $_.Text }", _folder.Write("boot.log", Good + "\r\n")));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public void A_byte_order_mark_is_no_part_of_the_first_line(string encoding)
    {
        string path = Path.Combine(_folder.Path, "boot.log");
        File.WriteAllText(path, Good + "\n", Encoding.GetEncoding(encoding));

        Assert.Equal(["16"], Texts("Import-ApicTrace $args[0] | ForEach-Object { $_.Value }", path));
    }

    [Fact]
    public void A_binary_file_is_refused()
    {
        string path = Path.Combine(_folder.Path, "boot.log");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 65536).Select(i => (byte)(i * 31))]);

        Assert.StartsWith("TraceNotText,", ErrorOf(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_turns_binary_is_read_up_to_there()
    {
        string path = _folder.Write("boot.log", $"{Good}\n{Good}\n\0\0\0\0{Good}\n");

        EngineResult result = Session.Run("Import-ApicTrace $args[0]", path);

        Assert.Equal(2, result.Output.Count);
        Assert.StartsWith("TraceNotText,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("line 3", result.SingleError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_never_ends_is_refused_at_once()
    {
        string path = Path.Combine(_folder.Path, "boot.log");
        using (StreamWriter writer = new(path))
        {
            writer.WriteLine(Good);
            string part = new('a', 1 << 20);
            for (int i = 0; i < 64; i++)
            {
                writer.Write(part);
            }
        }

        EngineResult result = Timed(path);

        Assert.Single(result.Output);
        Assert.StartsWith("TraceLineTooLong,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("line 2", result.SingleError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_of_zeros_is_refused_at_once()
    {
        string path = Path.Combine(_folder.Path, "boot.log");
        using (FileStream file = File.Create(path))
        {
            // Sparse: it takes no room on the disk.
            file.SetLength(200L << 20);
        }

        Assert.StartsWith("TraceNotText,", Timed(path).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void First_stops_the_reading_and_does_not_look_at_what_follows() => Assert.Equal(
        ["1", "2"],
        Texts("(Import-ApicTrace $args[0] -First 2).Line", _folder.Write("boot.log", $"{Good}\n{Good}\napic_mem_readl\n\0\0\0\n")));

    [Fact]
    public void First_counts_over_all_files_and_after_the_filter()
    {
        string path = _folder.Write("boot.log", $"cpu_get_apic_base 0x00000000fee00900\n{Good}\n");

        Assert.Equal(
            ["2", "2", "2"],
            Texts("$args[0], $args[0], $args[0], $args[0] | Import-ApicTrace -Kind RegisterRead -First 3 | ForEach-Object { $_.Line }", path));
    }

    [Fact]
    public void A_wildcard_takes_every_file_that_it_matches()
    {
        _folder.Write("a1.log", Good);
        _folder.Write("a2.log", Good);
        _folder.Write("b.log", Good);

        Assert.Equal(
            ["a1.log", "a2.log"],
            Texts("(Import-ApicTrace $args[0]).Path", Path.Combine(_folder.Path, "a*.log")).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_literal_path_may_have_brackets()
    {
        string path = _folder.Write("boot[1].log", Good);

        Assert.Equal([path], Texts("Import-ApicTrace -LiteralPath $args[0] | ForEach-Object { $_.Path }", path));
        Assert.Empty(Session.Run("Import-ApicTrace $args[0]", path).Output);
    }

    [Fact]
    public void A_wildcard_in_a_literal_path_means_itself()
    {
        _folder.Write("a1.log", Good);
        string path = Path.Combine(_folder.Path, "a*.log");

        ErrorRecord error = Session.Run("Import-ApicTrace -LiteralPath $args[0]", path).SingleError;

        Assert.StartsWith("TraceNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(path, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_among_others_costs_the_others_nothing()
    {
        string path = _folder.Write("boot.log", Good);

        EngineResult result = Session.Run("Import-ApicTrace $args[0], $args[1], $args[0]", path, Path.Combine(_folder.Path, "nope.log"));

        Assert.Equal(2, result.Output.Count);
        Assert.StartsWith("TraceNotFound,", result.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_is_relative_to_the_session()
    {
        _folder.Write("logs/boot.log", Good);
        Run("$null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", _folder.Path);

        Assert.Equal(["16"], Texts("(Import-ApicTrace ./logs/boot.log).Value"));
        Assert.Equal(["16"], Texts("(Import-ApicTrace -LiteralPath logs/boot.log).Value"));
    }

    [Fact]
    public void Files_bind_from_the_pipeline_as_text_and_as_what_lists_files_gives()
    {
        string path = _folder.Write("boot[1].log", Good);

        // What Get-Item gives; the engine alone does not have it.
        Run("$item = $ExecutionContext.SessionState.InvokeProvider.Item.Get([WildcardPattern]::Escape($args[0]))", path);

        Assert.Equal(["16"], Texts("($args[0].Replace('[1]', '*') | Import-ApicTrace).Value", path));
        Assert.Equal(["16"], Texts("([pscustomobject] @{ PSPath = $args[0] } | Import-ApicTrace).Value", path));
        Assert.Equal(["16"], Texts("([System.IO.FileInfo]::new($args[0]) | Import-ApicTrace).Value", path));
        Assert.Equal(["16"], Texts("($item | Import-ApicTrace).Value"));
    }

    [Fact]
    public void Text_is_read_like_a_file() => Assert.Equal(
        ["1 16", "2 16", "3 16"],
        Texts($"Import-ApicTrace -Text \"{Good}`r`n{Good}\", '{Good}' | ForEach-Object {{ \"$($_.Line) $($_.Value)\" }}"));

    [Fact]
    public void A_file_that_another_program_still_writes_can_be_read()
    {
        string path = _folder.Write("boot.log", Good + "\n");
        using FileStream writer = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);

        Assert.Equal(["16"], Texts("Import-ApicTrace $args[0] | ForEach-Object { $_.Value }", path));
    }

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    private string ErrorOf(string path)
    {
        EngineResult result = Session.Run("Import-ApicTrace $args[0]", path);
        Assert.Empty(result.Output);
        Assert.Contains(path, result.SingleError.Exception.Message, StringComparison.Ordinal);
        return result.SingleError.FullyQualifiedErrorId;
    }

    // Loose: a look at the first few pages is enough, and takes milliseconds.
    private EngineResult Timed(string path)
    {
        long start = Stopwatch.GetTimestamp();
        EngineResult result = Session.Run("Import-ApicTrace $args[0]", path);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        return result;
    }
}
