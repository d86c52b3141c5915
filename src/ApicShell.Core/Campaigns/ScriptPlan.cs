using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Campaigns;

/// <summary>What machine a script has, and what it will do to it at all.</summary>
internal sealed class ScriptPlan
{
    // IDs that are near a border of the 8-bit ones, of a cluster, or of what a host usually has; two that share their low byte come only now and then.
    private static readonly uint[] s_oddIds = [1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 17, 31, 32, 33, 63, 64, 77, 100, 127, 128, 239, 240, 254, 255, 256, 272, 511, 1000, 2047, 4095];

    public ScriptPlan(CampaignRandom random)
    {
        int count = random.OneIn(60) ? random.Of(16, 17, 33, 63, 64) : random.Of(1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 8);
        ApicIds = random.OneIn(8) && count <= 8 ? Odd(random, count) : [.. Enumerable.Range(0, count).Select(id => (uint)id)];
        List<string> lines = [ApicIds.SequenceEqual(Enumerable.Range(0, count).Select(id => (uint)id)) ? $"vcpus {count}" : $"vcpuids {string.Join(" ", ApicIds)}"];
        OffersX2Apic = !random.OneIn(10);
        OffersDeadline = !random.OneIn(10);
        Add(lines, random.OneIn(6), "irqchip split");
        HasLongIds = Add(lines, random.OneIn(6), "x2apic_api 1") || Add(lines, random.OneIn(8), "x2apic_api 3");
        Add(lines, !HasLongIds && random.OneIn(8), "x2apic_api 2");
        Add(lines, !OffersX2Apic, "feature x2apic off");
        Add(lines, !OffersDeadline, "feature tscdl off");
        Add(lines, random.OneIn(8), $"quirks_off {random.Of(1, 4, 5)}");
        Bootstrap = random.OneIn(20) ? ApicIds[random.Below(count)] : 0;
        Add(lines, Bootstrap != 0, $"bsp {Bootstrap}");
        Configuration = lines;
        SetsPages = random.OneIn(2);
        X2ApicInTen = random.Of(0, 0, 3, 5, 10);
    }

    public IReadOnlyList<uint> ApicIds { get; }

    public uint Bootstrap { get; }

    public bool OffersX2Apic { get; }

    public bool OffersDeadline { get; }

    public bool HasLongIds { get; }

    /// <summary>Whether the host sets words of pages. That starts a timer again, which then must not have a short count.</summary>
    public bool SetsPages { get; }

    /// <summary>How many of ten vCPUs begin in x2APIC mode.</summary>
    public int X2ApicInTen { get; }

    public IReadOnlyList<string> Configuration { get; }

    private static uint[] Odd(CampaignRandom random, int count)
    {
        List<uint> left = [.. s_oddIds];
        List<uint> ids = random.OneIn(4) ? [] : [0];
        while (ids.Count < count)
        {
            int at = random.Below(left.Count);
            if (random.OneIn(10) || ids.All(id => (byte)id != (byte)left[at]))
            {
                ids.Add(left[at]);
            }

            left.RemoveAt(at);
        }

        return [.. ids];
    }

    private static bool Add(List<string> lines, bool on, string line)
    {
        if (on)
        {
            lines.Add(line);
        }

        return on;
    }
}
