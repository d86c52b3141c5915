using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Remedies;

/// <summary>
/// What is sought: for a world, a boot and what must hold beside it, every minimal set of changes with which it works. Immutable.
/// </summary>
public sealed class RemedyProblem
{
    /// <summary>The most changes that can be tried: a set of them is a word.</summary>
    public const int MostChanges = 62;

    /// <summary>Makes a problem.</summary>
    /// <param name="world">The world.</param>
    /// <param name="boot">The boot; those that it comes after are run before it.</param>
    /// <param name="candidates">The changes that may be made; of those that would do nothing in the world none is tried.</param>
    /// <exception cref="ArgumentException">There are more changes than can be tried.</exception>
    public RemedyProblem(ApicWorld world, ApicBoot boot, IEnumerable<ApicChange> candidates)
    {
        (World, Boot) = (world, boot);
        Candidates = [.. candidates.Where(change => change.Acts(world.AsItStands))];
        if (Candidates.Count > MostChanges)
        {
            throw new ArgumentException($"{Candidates.Count} changes are too many: at the most {MostChanges} can be tried.", nameof(candidates));
        }
    }

    /// <summary>The world.</summary>
    public ApicWorld World { get; }

    /// <summary>The boot.</summary>
    public ApicBoot Boot { get; }

    /// <summary>The changes that are tried, in order: each does something in the world.</summary>
    public IReadOnlyList<ApicChange> Candidates { get; }

    /// <summary>How many vCPUs; null for as many as the boot is meant for.</summary>
    public int? VcpuCount { get; init; }

    /// <summary>The conditions that must be survived beside the boot, where they can happen in the world.</summary>
    public IReadOnlyList<DesignCondition> Conditions { get; init; } = [];

    /// <summary>Those of them that cannot happen there: nothing is said of them.</summary>
    public IEnumerable<DesignCondition> Excluded => Conditions.Where(condition => World.Exclusion(condition) is not null);

    /// <summary>Whether every step between modes must be one that APM figure 16-32 draws, or is changed to draw.</summary>
    public bool MustBeDrawn { get; init; }

    /// <summary>Whether guest, SVSM and hypervisor must agree after each phase.</summary>
    public bool MustAgree { get; init; }
}
