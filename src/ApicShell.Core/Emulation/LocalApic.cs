using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The access path of one local APIC: finds the cell of the register, model and mode, and does what the cell says. No allocation,
/// no lock; all state is in <see cref="LocalApicState"/>.
/// </summary>
internal static class LocalApic
{
    private const uint IllegalRegisterAddress = 1u << 7;
    private const uint LvtMask = 1u << 16;

    public static ApicResult Execute(ref LocalApicState apic, ApicTraits traits, ModelProfile profile, in Access access)
    {
        if (access.Kind == AccessKind.Mmio)
        {
            return Memory(ref apic, traits, profile, access);
        }

        return access.Address switch
        {
            >= ApicMsr.X2First and <= ApicMsr.X2ReservedLast => X2Msr(ref apic, profile, access),
            ApicMsr.ApicBase => access.IsWrite ? WriteBase(ref apic, traits, profile, access) : ApicResult.Read(apic.ApicBase, RuleId.BaseRegister),
            ApicMsr.TscDeadline => ApicTimer.AccessDeadline(ref apic, profile, access),
            _ => ApicResult.Refuse(access.Origin, RuleId.X2MsrAbsent),
        };
    }

    /// <summary>The value a read of a register would give now, without any effect; 64 bits for the ICR in x2APIC mode.</summary>
    public static ulong Peek(in LocalApicState apic, ModelProfile profile, RegisterSpec spec)
    {
        ReadEffect effect = spec.Row(profile.Model).Read;
        if (spec.Register == ApicRegister.Icr && apic.Mode == ApicMode.X2Apic)
        {
            effect = ReadEffect.Icr64;
        }

        return ReadValue(apic, spec.Register, effect);
    }

    private static ApicResult X2Msr(ref LocalApicState apic, ModelProfile profile, in Access access)
    {
        uint slot = access.Address - ApicMsr.X2First;
        if (slot > 0xFF)
        {
            return ApicResult.Refuse(access.Origin, RuleId.X2MsrAbsent);
        }

        if (apic.Mode != ApicMode.X2Apic)
        {
            return ApicResult.Refuse(access.Origin, RuleId.X2MsrNeedsX2Mode);
        }

        ref readonly AccessCell cell = ref profile.X2Apic[slot];
        return access.IsWrite ? Write(ref apic, profile, cell, access.Value, access.Origin) : Read(ref apic, profile, cell, access.Origin);
    }

    private static ApicResult Memory(ref LocalApicState apic, ApicTraits traits, ModelProfile profile, in Access access)
    {
        if (apic.Mode != ApicMode.XApic)
        {
            RuleId rule = traits.Model != ApicModel.Kvm ? RuleId.PageNotDecoded
                : (traits.Quirks & KvmQuirks.LapicMmioHole) != 0 ? RuleId.KvmMmioHole
                : RuleId.KvmMmioExit;
            return ApicResult.Unclaimed(access, rule);
        }

        uint slot = access.Address >> 4;
        uint start = access.Address & 0xF;
        ref readonly AccessCell cell = ref profile.XApic[slot];
        if (start == 0 && access.Size == 4)
        {
            return access.IsWrite ? Write(ref apic, profile, cell, access.Value, access.Origin) : Read(ref apic, profile, cell, access.Origin);
        }

        if (access.IsWrite)
        {
            return profile.ServesNarrowReads ? ApicResult.Dropped(profile.AccessShapeRule) : ApicResult.Undefined(profile.AccessShapeRule);
        }

        if (!profile.ServesNarrowReads)
        {
            return ApicResult.Undefined(profile.AccessShapeRule);
        }

        if (start + access.Size > 4)
        {
            return ApicResult.Undefined(RuleId.KvmUnreadable);
        }

        ApicResult whole = Read(ref apic, profile, cell, access.Origin);
        return whole.Outcome == Outcome.Value
            ? ApicResult.Read((whole.Value >> (int)(8 * start)) & (ulong.MaxValue >> (64 - (8 * access.Size))), RuleId.KvmNarrowRead)
            : whole;
    }

    private static ApicResult Read(ref LocalApicState apic, ModelProfile profile, in AccessCell cell, AccessOrigin origin)
    {
        switch (cell.Read)
        {
            case ReadEffect.Fault:
                return ApicResult.Refuse(origin, cell.ReadRule);
            case ReadEffect.Undefined:
                return ApicResult.Undefined(cell.ReadRule);
            case ReadEffect.IllegalAddress:
                NoteError(ref apic, profile, IllegalRegisterAddress);
                return ApicResult.Undefined(cell.ReadRule);
            default:
                return ApicResult.Read(ReadValue(apic, cell.Register, cell.Read), cell.ReadRule);
        }
    }

    private static ulong ReadValue(in LocalApicState apic, ApicRegister register, ReadEffect effect) => effect switch
    {
        ReadEffect.Stored => apic[register],
        ReadEffect.Icr64 => ((ulong)apic.IcrDestination << 32) | apic[ApicRegister.Icr],
        ReadEffect.Ppr => Priority.Processor(apic[ApicRegister.Tpr], apic.HighestVector(ApicRegister.Isr0)),
        ReadEffect.Apr => Priority.Arbitration(
            apic[ApicRegister.Tpr], apic.HighestVector(ApicRegister.Isr0), apic.HighestVector(ApicRegister.Irr0)),
        ReadEffect.TimerCurrent => ApicTimer.CurrentCount(apic),
        _ => 0,
    };

