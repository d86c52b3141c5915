using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Searching;

/// <summary>The two machines of a campaign: what they run on, and in which quirks the second is changed.</summary>
internal sealed class CampaignSides
{
    /// <summary>Two.</summary>
    public const int Count = 2;

    private readonly KvmQuirks _off;
    private readonly KvmQuirks _on;

    public CampaignSides(ApicBackend[] backends, KvmQuirks[] off, KvmQuirks[] on) =>
        (Backends, _off, _on) = (backends, off.Aggregate(KvmQuirks.None, (all, one) => all | one), on.Aggregate(KvmQuirks.None, (all, one) => all | one));

    /// <summary>What they run on.</summary>
    public ApicBackend[] Backends { get; }

    /// <summary>Their names: two of one backend are told apart by a number.</summary>
    public string[] Names => [$"{Backends[0]}", Backends[0] == Backends[1] ? $"{Backends[1]}2" : $"{Backends[1]}"];

    /// <summary>In what the second is changed, in words; empty for nothing.</summary>
    public string Changes => $"{(_off == KvmQuirks.None ? "" : $", without {_off}")}{(_on == KvmQuirks.None ? "" : $", with {_on}")}";

    /// <summary>The second machine's quirks, where a script has some.</summary>
    public KvmQuirks Changed(KvmQuirks quirks) => (quirks | _on) & ~_off;
}
