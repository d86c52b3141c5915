using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <content>What writes do.</content>
internal static partial class LocalApic
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Answer Write(ApicPlane plane, int vcpu, ref LocalApicState apic, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        if (cell.Write != WriteEffect.Store || (value & cell.Faults) != 0)
        {
            return WriteWithEffect(plane, vcpu, cell, value, origin);
        }

        apic[cell.Register] = cell.KeptOf((uint)value, apic[cell.Register]);
        return Answer.Done(cell.RuleOf((uint)value));
    }

    private static Answer WriteWithEffect(ApicPlane plane, int vcpu, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        if ((value & cell.Faults) != 0)
        {
            return Answer.Refuse(origin, (value & cell.Faults) >> 32 != 0 ? RuleId.X2UpperHalf : cell.FaultRule);
        }

        return cell.Write switch
        {
            WriteEffect.Eoi => WriteEoi(plane, vcpu, cell),
            WriteEffect.SelfIpi => IpiSender.SendSelf(plane, vcpu, (byte)value),
            WriteEffect.TimerInitial => ApicTimer.WriteInitial(plane, vcpu, (uint)value, cell.RuleOf((uint)value)),
            WriteEffect.Icr64 => WriteIcr(plane, vcpu, (uint)value & cell.Kept, (uint)(value >> 32)),
            _ => WriteWithRareEffect(plane, vcpu, cell, (uint)value, origin),
        };
    }

    private static Answer WriteWithRareEffect(ApicPlane plane, int vcpu, in AccessCell cell, uint value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ApicRegister register = cell.Register;
        uint kept = cell.KeptOf(value, apic[register]);
        RuleId rule = cell.RuleOf(value);
        switch (cell.Write)
        {
            case WriteEffect.Icr:
                apic[register] = kept;
                return IpiSender.Send(plane, vcpu, kept, new XApicId(apic[ApicRegister.Icr2]).Value);
            case WriteEffect.Identity:
                WriteIdentity(plane, vcpu, register, kept);
                return Answer.Done(IsOpenFormat(plane, register, kept) ? RuleId.DestinationFormatUndefined : rule);
            case WriteEffect.Svr:
                WriteSvr(plane, vcpu, kept);
                return Answer.Done(rule);
            case WriteEffect.Lvt:
                apic[register] = Masked(apic, kept, ref rule);
                return Answer.Done(rule);
            case WriteEffect.LvtPin:
                apic[register] = Masked(apic, kept, ref rule);
                LocalVector.Repoll(plane, vcpu, register - ApicRegister.LvtLint0);
                return Answer.Done(rule);
            case WriteEffect.LvtTimer:
                kept = Masked(apic, kept, ref rule);
                return Answer.Done(ApicTimer.WriteLvt(plane, vcpu, kept, rule));
            case WriteEffect.TimerDivide:
                return Answer.Done(ApicTimer.WriteDivide(plane, vcpu, kept, rule));
            case WriteEffect.SpecificEoi:
                return EndSpecific(plane, vcpu, cell, kept);
            case WriteEffect.Ier:
                return WriteEnable(ref apic, cell, kept);
            case WriteEffect.LatchErrors:
                apic[register] = apic.PendingErrors;
                apic.PendingErrors = 0;
                return Answer.Done(cell.WriteRule);
            case WriteEffect.Nothing:
                return Answer.Done(cell.WriteRule);
            case WriteEffect.Drop:
                return Answer.Dropped(cell.WriteRule);
            case WriteEffect.IllegalAddress:
                ErrorStatus.Note(plane, vcpu, ErrorStatus.IllegalRegisterAddress);
                return Answer.Dropped(cell.WriteRule);
            default:
                return Answer.Refuse(origin, cell.WriteRule);
        }
    }

    // Not inlined: what each effect does is then the end of the way of the others, and needs no room on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Answer WriteEoi(ApicPlane plane, int vcpu, in AccessCell cell) => Answer.Done(
        Acceptance.EndHighest(plane, vcpu) || !plane.Profile.LeavesEmptyEoiOpen ? cell.WriteRule : RuleId.EoiWithoutService);

    private static Answer WriteIcr(ApicPlane plane, int vcpu, uint low, uint destination)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        apic[ApicRegister.Icr] = low;
        apic.IcrDestination = destination;
        return IpiSender.Send(plane, vcpu, low, destination);
    }

    private static Answer WriteBase(ApicPlane plane, int vcpu, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        RuleId rule = ApicBaseWrite.Judge(apic.ApicBase, value, plane.Traits, origin, out TransitionVerdict verdict);
        if (verdict != TransitionVerdict.Allowed)
        {
            return Answer.Refuse(origin, rule);
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

        return Answer.Done(kept == value ? rule : RuleId.BaseBspReadOnly);
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
        register == ApicRegister.Dfr && plane.Profile.LeavesDestinationFormatsOpen
        && new DestinationFormat(value) is { IsFlat: false, IsCluster: false };

    private static void WriteSvr(ApicPlane plane, int vcpu, uint value)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (((apic[ApicRegister.Svr] ^ value) & SpuriousVector.EnableBit) != 0)
        {
            WriteIdentity(plane, vcpu, ApicRegister.Svr, value);
        }

        apic[ApicRegister.Svr] = value;
        if (!apic.IsSoftwareEnabled)
        {
            foreach (ApicRegister entry in plane.Profile.LvtEntries)
            {
                apic[entry] |= LvtEntry.MaskBit;
            }

            apic.TimerPending = 0;
        }
    }

    /// <summary>Forces the mask bit while the APIC is off by software, and says so by the rule where the value had it clear.</summary>
    private static uint Masked(in LocalApicState apic, uint value, ref RuleId rule)
    {
        if (!apic.IsSoftwareEnabled && !new LvtEntry(value).IsMasked)
        {
            value |= LvtEntry.MaskBit;
            rule = RuleId.SoftwareDisableMasks;
        }

        return value;
    }

    private static Answer EndSpecific(ApicPlane plane, int vcpu, in AccessCell cell, uint vector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        apic[ApicRegister.SpecificEoi] = vector;
        if ((apic[ApicRegister.ExtControl] & 2) == 0)
        {
            return Answer.Dropped(cell.WriteRule);
        }

        if (!apic.Has(ApicRegister.Isr0, (int)vector))
        {
            return Answer.Done(RuleId.SpecificEoiNotInService);
        }

        Acceptance.End(plane, vcpu, (int)vector);
        return Answer.Done(cell.WriteRule);
    }

    private static Answer WriteEnable(ref LocalApicState apic, in AccessCell cell, uint value)
    {
        if ((apic[ApicRegister.ExtControl] & 1) == 0)
        {
            return Answer.Dropped(cell.WriteRule);
        }

        apic[cell.Register] = value;
        return Answer.Done(cell.WriteRule);
    }
}