    private static ApicResult Write(ref LocalApicState apic, ModelProfile profile, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        if ((value & cell.Faults) != 0)
        {
            return ApicResult.Refuse(origin, (value & cell.Faults) >> 32 != 0 ? RuleId.X2UpperHalf : cell.FaultRule);
        }

        ApicRegister register = cell.Register;
        uint low = (uint)value;
        uint kept = (low & cell.Kept) | (apic[register] & cell.ReadOnly);
        RuleId rule = (low & ~(cell.Kept | cell.ReadOnly)) == 0 ? cell.WriteRule : cell.LossRule;
        switch (cell.Write)
        {
            case WriteEffect.Store:
                apic[register] = kept;
                return ApicResult.Done(rule);
            case WriteEffect.Svr:
                apic[register] = kept;
                if (!apic.IsSoftwareEnabled)
                {
                    MaskAll(ref apic, profile);
                }

                return ApicResult.Done(rule);
            case WriteEffect.Lvt:
                apic[register] = Masked(apic, ref kept, ref rule);
                return ApicResult.Done(rule);
            case WriteEffect.LvtTimer:
                ApicTimer.WriteLvt(ref apic, Masked(apic, ref kept, ref rule));
                return ApicResult.Done(rule);
            case WriteEffect.TimerInitial:
                return ApicTimer.WriteInitial(ref apic, low, rule);
            case WriteEffect.Icr:
                apic[register] = kept;
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.Icr64:
                apic[ApicRegister.Icr] = kept;
                apic.IcrDestination = (uint)(value >> 32);
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.SelfIpi:
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.Eoi:
                EndHighest(ref apic);
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.SpecificEoi:
                return EndSpecific(ref apic, cell, kept);
            case WriteEffect.Ier:
                return WriteEnable(ref apic, cell, kept);
            case WriteEffect.LatchErrors:
                apic[register] = apic.PendingErrors;
                apic.PendingErrors = 0;
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.Nothing:
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.Drop:
                return ApicResult.Dropped(cell.WriteRule);
            case WriteEffect.IllegalAddress:
                NoteError(ref apic, profile, IllegalRegisterAddress);
                return ApicResult.Dropped(cell.WriteRule);
            default:
                return ApicResult.Refuse(origin, cell.WriteRule);
        }
    }

    private static ApicResult WriteBase(ref LocalApicState apic, ApicTraits traits, ModelProfile profile, in Access access)
    {
        ulong value = access.Value;
        RuleId rule = ApicBaseWrite.Judge(apic.ApicBase, value, traits, access.Origin, out TransitionVerdict verdict);
        if (verdict != TransitionVerdict.Allowed)
        {
            return ApicResult.Refuse(access.Origin, rule);
        }

        if (!profile.BootstrapIsWritable)
        {
            value = (value & ~ApicBase.BspBit) | (apic.ApicBase & ApicBase.BspBit);
        }

        ApicMode before = apic.Mode;
        apic.ApicBase = value;
        if (apic.Mode != before)
        {
            ModeChange.Of(traits.Model).Apply(ref apic, before, apic.Mode);
        }

        return ApicResult.Done(value == access.Value ? rule : RuleId.BaseBspReadOnly);
    }

    /// <summary>Forces the mask bit while the APIC is off by software, and says so by the rule where the value had it clear.</summary>
    private static uint Masked(in LocalApicState apic, ref uint value, ref RuleId rule)
    {
        if (!apic.IsSoftwareEnabled && (value & LvtMask) == 0)
        {
            value |= LvtMask;
            rule = RuleId.SoftwareDisableMasks;
        }

        return value;
    }

    private static void MaskAll(ref LocalApicState apic, ModelProfile profile)
    {
        foreach (ApicRegister entry in profile.LvtEntries)
        {
            apic[entry] |= LvtMask;
        }
    }

    private static void EndHighest(ref LocalApicState apic)
    {
        int vector = apic.HighestVector(ApicRegister.Isr0);
        if (vector >= 0)
        {
            apic.ClearVector(ApicRegister.Isr0, vector);
        }
    }

    private static ApicResult EndSpecific(ref LocalApicState apic, in AccessCell cell, uint vector)
    {
        apic[ApicRegister.SpecificEoi] = vector;
        if ((apic[ApicRegister.ExtControl] & 2) == 0)
        {
            return ApicResult.Dropped(cell.WriteRule);
        }

        apic.ClearVector(ApicRegister.Isr0, (int)vector);
        return ApicResult.Done(cell.WriteRule);
    }

    private static ApicResult WriteEnable(ref LocalApicState apic, in AccessCell cell, uint value)
    {
        if ((apic[ApicRegister.ExtControl] & 1) == 0)
        {
            return ApicResult.Dropped(cell.WriteRule);
        }

        apic[cell.Register] = value;
        return ApicResult.Done(cell.WriteRule);
    }

    private static void NoteError(ref LocalApicState apic, ModelProfile profile, uint error)
    {
        if (profile.HasErrorStatus)
        {
            apic.PendingErrors |= error;
        }
    }
}
