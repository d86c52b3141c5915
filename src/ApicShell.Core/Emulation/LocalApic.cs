using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// The access path of a local APIC: finds the cell of the register, model and mode, and does what the cell says. No allocation, no
/// lock; all state is in <see cref="LocalApicState"/>.
/// </summary>
internal static partial class LocalApic
{
    private const uint PageSlots = 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Answer Execute(ApicPlane plane, int vcpu, Access access) => access.Kind == AccessKind.Mmio
        ? access.IsWrite
            ? WritePage(plane, vcpu, access.Address, access.Value, access.Size, access.Origin)
            : ReadPage(plane, vcpu, access.Address, access.Size, access.Origin)
        : access.IsWrite
            ? WriteMsr(plane, vcpu, access.Address, access.Value, access.Origin)
            : ReadMsr(plane, vcpu, access.Address, access.Origin);

    // The four ways in are short, for the code that a read or write of a plain register takes is to stay in a few instructions; all else is
    // a call away.

    public static Answer ReadMsr(ApicPlane plane, int vcpu, uint msr, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.X2ApicCells;
        uint slot = msr - ApicMsr.X2First;
        return slot < (uint)cells.Length && apic.IsX2Apic && apic.Open == 0
            ? Read(plane, vcpu, ref apic, cells[slot], origin)
            : ReadOtherMsr(plane, vcpu, msr, origin);
    }

    public static Answer WriteMsr(ApicPlane plane, int vcpu, uint msr, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.X2ApicCells;
        uint slot = msr - ApicMsr.X2First;
        return slot < (uint)cells.Length && apic.IsX2Apic && apic.Open == 0
            ? Write(plane, vcpu, ref apic, cells[slot], value, origin)
            : WriteOtherMsr(plane, vcpu, msr, value, origin);
    }

    public static Answer ReadPage(ApicPlane plane, int vcpu, uint offset, byte size, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.XApicCells;
        uint slot = offset >> 4;
        return (offset & 0xF) == 0 && size == 4 && slot < (uint)cells.Length && apic.IsXApic && apic.Open == 0
            ? Read(plane, vcpu, ref apic, cells[slot], origin)
            : ReadOtherPage(plane, vcpu, offset, size, origin);
    }

