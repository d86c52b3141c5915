using System.Collections.Generic;

namespace ApicShell.Scripts;

/// <summary>What a script keeps of a vCPU beside its machine.</summary>
internal sealed class ScriptVcpu
{
    /// <summary>What it took since the log was last read, as JSON.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Whether what it takes is also ended.</summary>
    public bool WritesEoi { get; set; } = true;

    /// <summary>Whether it ran when the script last looked.</summary>
    public bool Running { get; set; } = true;

    /// <summary>Whether INIT came since the script last looked.</summary>
    public bool Initialized { get; set; }

    /// <summary>The processor priority that KVM wrote into the page last.</summary>
    public uint ShownPpr { get; set; }

    /// <summary>The vector in service that KVM remembers, beside ISR.</summary>
    public int? RememberedService { get; set; }
}
