using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>What a script says, read without running it. It may have operations of the recorder that <see cref="ScriptGrammar"/> lacks.</summary>
public sealed class ScriptText
{
    internal const uint LvtTimer = 0x320;

    /// <summary>Reads a script.</summary>
    /// <param name="operations">Its lines.</param>
    public ScriptText(IEnumerable<string> operations)
    {
        Operations = [.. operations.Select(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)];
        Writes = [.. FindWrites()];
    }

    /// <summary>The words of each operation.</summary>
    public IReadOnlyList<string[]> Operations { get; }

    /// <summary>All writes of registers, whoever writes.</summary>
    internal IReadOnlyList<Write> Writes { get; }

    /// <summary>Whether the last vCPU of a machine, the one that KVM leaves out of its map, has the 8-bit ID of another.</summary>
    internal bool LastVcpuIsAlias
    {
        get
        {
            List<ulong> ids = [0];
            bool found = false;
            foreach (string[] words in Operations)
            {
                ids = words[0] switch
                {
                    "reset" => [0],
                    "vcpus" => [.. Enumerable.Range(0, (int)Number(words[1])).Select(id => (ulong)id)],
                    "vcpuids" => [.. words.Skip(1).Select(Number)],
                    "addvcpu" => [.. ids, Number(words[1])],
                    _ => ids,
                };
                found |= ids.Take(ids.Count - 1).Any(id => (byte)id == (byte)ids[ids.Count - 1]);
            }

            return found;
        }
    }

    internal bool CrossesPageEnd => Operations.Any(words =>
    {
        bool isWrite = words[0] is "mmiow" or "memw";
        int sizeAt = isWrite ? 4 : 3;
        return (isWrite || words[0] is "mmior" or "memr")
            && (Number(words[2]) & 0xFFF) + (words.Length > sizeAt ? Number(words[sizeAt]) : 4) > 0x1000;
    });

    /// <summary>Whether a timer counts on a vCPU with its interrupt let through, and something else comes and time passes meanwhile.</summary>
    internal bool MeetsTimer => Writes.Any(write =>
        write.Offset == 0x380 && write.Value != 0 && (write.LvtTimerBefore & LvtEntry.MaskBit) == 0 && ComesAndWaits(Operations.Skip(write.At + 1)));

    internal static DeliveryMode ModeOf(ulong low) => InterruptMessage.OfIcr((uint)low, 0).Mode;

    internal bool Has(params string[] start) => Operations.Any(words => words.Take(start.Length).SequenceEqual(start));

    /// <summary>Which operation is the first to send a message of a mode, by ICR or MSI.</summary>
    internal int? FirstMessage(DeliveryMode mode)
    {
        int[] sends = [.. Enumerable.Range(0, Operations.Count).Where(i => Operations[i][0] == "msi" && ModeOf(Number(Operations[i][2])) == mode)
            .Concat(Writes.Where(write => write.Offset == 0x300 && ModeOf(write.Value) == mode).Select(write => write.At))];
        return sends.Length == 0 ? null : sends.Min();
    }

    /// <summary>Which write is the first of a kind, as an index into <see cref="Writes"/>.</summary>
    internal int? FirstWrite(Predicate<Write> isWanted) => Enumerable.Range(0, Writes.Count).Where(i => isWanted(Writes[i])).Select(i => (int?)i).FirstOrDefault();

    private static ulong Number(string word) => ScriptOperand.TryNumber(word, out ulong number) ? number : 0;

    private static bool ComesAndWaits(IEnumerable<string[]> operations) =>
        operations.SkipWhile(words => words[0] is not ("msi" or "nmi" or "wrmsr" or "mmiow")).Any(words => words[0] is "wait" or "hlt" or "spin");

    private IEnumerable<Write> FindWrites()
    {
        const ulong Unwritten = LvtEntry.MaskBit;
        Dictionary<ulong, ulong> lvtTimers = [];
        for (int i = 0; i < Operations.Count; i++)
        {
            string[] words = Operations[i];
            if (words[0] == "reset")
            {
                lvtTimers.Clear();
            }

            foreach ((uint offset, ulong value) in WrittenBy(words))
            {
                ulong vcpu = Number(words[1]);
                yield return new(i, offset, value, words[0] is "hlapic" or "hpage", lvtTimers.TryGetValue(vcpu, out ulong before) ? before : Unwritten);
                if (offset == LvtTimer)
                {
                    lvtTimers[vcpu] = value;
                }
            }
        }
    }

    private static IEnumerable<(uint Offset, ulong Value)> WrittenBy(string[] words)
    {
        switch (words[0])
        {
            case "wrmsr" or "hwrmsr" when Number(words[2]) is >= 0x800 and < 0x900:
                return [((uint)(Number(words[2]) - 0x800) << 4, Number(words[3]))];
            case "mmiow" or "memw":
                return [((uint)Number(words[2]) & 0xFFF, Number(words[3]))];
            case "hlapic":
                return [((uint)Number(words[2]) & 0x3FC, Number(words[3]))];
            case "hpage":
                return Enumerable.Range(1, (words.Length - 2) / 2).Select(pair => ((uint)Number(words[2 * pair]) & 0x3FC, Number(words[(2 * pair) + 1])));
            default:
                return [];
        }
    }

    /// <summary>One write of a register.</summary>
    /// <param name="At">Which operation it is.</param>
    /// <param name="Offset">The register's offset in the page.</param>
    /// <param name="Value">What was written.</param>
    /// <param name="IsPage">Whether the host did, by KVM_SET_LAPIC.</param>
    /// <param name="LvtTimerBefore">What was last written to the timer's entry of the same vCPU.</param>
    internal readonly record struct Write(int At, uint Offset, ulong Value, bool IsPage, ulong LvtTimerBefore);
}
