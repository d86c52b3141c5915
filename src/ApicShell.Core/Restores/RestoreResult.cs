using System.Collections.Generic;
using ApicShell.Emulation;

namespace ApicShell.Restores;

/// <summary>What restoring in one order came to.</summary>
/// <param name="Order">The items, in their order.</param>
/// <param name="Differences">The registers that are not as they were saved, in the order of the page, APIC_BASE and TSC_DEADLINE last.</param>
/// <param name="Sent">The IPIs that restoring sent: a write of the ICR is one, whoever writes it.</param>
public sealed record RestoreResult(
    IReadOnlyList<RestoreItem> Order, IReadOnlyList<RestoreDifference> Differences, IReadOnlyList<InterruptEvent> Sent)
{
    /// <summary>
    /// What is not looked at: NMI, SMI and what else KVM_SET_VCPU_EVENTS restores, the interrupt flag, KVM_SET_MP_STATE, the other vCPUs, and the time that
    /// restoring takes.
    /// </summary>
    public const string NotLookedAt =
        "events, RFLAGS.IF, run state, other vCPUs, time";

    /// <summary>Whether all is as it was saved, and nothing was sent.</summary>
    public bool IsWhole => Differences.Count == 0 && Sent.Count == 0;
}
