using System.Collections.Generic;
using System.Linq;

namespace ApicShell;

/// <summary>A set of steps that a search may take next. It never changes.</summary>
public sealed class ApicAlphabet
{
    private readonly Exploration.ApicAlphabet _core;

    internal ApicAlphabet(Exploration.ApicAlphabet core) => _core = core;

    /// <summary>Its name.</summary>
    public string Name => _core.Name;

    /// <summary>What it is for.</summary>
    public string Title => _core.Title;

    /// <summary>Steps that each vCPU may do.</summary>
    public string[] EachVcpu => [.. _core.EachVcpu];

    /// <summary>Steps that each vCPU may do to each other one, which vN stands for.</summary>
    public string[] EachPair => [.. _core.EachPair];

    /// <summary>The steps for so many vCPUs, as they are written.</summary>
    public string[] Step(int vcpuCount) => [.. _core.Steps(vcpuCount).Select(step => step.ToString())];

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal IEnumerable<string> All => _core.EachVcpu.Concat(_core.EachPair);
}
