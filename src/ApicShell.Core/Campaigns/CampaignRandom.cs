namespace ApicShell.Campaigns;

/// <summary>
/// The numbers that a campaign's scripts are made of: SplitMix64 (Steele, Lea and Flood, 2014). It starts from a mix of the seed and the script's number, and so
/// a script is the same in every build, on every machine, and whatever was made before it.
/// </summary>
internal sealed class CampaignRandom
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    /// <summary>The numbers of one script.</summary>
    public CampaignRandom(ulong seed, long number) => _state = Mix(Mix(seed + Step) + ((ulong)number * Step));

    /// <summary>64 bits.</summary>
    public ulong Next() => Mix(_state += Step);

    /// <summary>A number from 0 to one less than the bound.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (uint)bound) >> 32);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>One of some things.</summary>
    public T Of<T>(params T[] things) => things[Below(things.Length)];

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
