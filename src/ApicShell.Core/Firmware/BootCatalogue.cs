using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace ApicShell.Firmware;

/// <summary>The boots that come with the emulator: <c>Boots/Boots.txt</c>, which has them in the language of <see cref="StepGrammar"/>.</summary>
public static class BootCatalogue
{
    private const string PartsSuffix = "Parts";
    /// <summary>The most boots that run one after the other.</summary>
    public const int LongestChain = 64;

    private static readonly Lazy<ApicBoot[]> s_boots = new(() => BootReader.Read(Text(), "Boots.txt"));

    /// <summary>Every boot.</summary>
    public static IReadOnlyList<ApicBoot> All { get; } = [.. s_boots.Value.Where(boot => !boot.Name.EndsWith(PartsSuffix, StringComparison.Ordinal))];

    /// <summary>The boot of a name, whatever its case; null for none.</summary>
    public static ApicBoot? Find(string name) => All.FirstOrDefault(boot => string.Equals(boot.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A phase that conditions of a comparison add to a boot.</summary>
    internal static BootPhase Part(string phase) =>
        s_boots.Value.Where(boot => boot.Name.EndsWith(PartsSuffix, StringComparison.Ordinal)).SelectMany(boot => boot.Phases).First(one => one.Name == phase);

    /// <summary>Whether what comes before a boot is there and has an end.</summary>
    public static bool HasChain(ApicBoot boot)
    {
        int count = 1;
        for (ApicBoot? one = boot; one?.After is { } name; one = one.Previous ?? Find(name))
        {
            if (++count > LongestChain)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A boot with those that come before it, in order.</summary>
    public static IReadOnlyList<ApicBoot> Chain(ApicBoot boot)
    {
        var chain = new List<ApicBoot> { boot };
        while (chain[0].After is { } name)
        {
            chain.Insert(0, chain[0].Previous ?? Find(name) ?? throw new ArgumentException($"Boot {chain[0].Name} comes after {name}, which is no boot.", nameof(boot)));
            if (chain.Count > LongestChain)
            {
                throw new ArgumentException($"Boot {boot.Name} comes after itself.", nameof(boot));
            }
        }

        return chain;
    }

    private static string Text()
    {
        using Stream stream = typeof(BootCatalogue).GetTypeInfo().Assembly.GetManifestResourceStream("ApicShell.Firmware.Boots.Boots.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
