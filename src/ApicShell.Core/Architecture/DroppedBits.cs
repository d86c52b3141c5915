namespace ApicShell.Architecture;

/// <summary>Which bits of a written value a register does not take.</summary>
public static class DroppedBits
{
    /// <summary>
    /// The bits that are 1 in the value of a write that took effect, and that the register neither stores nor keeps as its own: those that models drop
    /// without a word. 0 for a read, and for registers whose value is not stored.
    /// </summary>
    /// <param name="traits">The machine's.</param>
    /// <param name="issued">The access.</param>
    /// <param name="answer">How it ended.</param>
    public static uint Of(ApicTraits traits, in Access issued, in Answer answer)
    {
        Access access = issued.AsSeenBy(answer.Route);
        bool known = access.Register is not (ApicRegister.None or ApicRegister.ApicBase or ApicRegister.TscDeadline);
        if (!access.IsWrite || !known || answer is not { Outcome: Outcome.Done, Responder: Responder.LocalApic or Responder.Hypervisor })
        {
            return 0;
        }

        ModelProfile profile = ModelProfile.Of(traits);
        AccessCell cell = access.Kind == AccessKind.Msr ? profile.X2Apic[access.Address - ApicMsr.X2First] : profile.XApic[access.Address >> 4];
        return Stores(cell.Write) ? (uint)access.Value & ~(cell.Kept | cell.ReadOnly) : 0;
    }

    private static bool Stores(WriteEffect effect) => effect is WriteEffect.Store or WriteEffect.Identity or WriteEffect.Svr or WriteEffect.Icr
        or WriteEffect.Icr64 or WriteEffect.Lvt or WriteEffect.LvtTimer or WriteEffect.LvtPin or WriteEffect.TimerDivide;
}
