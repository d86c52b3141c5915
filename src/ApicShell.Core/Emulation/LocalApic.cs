using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The access path of a local APIC: finds the cell of the register, model and mode, and does what the cell says. No allocation, no
/// lock; all state is in <see cref="LocalApicState"/>.
/// </summary>
internal static class LocalApic
{
    private const uint LvtMask = 1u << 16;

    public static ApicResult Execute(ApicPlane plane, int vcpu, in Access access) => access.Kind == AccessKind.Mmio
        ? access.IsWrite
            ? WritePage(plane, vcpu, access.Address, access.Value, access.Size, access.Origin)
            : ReadPage(plane, vcpu, access.Address, access.Size, access.Origin)
        : access.IsWrite
            ? WriteMsr(plane, vcpu, access.Address, access.Value, access.Origin)
            : ReadMsr(plane, vcpu, access.Address, access.Origin);

    // The four ways in are short, for the code that a read or write of a plain register takes is to stay in a few instructions; all else is
    // a call away.

    public static ApicResult ReadMsr(ApicPlane plane, int vcpu, uint msr, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.X2ApicCells;
        uint slot = msr - ApicMsr.X2First;
        return slot < (uint)cells.Length && apic.IsX2Apic
            ? Read(plane, vcpu, ref apic, cells[slot], origin)
            : ReadOtherMsr(plane, vcpu, msr, origin);
    }

    public static ApicResult WriteMsr(ApicPlane plane, int vcpu, uint msr, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.X2ApicCells;
        uint slot = msr - ApicMsr.X2First;
        return slot < (uint)cells.Length && apic.IsX2Apic
            ? Write(plane, vcpu, ref apic, cells[slot], value, origin)
            : WriteOtherMsr(plane, vcpu, msr, value, origin);
    }

    public static ApicResult ReadPage(ApicPlane plane, int vcpu, uint offset, byte size, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.XApicCells;
        uint slot = offset >> 4;
        return (offset & 0xF) == 0 && size == 4 && slot < (uint)cells.Length && apic.IsXApic
            ? Read(plane, vcpu, ref apic, cells[slot], origin)
            : ReadPageOddly(plane, vcpu, offset, size, origin);
    }

    public static ApicResult WritePage(ApicPlane plane, int vcpu, uint offset, ulong value, byte size, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.XApicCells;
        uint slot = offset >> 4;
        return (offset & 0xF) == 0 && size == 4 && slot < (uint)cells.Length && apic.IsXApic
            ? Write(plane, vcpu, ref apic, cells[slot], (uint)value, origin)
            : WritePageOddly(plane, vcpu);
    }

