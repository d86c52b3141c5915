using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Searching;

/// <summary>What runs before a search begins: a boot with those that come before it, up to a phase.</summary>
internal static class SearchBoots
{
    internal const string Usual = "OvmfSmall";

    /// <summary>The boots; none where neither a boot nor a phase is named.</summary>
    /// <exception cref="ApicException">There is no such boot, or it has no such phase.</exception>
    public static IReadOnlyList<Firmware.ApicBoot> Of(RunspaceState state, BootArgument? boot, string? phase)
    {
        if (boot is null && phase is null)
        {
            return [];
        }

        IReadOnlyList<Firmware.ApicBoot> chain = BootCatalogue.Chain(One(state, boot ?? new(Usual)));
        Firmware.ApicBoot last = chain[chain.Count - 1];
        return [.. chain.Take(chain.Count - 1), phase is null ? last : UpTo(last, phase)];
    }

    private static Firmware.ApicBoot One(RunspaceState state, BootArgument boot)
    {
        IReadOnlyList<ApicBoot> found = boot.Resolve(state);
        return found.Count == 1 ? found[0].Core : throw ApicErrors.BootNotFound(boot.ToString(), []);
    }

    private static Firmware.ApicBoot UpTo(Firmware.ApicBoot boot, string phase)
    {
        int at = boot.Phases.ToList().FindIndex(one => string.Equals(one.Name, phase, StringComparison.OrdinalIgnoreCase));
        return at >= 0
            ? boot with { Phases = [.. boot.Phases.Take(at + 1)] }
            : throw ApicErrors.PhaseNotFound($"Boot \"{boot.Name}\"", phase, [.. boot.Phases.Select(one => one.Name)]);
    }
}
