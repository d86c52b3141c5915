using System;
using System.Collections.Generic;
using System.Globalization;
using ApicShell.Architecture;

namespace ApicShell.Tracing;

/// <summary>
/// Understands the APIC events of QEMU's log trace backend (hw/intc/trace-events): apic_mem_readl and apic_mem_writel of QEMU up to 8,
/// apic_register_read and apic_register_write of QEMU 9, cpu_get_apic_base and cpu_set_apic_base, apic_deliver_irq and
/// apic_local_deliver; each with or without the prefix that <c>-msg timestamp=on</c> writes, which names the thread. Other lines are no events.
/// </summary>
public sealed class QemuTraceParser
{
    /// <summary>A name of four letters may be any word: <c>apic</c> and <c>cpu_</c> are.</summary>
    private const int ShortestTorn = 5;

    private const long NoThread = -1;

    private static readonly string[] s_names =
    [
        "apic_mem_readl", "apic_mem_writel", "apic_register_read", "apic_register_write", "cpu_get_apic_base", "cpu_set_apic_base",
        "apic_deliver_irq", "apic_local_deliver",
    ];

    // What follows the name of an interrupt's event, word by word; # is a number.
    private static readonly string[] s_delivered = "dest # dest_mode # delivery_mode # vector # trigger_mode #".Split(' ');
    private static readonly string[] s_localDelivered = "vector # delivery mode #".Split(' ');

    private readonly string _path;

    // APIC_BASE is each vCPU's own: EXTD is remembered by thread, -1 where the log names none.
    private readonly HashSet<long> _x2Apic = [];

    /// <summary>Makes a parser for one trace.</summary>
    /// <param name="path">The file it comes from; empty for text.</param>
    public QemuTraceParser(string path) => _path = path;

    /// <summary>The event of a line, or null where it is none of the APIC's.</summary>
    /// <exception cref="TraceFormatException">The line starts like an event and does not go on like one.</exception>
    public TraceRecord? Parse(string line, long number)
    {
        string text = WithoutTimestamp(line, out long? thread);
        int space = text.IndexOf(' ');
        string name = space < 0 ? text : text.Substring(0, space);
        string rest = space < 0 ? "" : text.Substring(space + 1).Trim();
        switch (name)
        {
            case "apic_mem_readl":
                return Register(line, number, thread, rest, isWrite: false, scale: 0, prefix: "");
            case "apic_mem_writel":
                return Register(line, number, thread, rest, isWrite: true, scale: 0, prefix: "");
            case "apic_register_read":
                return Register(line, number, thread, rest, isWrite: false, scale: 4, prefix: "register ");
            case "apic_register_write":
                return Register(line, number, thread, rest, isWrite: true, scale: 4, prefix: "register ");
            case "cpu_get_apic_base":
                return Base(line, number, thread, rest, isWrite: false);
            case "cpu_set_apic_base":
                return Base(line, number, thread, rest, isWrite: true);
            case "apic_deliver_irq":
                return Interrupt(line, number, thread, rest, s_delivered);
            case "apic_local_deliver":
                return Interrupt(line, number, thread, rest, s_localDelivered);
            default:
                return IsTorn(name) ? throw Torn(number, line) : null;
        }
    }

    private TraceRecord Register(string line, long number, long? thread, string rest, bool isWrite, int scale, string prefix)
    {
        int equals = rest.IndexOf(" = ", StringComparison.Ordinal);
        if (equals < prefix.Length || !rest.StartsWith(prefix, StringComparison.Ordinal)
            || !TryHex(rest.Substring(prefix.Length, equals - prefix.Length), out ulong place)
            || !TryHex(rest.Substring(equals + 3), out ulong value)
            || place > 0xFFFu >> scale)
        {
            throw Torn(number, line);
        }

        uint offset = (uint)place << scale;
        bool asMsr = scale != 0 && _x2Apic.Contains(thread ?? NoThread);
        if (!asMsr && value > uint.MaxValue)
        {
            throw new TraceFormatException(
                TraceProblem.LineInvalid, number, $"\"{line}\" has a value of more than 32 bits, and an access by memory has 32; is it edited?");
        }

        var access = Access.At(asMsr, isWrite, offset, value);
        return new(_path, number, isWrite ? TraceRecordKind.RegisterWrite : TraceRecordKind.RegisterRead, access, value, line, thread);
    }

    /// <summary>An interrupt, of which the log says less than a machine could use: the line has to be whole all the same.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">Its number.</param>
    /// <param name="thread">Who wrote it.</param>
    /// <param name="rest">The line without the event's name.</param>
    /// <param name="expected">What it has to be.</param>
    private TraceRecord Interrupt(string line, long number, long? thread, string rest, string[] expected)
    {
        string[] words = rest.Split(' ');
        bool isWhole = words.Length == expected.Length;
        for (int i = 0; isWhole && i < words.Length; i++)
        {
            isWhole = expected[i] == "#" ? uint.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out _) : words[i] == expected[i];
        }

        return isWhole ? new(_path, number, TraceRecordKind.Interrupt, null, 0, line, thread) : throw Torn(number, line);
    }

    private TraceRecord Base(string line, long number, long? thread, string rest, bool isWrite)
    {
        if (!TryHex(rest, out ulong value))
        {
            throw Torn(number, line);
        }

        if (new ApicBase(value).Mode == ApicMode.X2Apic)
        {
            _x2Apic.Add(thread ?? NoThread);
        }
        else
        {
            _x2Apic.Remove(thread ?? NoThread);
        }

        return isWrite
            ? new(_path, number, TraceRecordKind.BaseWrite, Access.WriteMsr(ApicMsr.ApicBase, value), value, line, thread)
            : new(_path, number, TraceRecordKind.BaseRead, Access.ReadMsr(ApicMsr.ApicBase), value, line, thread);
    }

    /// <summary>Drops a leading <c>THREAD@SECONDS.MICROSECONDS:</c>.</summary>
    private static string WithoutTimestamp(string line, out long? thread)
    {
        int at = line.IndexOf('@');
        int colon = at > 0 ? line.IndexOf(':', at) : -1;
        bool has = colon > 0 && IsDigits(line, 0, at);
        thread = has && long.TryParse(line.Substring(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
        return has ? line.Substring(colon + 1) : line;
    }

    private static bool IsDigits(string text, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (text[i] is < '0' or > '9')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a name is cut off, or not known and of the APIC: the beginning of an event's that no other word has, or one of the two families
    /// of which this knows all.
    /// </summary>
    private static bool IsTorn(string name) =>
        name.StartsWith("apic_mem_", StringComparison.Ordinal) || name.StartsWith("apic_register_", StringComparison.Ordinal)
        || (name.Length >= ShortestTorn && Array.Exists(s_names, known => known.StartsWith(name, StringComparison.Ordinal)));

    private static bool TryHex(string text, out ulong value) =>
        ulong.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text.Substring(2) : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static TraceFormatException Torn(long number, string line) =>
        new(TraceProblem.LineInvalid, number, $"\"{line}\" starts like an APIC event of QEMU and does not go on like one; is it torn?");
}
