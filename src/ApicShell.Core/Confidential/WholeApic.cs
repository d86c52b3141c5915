using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// A whole local APIC of the SVSM, in each of its modes: the lent APIC is its register file and its rules, KVM's, and the delivery engine has what
/// interrupts go through: TPR in the VMSA, IRR, the stack of vectors in service, IPIs.
/// </summary>
internal static class WholeApic
{
    /// <summary>Whether an MSR is the APIC's.</summary>
    public static bool Has(uint msr) => msr is ApicMsr.ApicBase or ApicMsr.TscDeadline or (>= ApicMsr.X2First and <= ApicMsr.X2Last);

    /// <summary>An access, in the middle of the SVSM call that it is.</summary>
    public static Answer Execute(SnpVcpu cpu, Access access)
    {
        ref SnpVcpuState state = ref cpu.State;
        if (state.Svsm.HasOpen)
        {
            SvsmDelivery.Rewind(cpu, ref state);
        }

        ApicPlane plane = cpu.LentPlane;
        ref LocalApicState apic = ref plane.Apics[cpu.Index];
        if (IsNarrowRead(apic, access))
        {
            return ReadNarrowly(cpu, access);
        }

        bool found = TryFind(plane, apic, access, out AccessCell cell);
        Answer result = !found ? LocalApic.Execute(plane, cpu.Index, access)
            : access.IsWrite ? Write(cpu, cell, access)
            : Read(cpu, cell, access);
        if (access.IsWrite && apic.IsEnabled == (state.ApicOff != 0))
        {
            // What waits is held back, or may go on.
            (state.ApicOff, state.Svsm.UpdateRequired) = ((byte)(apic.IsEnabled ? 0 : 1), 1);
        }

        return result.Rule is RuleId.XApicRegister or RuleId.X2ApicRegister or RuleId.BaseRegister && result.Succeeded
            ? result.By(SnpRule.WholeServes)
            : result;
    }

    /// <summary>What a read of a register would give in the mode of now, without any effect.</summary>
    public static ulong Peek(SnpVcpu cpu, ApicRegister register)
    {
        ref LocalApicState apic = ref cpu.LentApic;
        return register switch
        {
            ApicRegister.ApicBase => apic.ApicBase,
            ApicRegister.TscDeadline => apic.TscDeadline,
            _ when IsEngines(register) => SvsmRegisters.Value(
                cpu, SvsmDelivery.Settled(cpu.State), register, cpu.Has(SvsmBehavior.PprIsVector)),
            _ => LocalApic.Peek(cpu.LentPlane, cpu.Index, RegisterCatalogue.Find(register)!),
        };
    }

    /// <summary>What the guest may do with a register in the mode of now.</summary>
    public static RegisterAccess AccessOf(SnpVcpu cpu, ApicRegister register)
    {
        ApicPlane plane = cpu.LentPlane;
        return RegisterCatalogue.Find(register) is not { } spec
            ? register == ApicRegister.ApicBase || (register == ApicRegister.TscDeadline && cpu.Machine.Traits.HasTscDeadline) ? RegisterAccess.ReadWrite : RegisterAccess.None
            : plane.Apics[cpu.Index].IsX2Apic ? spec.X2ApicAccess(plane.Traits.Model)
            : spec.XApicAccess(plane.Traits.Model);
    }

    /// <summary>INIT has reset the lent APIC, which keeps its mode: the engine starts anew too, but for the vectors that the host may send.</summary>
    public static void AfterInit(ref SnpVcpuState state)
    {
        state.Svsm.Initialize();
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority(0).With(VirtualInterruptControl.RequestBit, false);
        state.Vmsa.EventInjection = default;
        state.CallingArea.NoEoiRequired = 0;
    }

    /// <summary>Whether the delivery engine has a register, and not the lent APIC.</summary>
    private static bool IsEngines(ApicRegister register) =>
        register is ApicRegister.Tpr or ApicRegister.Ppr or (>= ApicRegister.Isr0 and <= ApicRegister.Irr7);

