using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Tracing;
using Xunit;

namespace ApicShell.Tests;

[Collection(MeasuredAlone.Name)]
public class TracingTests
{
    private static readonly QemuTraceParser s_parser = new("");

    [Theory]
    [InlineData("apic_mem_readl 0xf0 = 0x000000ff", TraceRecordKind.RegisterRead, ApicRegister.Svr, 0xFFUL)]
    [InlineData("apic_mem_writel 0x380 = 0xffffffff", TraceRecordKind.RegisterWrite, ApicRegister.TimerInitial, 0xFFFFFFFFUL)]
    [InlineData("4711@1699999999.123456:apic_mem_readl 0x20 = 0x00000000", TraceRecordKind.RegisterRead, ApicRegister.Id, 0UL)]
    [InlineData("apic_register_read register 0x0f = 0xff", TraceRecordKind.RegisterRead, ApicRegister.Svr, 0xFFUL)]
    [InlineData("apic_register_write register 0x32 = 0x20005", TraceRecordKind.RegisterWrite, ApicRegister.LvtTimer, 0x20005UL)]
    [InlineData("cpu_get_apic_base 0x00000000fee00900", TraceRecordKind.BaseRead, ApicRegister.ApicBase, 0xFEE00900UL)]
    [InlineData("cpu_set_apic_base 00000000fee00d00", TraceRecordKind.BaseWrite, ApicRegister.ApicBase, 0xFEE00D00UL)]
    [InlineData("apic_local_deliver vector 3 delivery mode 0", TraceRecordKind.Interrupt, ApicRegister.None, 0UL)]
    [InlineData("apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vector 0 trigger_mode 0", TraceRecordKind.Interrupt, ApicRegister.None, 0UL)]
    public void Events_of_qemu_are_understood(string line, TraceRecordKind kind, ApicRegister register, ulong value)
    {
        TraceRecord? record = new QemuTraceParser("").Parse(line, 7);
        Assert.NotNull(record);
        Assert.Equal((kind, register, value, 7L), (record.Kind, record.Register, record.Value, record.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("memory_region_ops_read cpu 0 mr 0x55 addr 0xfee00020 value 0x0 size 4")]
    [InlineData("qemu-system-x86_64: warning: something")]
    [InlineData("user@host: hello")]
    [InlineData("apic")]
    [InlineData("cpu_")]
    [InlineData("cpu_x")]
    [InlineData("apic_report_irq_delivered coalescing 0")]
    [InlineData("apic_reset_irq_delivered old coalescing 0")]
    [InlineData("apic_get_irq_delivered returning coalescing 0")]
    [InlineData("cpu_get_apic_bases 0x0")]
    public void Other_lines_are_no_events(string line) => Assert.Null(s_parser.Parse(line, 1));

    [Theory]
    [InlineData("apic_mem_readl 0xf0 = ")]
    [InlineData("apic_mem_readl 0xf0")]
    [InlineData("apic_mem_readl")]
    [InlineData("apic_mem_wri")]
    [InlineData("apic_mem_writel 0xf0 = 0xzz")]
    [InlineData("apic_mem_writel 0x1f000 = 0x0")]
    [InlineData("apic_register_read 0x0f = 0xff")]
    [InlineData("cpu_get_apic_base")]
    [InlineData("cpu_get_apic_base 0x1122334455667788990")]
    [InlineData("apic_mem_x 0xf0 = 0xff")]
    [InlineData("apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vect")]
    [InlineData("apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vector 0 trigger_mode x")]
    [InlineData("apic_local_deliver vector 3 delivery")]
    [InlineData("apic_register_read register 0x1000000000000008 = 0x0")]
    [InlineData("apic_register_read register 0x100 = 0x0")]
    [InlineData("apic_register_x")]
    public void A_torn_event_is_refused_with_its_line(string line)
    {
        TraceFormatException error = Assert.Throws<TraceFormatException>(() => s_parser.Parse(line, 42));
        Assert.Equal((TraceProblem.LineInvalid, 42L), (error.Problem, error.Line));
    }

    [Theory]
    [InlineData("apic_mem_readl")]
    [InlineData("apic_mem_writel")]
    [InlineData("apic_register_read")]
    [InlineData("apic_register_write")]
    [InlineData("cpu_get_apic_base")]
    [InlineData("cpu_set_apic_base")]
    [InlineData("apic_deliver_irq")]
    [InlineData("apic_local_deliver")]
    public void A_name_that_is_cut_off_anywhere_is_torn(string name)
    {
        // Of four letters it may be any word: "apic" and "cpu_" are no events.
        for (int length = 5; length < name.Length; length++)
        {
            string torn = name[..length];
            Assert.Throws<TraceFormatException>(() => s_parser.Parse(torn, 1));
            Assert.Throws<TraceFormatException>(() => s_parser.Parse($"4711@1699999999.123456:{torn}", 1));
        }

        Assert.Null(s_parser.Parse(name[..4], 1));
    }

    [Fact]
    public void A_register_event_after_entering_x2apic_mode_is_an_msr_access()
    {
        var parser = new QemuTraceParser("");
        parser.Parse("cpu_set_apic_base 0xfee00d00", 1);
        Assert.Equal(Access.WriteMsr(0x80F, 0x1FF), parser.Parse("apic_register_write register 0x0f = 0x1ff", 2)!.Access);
    }

    [Fact]
    public void Lines_end_with_or_without_a_carriage_return_and_the_last_may_lack_its_end()
    {
        Assert.Equal(["a", "b", "", "c"], Lines("a\r\nb\n\nc"));
        Assert.Equal(["a"], Lines("a\n"));
        Assert.Empty(Lines(""));
    }

    [Fact]
    public void A_line_across_the_buffer_is_whole()
    {
        string text = string.Concat(Enumerable.Range(0, 9000).Select(i => $"line {i}\n"));
        Assert.Equal(Enumerable.Range(0, 9000).Select(i => $"line {i}"), Lines(text));
    }

    [Theory]
    [InlineData("ok\n\0\0\0", TraceProblem.NotText, 2)]
    [InlineData("\u001b[0m\n", TraceProblem.NotText, 1)]
    [InlineData("ok\nok\n\uFFFD\uFFFD", TraceProblem.NotText, 3)]
    public void What_is_no_text_is_refused_with_its_line(string text, TraceProblem problem, long line)
    {
        TraceFormatException error = Assert.Throws<TraceFormatException>(() => Lines(text));
        Assert.Equal((problem, line), (error.Problem, error.Line));
    }

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_memory()
    {
        using var reader = new TraceLineReader(new Endless('x', 2_000_000_000));
        TraceFormatException error = Assert.Throws<TraceFormatException>(reader.ReadLine);
        Assert.Equal((TraceProblem.LineTooLong, 1L), (error.Problem, error.Line));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_trace_of_a_hundred_megabytes_is_read_in_steady_memory()
    {
        // Four million lines of 32 characters that come from nowhere; what is kept must stay small.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var reader = new TraceLineReader(new Endless("apic_mem_readl 0xf0 = 0x000000f\n", 128_000_000));
        var parser = new QemuTraceParser("");
        long events = 0;
        while (reader.ReadLine() is { } line)
        {
            events += (events & 0xFFF) != 0 || parser.Parse(line, reader.Line) is not null ? 1 : 0;
        }

        Assert.Equal(4_000_000, events);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }

    [Fact]
    public void The_ring_keeps_the_newest_and_counts_the_lost()
    {
        var ring = new TraceRing(capacity: 100);
        for (int i = 0; i < 250; i++)
        {
            ring.OnAnswer(i + 1, MachineCommand.ReadMsr(0, 0x800u + (uint)(i & 0xFF)), default);
        }

        Assert.Equal((100, 150L), (ring.Count, ring.Lost));
        Assert.Equal(Enumerable.Range(151, 100).Select(i => (long)i), Enumerable.Range(0, 100).Select(i => ring[i].Number));
        ring.Clear();
        Assert.Equal((0, 0L), (ring.Count, ring.Lost));
        ring.OnAnswer(251, MachineCommand.ReadMsr(0, 0x800), default);
        Assert.Equal(251, ring[0].Number);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring[1]);
    }

    [Fact]
    public void Hops_carry_the_number_of_the_access_they_belong_to()
    {
        Machine machine = Machines.Snp();
        var ring = new TraceRing();
        machine.Observer = ring;
        machine.Execute(0, Access.ReadMmio(0x030));
        machine.Execute(0, Access.ReadMsr(0x1B));
        Assert.Equal([(1L, true), (1L, false), (2L, true), (2L, false)], Enumerable.Range(0, 4).Select(i => (ring[i].AccessNumber, ring[i].Hop is not null)));
    }

    [Fact]
    public void A_guest_believes_what_it_last_read_or_wrote()
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 1);
        var views = new GuestViews();
        machine.Observer = views;
        Assert.Null(views[1, ApicRegister.Tpr]);
        machine.Execute(1, Access.WriteMmio(0x080, 0x120));
        Assert.Equal(0x120UL, views[1, ApicRegister.Tpr]);
        machine.Execute(1, Access.ReadMmio(0x080));
        Assert.Equal(0x20UL, views[1, ApicRegister.Tpr]);
        machine.Execute(1, Access.ReadMsr(0x808));
        Assert.Equal(0x20UL, views[1, ApicRegister.Tpr]);
        machine.Execute(1, Access.WriteMsr(0x1B, 0xFEE00C00, AccessOrigin.Host));
        Assert.Null(views[1, ApicRegister.ApicBase]);
        Assert.Null(views[0, ApicRegister.Tpr]);
        views.Forget(1);
        Assert.Null(views[1, ApicRegister.Tpr]);
    }

    private static List<string> Lines(string text)
    {
        using var reader = new TraceLineReader(new StringReader(text));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>A text repeated until so many characters were read.</summary>
    private sealed class Endless : TextReader
    {
        private readonly string _text;
        private long _left;
        private int _position;

        public Endless(char letter, long length)
            : this(new string(letter, 1024), length)
        {
        }

        public Endless(string text, long length) => (_text, _left) = (text, length);

        public override int Read(char[] buffer, int index, int count)
        {
            int given = (int)Math.Min(count, _left);
            for (int i = 0; i < given; i++)
            {
                buffer[index + i] = _text[_position];
                _position = _position + 1 == _text.Length ? 0 : _position + 1;
            }

            _left -= given;
            return given;
        }
    }
}