    /// <summary>The value a read of a register would give now, without any effect; 64 bits for the ICR in x2APIC mode.</summary>
    public static ulong Peek(ApicPlane plane, int vcpu, RegisterSpec spec)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ReadEffect effect = spec.Register == ApicRegister.Icr && apic.IsX2Apic
            ? ReadEffect.Icr64
            : spec.Row(plane.Profile.Model).Read;
        return ReadValue(plane, ref apic, spec.Register, effect);
    }

    private static ApicResult ReadOtherMsr(ApicPlane plane, int vcpu, uint msr, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        return msr switch
        {
            ApicMsr.ApicBase => ApicResult.Read(apic.ApicBase, RuleId.BaseRegister),
            ApicMsr.TscDeadline => ApicTimer.ReadDeadline(apic, plane.Profile, origin),
            _ => ApicResult.Refuse(origin, AbsentMsrRule(msr)),
        };
    }

    private static ApicResult WriteOtherMsr(ApicPlane plane, int vcpu, uint msr, ulong value, AccessOrigin origin) => msr switch
    {
        ApicMsr.ApicBase => WriteBase(plane, vcpu, value, origin),
        ApicMsr.TscDeadline => ApicTimer.WriteDeadline(plane, vcpu, value, origin),
        _ => ApicResult.Refuse(origin, AbsentMsrRule(msr)),
    };

    private static RuleId AbsentMsrRule(uint msr) => msr is >= ApicMsr.X2First and <= ApicMsr.X2Last ? RuleId.X2MsrNeedsX2Mode : RuleId.X2MsrAbsent;

    private static RuleId HoleRule(ApicPlane plane) =>
        plane.Traits.Model != ApicModel.Kvm ? RuleId.PageNotDecoded
        : (plane.Traits.Quirks & KvmQuirks.LapicMmioHole) != 0 ? RuleId.KvmMmioHole
        : RuleId.KvmMmioExit;

    /// <summary>A read outside xAPIC mode, or not of an aligned register.</summary>
    private static ApicResult ReadPageOddly(ApicPlane plane, int vcpu, uint offset, byte size, AccessOrigin origin)
    {
        if (plane.Apics[vcpu].Mode != ApicMode.XApic)
        {
            return new(Outcome.Unclaimed, HoleRule(plane), ulong.MaxValue >> (64 - (8 * size)), Responder.Nobody);
        }

        if (!plane.Profile.ServesNarrowReads)
        {
            return ApicResult.Undefined(plane.Profile.AccessShapeRule);
        }

        uint start = offset & 0xF;
        if (start + size > 4)
        {
            return ApicResult.Undefined(RuleId.KvmUnreadable);
        }

        ApicResult whole = ReadPage(plane, vcpu, offset - start, 4, origin);
        return whole.Outcome == Outcome.Value
            ? ApicResult.Read((whole.Value >> (int)(8 * start)) & (ulong.MaxValue >> (64 - (8 * size))), RuleId.KvmNarrowRead)
            : whole;
    }

    /// <summary>A write outside xAPIC mode, or not of an aligned register.</summary>
    private static ApicResult WritePageOddly(ApicPlane plane, int vcpu) =>
        plane.Apics[vcpu].Mode != ApicMode.XApic ? new(Outcome.Dropped, HoleRule(plane), responder: Responder.Nobody)
        : plane.Profile.ServesNarrowReads ? ApicResult.Dropped(plane.Profile.AccessShapeRule)
        : ApicResult.Undefined(plane.Profile.AccessShapeRule);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ApicResult Read(ApicPlane plane, int vcpu, ref LocalApicState apic, in AccessCell cell, AccessOrigin origin) =>
        cell.Read == ReadEffect.Stored ? ApicResult.Read(apic[cell.Register], cell.ReadRule)
        : cell.Read == ReadEffect.Ppr ? ApicResult.Read(apic.ProcessorPriority, cell.ReadRule)
        : ReadEffectively(plane, vcpu, cell, origin);

    private static ApicResult ReadEffectively(ApicPlane plane, int vcpu, in AccessCell cell, AccessOrigin origin)
    {
        switch (cell.Read)
        {
            case ReadEffect.Fault:
                return ApicResult.Refuse(origin, cell.ReadRule);
            case ReadEffect.Undefined:
                return ApicResult.Undefined(cell.ReadRule);
            case ReadEffect.IllegalAddress:
                ErrorStatus.Note(plane, vcpu, ErrorStatus.IllegalRegisterAddress);
                return ApicResult.Undefined(cell.ReadRule);
            default:
                return ApicResult.Read(ReadValue(plane, ref plane.Apics[vcpu], cell.Register, cell.Read), cell.ReadRule);
        }
    }

    private static ulong ReadValue(ApicPlane plane, ref LocalApicState apic, ApicRegister register, ReadEffect effect) => effect switch
    {
        ReadEffect.Stored => apic[register],
        ReadEffect.Icr64 => ((ulong)apic.IcrDestination << 32) | apic[ApicRegister.Icr],
        ReadEffect.Ppr => apic.ProcessorPriority,
        ReadEffect.Apr => Priority.Arbitration(apic[ApicRegister.Tpr], apic.HighestInService, apic.HighestRequested),
        ReadEffect.TimerCurrent => ApicTimer.CurrentCount(apic, plane.Machine.Clock),
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ApicResult Write(ApicPlane plane, int vcpu, ref LocalApicState apic, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        if (cell.Write != WriteEffect.Store || (value & cell.Faults) != 0)
        {
            return WriteEffectively(plane, vcpu, cell, value, origin);
        }

        apic[cell.Register] = cell.KeptOf((uint)value, apic[cell.Register]);
        return ApicResult.Done(cell.RuleOf((uint)value));
    }

    private static ApicResult WriteEffectively(ApicPlane plane, int vcpu, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        if ((value & cell.Faults) != 0)
        {
            return ApicResult.Refuse(origin, (value & cell.Faults) >> 32 != 0 ? RuleId.X2UpperHalf : cell.FaultRule);
        }

        return cell.Write switch
        {
            WriteEffect.Eoi => ApicResult.Done(
                Acceptance.EndHighest(plane, vcpu) || !plane.Profile.LeavesEmptyEoiOpen ? cell.WriteRule : RuleId.EoiWithoutService),
            WriteEffect.SelfIpi => ApicResult.Done(IpiSender.SendSelf(plane, vcpu, (byte)value)),
            WriteEffect.TimerInitial => ApicTimer.WriteInitial(plane, vcpu, (uint)value, cell.RuleOf((uint)value)),
            WriteEffect.Icr64 => ApicResult.Done(WriteIcr(plane, vcpu, (uint)value & cell.Kept, (uint)(value >> 32))),
            _ => WriteRarely(plane, vcpu, cell, (uint)value, origin),
        };
    }

    private static ApicResult WriteRarely(ApicPlane plane, int vcpu, in AccessCell cell, uint value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ApicRegister register = cell.Register;
        uint kept = cell.KeptOf(value, apic[register]);
        RuleId rule = cell.RuleOf(value);
        switch (cell.Write)
        {
            case WriteEffect.Icr:
                apic[register] = kept;
                return ApicResult.Done(IpiSender.Send(plane, vcpu, kept, apic[ApicRegister.Icr2] >> 24));
            case WriteEffect.Identity:
                WriteIdentity(plane, vcpu, register, kept);
                return ApicResult.Done(IsOpenFormat(plane, register, kept) ? RuleId.DestinationFormatUndefined : rule);
            case WriteEffect.Svr:
                WriteSvr(plane, vcpu, kept);
                return ApicResult.Done(rule);
            case WriteEffect.Lvt:
                apic[register] = Masked(apic, kept, ref rule);
                return ApicResult.Done(rule);
            case WriteEffect.LvtPin:
                apic[register] = Masked(apic, kept, ref rule);
                LocalVector.Repoll(plane, vcpu, register - ApicRegister.LvtLint0);
                return ApicResult.Done(rule);
            case WriteEffect.LvtTimer:
                kept = Masked(apic, kept, ref rule);
                return ApicResult.Done(ApicTimer.WriteLvt(plane, vcpu, kept, rule));
            case WriteEffect.TimerDivide:
                return ApicResult.Done(ApicTimer.WriteDivide(plane, vcpu, kept, rule));
            case WriteEffect.SpecificEoi:
                return EndSpecific(plane, vcpu, cell, kept);
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
                ErrorStatus.Note(plane, vcpu, ErrorStatus.IllegalRegisterAddress);
                return ApicResult.Dropped(cell.WriteRule);
            default:
                return ApicResult.Refuse(origin, cell.WriteRule);
        }
    }

    private static RuleId WriteIcr(ApicPlane plane, int vcpu, uint low, uint destination)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        apic[ApicRegister.Icr] = low;
        apic.IcrDestination = destination;
        return IpiSender.Send(plane, vcpu, low, destination);
    }

    private static ApicResult WriteBase(ApicPlane plane, int vcpu, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        RuleId rule = ApicBaseWrite.Judge(apic.ApicBase, value, plane.Traits, origin, out TransitionVerdict verdict);
        if (verdict != TransitionVerdict.Allowed)
        {
            return ApicResult.Refuse(origin, rule);
        }

        ulong kept = plane.Profile.BootstrapIsWritable ? value : (value & ~ApicBase.BspBit) | (apic.ApicBase & ApicBase.BspBit);
        (ApicMode before, ApicMode after) = (apic.Mode, new ApicBase(kept).Mode);
        if (before != after)
        {
            plane.Map.Leave(vcpu, apic);
        }

        apic.ApicBase = kept;
        if (before != after)
        {
            ModeChange.Of(plane.Traits.Model).Apply(ref apic, plane.Profile, before, after);
            plane.Join(vcpu);
            ApicTimer.AfterModeChange(plane, vcpu);
        }

        return ApicResult.Done(kept == value ? rule : RuleId.BaseBspReadOnly);
    }

    /// <summary>A register that says to which destinations the APIC answers.</summary>
    private static void WriteIdentity(ApicPlane plane, int vcpu, ApicRegister register, uint value)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        plane.Map.Leave(vcpu, apic);
        apic[register] = value;
        plane.Join(vcpu);
    }

    /// <summary>Whether it is a DFR whose model the source leaves open.</summary>
    private static bool IsOpenFormat(ApicPlane plane, ApicRegister register, uint value) =>
        register == ApicRegister.Dfr && plane.Profile.LeavesDestinationFormatsOpen && (value >> 28) is not (0 or 0xF);

    private static void WriteSvr(ApicPlane plane, int vcpu, uint value)
    {
        const uint SoftwareEnable = 1u << 8;
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (((apic[ApicRegister.Svr] ^ value) & SoftwareEnable) != 0)
        {
            WriteIdentity(plane, vcpu, ApicRegister.Svr, value);
        }

        apic[ApicRegister.Svr] = value;
        if (!apic.IsSoftwareEnabled)
        {
            foreach (ApicRegister entry in plane.Profile.LvtEntries)
            {
                apic[entry] |= LvtMask;
            }

            apic.TimerPending = 0;
        }
    }

    /// <summary>Forces the mask bit while the APIC is off by software, and says so by the rule where the value had it clear.</summary>
    private static uint Masked(in LocalApicState apic, uint value, ref RuleId rule)
    {
        if (!apic.IsSoftwareEnabled && (value & LvtMask) == 0)
        {
            value |= LvtMask;
            rule = RuleId.SoftwareDisableMasks;
        }

        return value;
    }

    private static ApicResult EndSpecific(ApicPlane plane, int vcpu, in AccessCell cell, uint vector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        apic[ApicRegister.SpecificEoi] = vector;
        if ((apic[ApicRegister.ExtControl] & 2) == 0)
        {
            return ApicResult.Dropped(cell.WriteRule);
        }

        if (!apic.Has(ApicRegister.Isr0, (int)vector))
        {
            return ApicResult.Done(RuleId.SpecificEoiNotInService);
        }

        Acceptance.End(plane, vcpu, (int)vector);
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
}
