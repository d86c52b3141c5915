using System;

namespace ApicShell.Exploration;

/// <summary>What must hold of a design whatever guest, SVSM and hypervisor do next.</summary>
[Flags]
public enum DesignProperties
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Every access of the guest is answered: no exception, no read of all ones, no write that is dropped; no call of it fails.</summary>
    Answered = 1,

    /// <summary>What the guest last read or wrote of mode, task priority, SVR, timer and LDR is what the one holds who decides by it.</summary>
    ViewsAgree = 2,

    /// <summary>
    /// Each interrupt that was accepted is taken once: none is lost, none comes from nowhere, none waits though it could be taken, and what is in
    /// service is what the guest took and has not ended.
    /// </summary>
    InterruptsOnce = 4,

    /// <summary>No interrupt is taken against interrupt flag or priority, or before a higher one.</summary>
    Priority = 8,

    /// <summary>Every step between modes is an arrow of APM figure 16-32.</summary>
    ModeSteps = 16,

    /// <summary>All of these.</summary>
    All = Answered | ViewsAgree | InterruptsOnce | Priority | ModeSteps,
}