    public static Answer WritePage(ApicPlane plane, int vcpu, uint offset, ulong value, byte size, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        AccessCell[] cells = plane.XApicCells;
        uint slot = offset >> 4;
        return (offset & 0xF) == 0 && size == 4 && slot < (uint)cells.Length && apic.IsXApic && apic.Open == 0
            ? Write(plane, vcpu, ref apic, cells[slot], (uint)value, origin)
            : WriteOtherPage(plane, vcpu, offset, value, size, origin);
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

    private static Answer ReadOtherMsr(ApicPlane plane, int vcpu, uint msr, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        return msr switch
        {
            ApicMsr.ApicBase => Answer.Read(apic.ApicBase, RuleId.BaseRegister),
            ApicMsr.TscDeadline => ApicTimer.ReadDeadline(apic, plane.Profile, origin),
            >= ApicMsr.X2First and < ApicMsr.X2First + PageSlots when apic.IsX2Apic =>
                ReadOpen(plane, vcpu, plane.X2ApicCells[(int)(msr - ApicMsr.X2First)], origin),
            _ => Answer.Refuse(origin, AbsentMsrRule(msr)),
        };
    }

    private static Answer WriteOtherMsr(ApicPlane plane, int vcpu, uint msr, ulong value, AccessOrigin origin) => msr switch
    {
        ApicMsr.ApicBase => WriteBase(plane, vcpu, value, origin),
        ApicMsr.TscDeadline => ApicTimer.WriteDeadline(plane, vcpu, value, origin),
        >= ApicMsr.X2First and < ApicMsr.X2First + PageSlots when plane.Apics[vcpu].IsX2Apic =>
            WriteOpen(plane, vcpu, plane.X2ApicCells[(int)(msr - ApicMsr.X2First)], value, origin),
        _ => Answer.Refuse(origin, AbsentMsrRule(msr)),
    };

    /// <summary>A read of a register while the source leaves open what some of them hold.</summary>
    private static Answer ReadOpen(ApicPlane plane, int vcpu, in AccessCell cell, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        return OpenState.OfRead(apic, cell.Register, Read(plane, vcpu, ref apic, cell, origin));
    }

    /// <summary>A write of a register while the source leaves open what some of them hold.</summary>
    private static Answer WriteOpen(ApicPlane plane, int vcpu, in AccessCell cell, ulong value, AccessOrigin origin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        Answer answer = Write(plane, vcpu, ref apic, cell, value, origin);
        if (answer.Succeeded)
        {
            OpenState.AfterWrite(ref apic, cell.Register);
        }

        return answer;
    }

    private static RuleId AbsentMsrRule(uint msr) => msr is >= ApicMsr.X2First and <= ApicMsr.X2Last ? RuleId.X2MsrNeedsX2Mode : RuleId.X2MsrAbsent;

    private static RuleId HoleRule(ApicPlane plane) =>
        plane.Traits.Model != ApicModel.Kvm ? RuleId.PageNotDecoded
        : (plane.Traits.Quirks & KvmQuirks.LapicMmioHole) != 0 ? RuleId.KvmMmioHole
        : RuleId.KvmMmioExit;

    /// <summary>A read outside xAPIC mode, or not of an aligned register.</summary>
    private static Answer ReadOtherPage(ApicPlane plane, int vcpu, uint offset, byte size, AccessOrigin origin)
    {
        if (plane.Apics[vcpu].Mode != ApicMode.XApic)
        {
            return new(Outcome.Unclaimed, HoleRule(plane), ulong.MaxValue >> (64 - (8 * size)), Responder.Nobody);
        }

        if (!plane.Profile.ServesNarrowReads && IsWhole(offset, size))
        {
            return ReadOpen(plane, vcpu, plane.XApicCells[(int)(offset >> 4)], origin);
        }

        if (!plane.Profile.ServesNarrowReads)
        {
            return Answer.Undefined(plane.Profile.AccessShapeRule);
        }

        uint start = offset & 0xF;
        if (start + size > 4)
        {
            return Answer.Undefined(RuleId.KvmUnreadable);
        }

        Answer whole = ReadPage(plane, vcpu, offset - start, 4, origin);
        return whole.Outcome == Outcome.Value
            ? Answer.Read((whole.Value >> (int)(8 * start)) & (ulong.MaxValue >> (64 - (8 * size))), RuleId.KvmNarrowRead)
            : whole;
    }

    /// <summary>A write outside xAPIC mode, or not of an aligned register.</summary>
    private static Answer WriteOtherPage(ApicPlane plane, int vcpu, uint offset, ulong value, byte size, AccessOrigin origin) =>
        plane.Apics[vcpu].Mode != ApicMode.XApic ? new(Outcome.Dropped, HoleRule(plane), responder: Responder.Nobody)
        : !plane.Profile.ServesNarrowReads && IsWhole(offset, size)
            ? WriteOpen(plane, vcpu, plane.XApicCells[(int)(offset >> 4)], (uint)value, origin)
        : plane.Profile.ServesNarrowReads ? Answer.Dropped(plane.Profile.AccessShapeRule)
        : Answer.Undefined(plane.Profile.AccessShapeRule);

    /// <summary>Whether an access is that of a whole register.</summary>
    private static bool IsWhole(uint offset, byte size) => (offset & 0xF) == 0 && size == 4 && offset >> 4 < PageSlots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Answer Read(ApicPlane plane, int vcpu, ref LocalApicState apic, in AccessCell cell, AccessOrigin origin) =>
        cell.Read is ReadEffect.Stored or ReadEffect.Ppr
            ? Answer.Read(cell.Read == ReadEffect.Stored ? apic[cell.Register] : apic.ProcessorPriority, cell.ReadRule)
            : ReadWithEffect(plane, vcpu, cell, origin);

    private static Answer ReadWithEffect(ApicPlane plane, int vcpu, in AccessCell cell, AccessOrigin origin)
    {
        switch (cell.Read)
        {
            case ReadEffect.Fault:
                return Answer.Refuse(origin, cell.ReadRule);
            case ReadEffect.Undefined:
                return Answer.Undefined(cell.ReadRule);
            case ReadEffect.IllegalAddress:
                ErrorStatus.Note(plane, vcpu, ErrorStatus.IllegalRegisterAddress);
                return Answer.Undefined(cell.ReadRule);
            default:
                return Answer.Read(ReadValue(plane, ref plane.Apics[vcpu], cell.Register, cell.Read), cell.ReadRule);
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
}