    /// <summary>What the access does to a register, where it is one of a whole register in the mode of now.</summary>
    private static bool TryFind(ApicPlane plane, in LocalApicState apic, Access access, out AccessCell cell)
    {
        bool isMsr = access.Kind == AccessKind.Msr;
        bool reaches = isMsr ? apic.IsX2Apic : apic.IsXApic && (access.Address & 0xF) == 0 && access.Size == 4;
        AccessCell[] cells = isMsr ? plane.X2ApicCells : plane.XApicCells;
        uint slot = isMsr ? access.Address - ApicMsr.X2First : access.Address >> 4;
        bool found = reaches && slot < (uint)cells.Length;
        cell = found ? cells[slot] : default;
        return found;
    }

    private static Answer Read(SnpVcpu cpu, in AccessCell cell, Access access) =>
        IsEngines(cell.Register) && cell.Read is ReadEffect.Stored or ReadEffect.Ppr
            ? Answer.Read(
                SvsmRegisters.Value(cpu, cpu.State, cell.Register, cpu.Has(SvsmBehavior.PprIsVector)), cell.ReadRule)
            : LocalApic.Execute(cpu.LentPlane, cpu.Index, access);

    private static Answer Write(SnpVcpu cpu, in AccessCell cell, Access access)
    {
        ApicPlane plane = cpu.LentPlane;
        ulong value = access.Kind == AccessKind.Mmio ? (uint)access.Value : access.Value;
        if ((value & cell.Faults) != 0)
        {
            return LocalApic.Execute(plane, cpu.Index, access);
        }

        ref LocalApicState apic = ref plane.Apics[cpu.Index];
        ref SnpVcpuState state = ref cpu.State;
        uint kept = cell.KeptOf((uint)value, apic[cell.Register]);
        switch (cell.Write)
        {
            case WriteEffect.Store when cell.Register == ApicRegister.Tpr:
                state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority((byte)(kept >> 4));
                return Answer.Done((kept & 0xF) == 0 ? cell.RuleOf((uint)value) : SnpRule.SvsmTprByte);
            case WriteEffect.Eoi:
                SvsmDelivery.End(cpu, ref state, SnpRule.SvsmEoi);
                return Answer.Done(cell.WriteRule);
            case WriteEffect.SelfIpi:
                return Answer.Done(WholeIpi.SendSelf(cpu, (byte)value));
            case WriteEffect.Icr:
                apic[cell.Register] = kept;
                return Answer.Done(WholeIpi.Send(cpu, kept, new XApicId(apic[ApicRegister.Icr2]).Value));
            case WriteEffect.Icr64:
                kept = (uint)value & cell.Kept;
                (apic[cell.Register], apic.IcrDestination) = (kept, (uint)(value >> 32));
                return Answer.Done(WholeIpi.Send(cpu, kept, apic.IcrDestination));
            default:
                return LocalApic.Execute(plane, cpu.Index, access);
        }
    }

    /// <summary>Whether KVM reads it as a part of one register.</summary>
    private static bool IsNarrowRead(in LocalApicState apic, Access access) =>
        access.Kind == AccessKind.Mmio && !access.IsWrite && apic.IsXApic && access.Size < 4 && (access.Address & 0xF) + access.Size <= 4;

    private static Answer ReadNarrowly(SnpVcpu cpu, Access access)
    {
        uint start = access.Address & 0xF;
        Answer whole = Execute(cpu, new(access.Kind, access.IsWrite, access.Address - start, access.Value, 4, access.Origin));
        return whole.Outcome == Outcome.Value
            ? Answer.Read((whole.Value >> (int)(8 * start)) & (ulong.MaxValue >> (64 - (8 * access.Size))), RuleId.KvmNarrowRead)
            : whole;
    }
}
