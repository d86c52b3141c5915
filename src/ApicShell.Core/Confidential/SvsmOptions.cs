namespace ApicShell.Confidential;

/// <summary>Who has the guest's local APIC timer while Alternate Injection is on.</summary>
public enum SvsmTimer : byte
{
    /// <summary>The hypervisor: the SVSM does not serve the timer's registers.</summary>
    None,

    /// <summary>The SVSM, by a clock of its own.</summary>
    Svsm,

    /// <summary>The SVSM, which has the hypervisor's #HV timer wake it. Nothing seen defines that exit's number or arguments.</summary>
    HvTimer,
}

/// <summary>What an SVSM can do, and what it gets wrong: one for all vCPUs of a machine.</summary>
/// <param name="Timer">Who has the timer.</param>
/// <param name="Behavior">What it does otherwise than the protocol means.</param>
public readonly record struct SvsmOptions(SvsmTimer Timer = SvsmTimer.None, SvsmBehavior Behavior = SvsmBehavior.None)
{
    internal bool Has(SvsmBehavior behavior) => (Behavior & behavior) != 0;
}
