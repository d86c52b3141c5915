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
    public static ApicResult Execute(SnpPlatform platform, Machine machine, int vcpu, in Access access)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        if (state.Svsm.HasOpen)
        {
            SvsmDelivery.Rewind(platform, machine, vcpu, ref state);
        }

        ApicPlane plane = LentApic.Plane(machine);
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (IsNarrowRead(apic, access))
        {
            return ReadNarrowly(platform, machine, vcpu, access);
        }

        bool found = TryFind(plane, apic, access, out AccessCell cell);
        ApicResult result = !found ? LocalApic.Execute(plane, vcpu, access)
            : access.IsWrite ? Write(platform, machine, vcpu, cell, access)
            : Read(platform, machine, vcpu, cell, access);
        if (access.IsWrite && apic.IsEnabled == (state.ApicOff != 0))
        {
            // What waits is held back, or may go on.
            (state.ApicOff, state.Svsm.UpdateRequired) = ((byte)(apic.IsEnabled ? 0 : 1), 1);
        }

        return result.Rule is RuleId.XApicRegister or RuleId.X2ApicRegister or RuleId.BaseRegister && result.Succeeded
            ? new(result.Outcome, RuleId.WholeServes, result.Value, result.Responder)
            : result;
    }

    /// <summary>What a read of a register would give in the mode of now, without any effect.</summary>
    public static ulong Peek(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register)
    {
        ref LocalApicState apic = ref LentApic.Plane(machine).Apics[vcpu];
        return register switch
        {
            ApicRegister.ApicBase => apic.ApicBase,
            ApicRegister.TscDeadline => apic.TscDeadline,
            _ when IsEngines(register) => SvsmRegisters.Value(
                machine, vcpu, SvsmDelivery.Settled(platform.At(vcpu)), register, platform.Options.Has(SvsmBehavior.PprIsVector)),
            _ => LocalApic.Peek(LentApic.Plane(machine), vcpu, RegisterCatalogue.Find(register)!),
        };
    }

    /// <summary>What the guest may do with a register in the mode of now.</summary>
    public static RegisterAccess AccessOf(Machine machine, int vcpu, ApicRegister register)
    {
        ApicPlane plane = LentApic.Plane(machine);
        return RegisterCatalogue.Find(register) is not { } spec
            ? register == ApicRegister.ApicBase || machine.HasTscDeadline ? RegisterAccess.ReadWrite : RegisterAccess.None
            : plane.Apics[vcpu].IsX2Apic ? spec.X2ApicAccess(plane.Traits.Model)
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
    private static bool TryFind(ApicPlane plane, in LocalApicState apic, in Access access, out AccessCell cell)
    {
        bool isMsr = access.Kind == AccessKind.Msr;
        bool reaches = isMsr ? apic.IsX2Apic : apic.IsXApic && (access.Address & 0xF) == 0 && access.Size == 4;
        AccessCell[] cells = isMsr ? plane.X2ApicCells : plane.XApicCells;
        uint slot = isMsr ? access.Address - ApicMsr.X2First : access.Address >> 4;
        bool found = reaches && slot < (uint)cells.Length;
        cell = found ? cells[slot] : default;
        return found;
    }

    private static ApicResult Read(SnpPlatform platform, Machine machine, int vcpu, in AccessCell cell, in Access access) =>
        IsEngines(cell.Register) && cell.Read is ReadEffect.Stored or ReadEffect.Ppr
            ? ApicResult.Read(
                SvsmRegisters.Value(machine, vcpu, platform.At(vcpu), cell.Register, platform.Options.Has(SvsmBehavior.PprIsVector)), cell.ReadRule)
            : LocalApic.Execute(LentApic.Plane(machine), vcpu, access);

    private static ApicResult Write(SnpPlatform platform, Machine machine, int vcpu, in AccessCell cell, in Access access)
    {
        ApicPlane plane = LentApic.Plane(machine);
        ulong value = access.Kind == AccessKind.Mmio ? (uint)access.Value : access.Value;
        if ((value & cell.Faults) != 0)
        {
            return LocalApic.Execute(plane, vcpu, access);
        }

        ref LocalApicState apic = ref plane.Apics[vcpu];
        ref SnpVcpuState state = ref platform.At(vcpu);
        uint kept = cell.KeptOf((uint)value, apic[cell.Register]);
        switch (cell.Write)
        {
            case WriteEffect.Store when cell.Register == ApicRegister.Tpr:
                state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority((byte)(kept >> 4));
                return ApicResult.Done((kept & 0xF) == 0 ? cell.RuleOf((uint)value) : RuleId.SvsmTprByte);
            case WriteEffect.Eoi:
                SvsmDelivery.End(platform, machine, vcpu, ref state, RuleId.SvsmEoi);
                return ApicResult.Done(cell.WriteRule);
            case WriteEffect.SelfIpi:
                return ApicResult.Done(WholeIpi.SendSelf(platform, machine, vcpu, (byte)value));
            case WriteEffect.Icr:
                apic[cell.Register] = kept;
                return ApicResult.Done(WholeIpi.Send(platform, machine, vcpu, kept, apic[ApicRegister.Icr2] >> 24));
            case WriteEffect.Icr64:
                kept = (uint)value & cell.Kept;
                (apic[cell.Register], apic.IcrDestination) = (kept, (uint)(value >> 32));
                return ApicResult.Done(WholeIpi.Send(platform, machine, vcpu, kept, apic.IcrDestination));
            default:
                return LocalApic.Execute(plane, vcpu, access);
        }
    }

    /// <summary>Whether KVM reads it as a part of one register.</summary>
    private static bool IsNarrowRead(in LocalApicState apic, in Access access) =>
        access.Kind == AccessKind.Mmio && !access.IsWrite && apic.IsXApic && access.Size < 4 && (access.Address & 0xF) + access.Size <= 4;

    private static ApicResult ReadNarrowly(SnpPlatform platform, Machine machine, int vcpu, in Access access)
    {
        uint start = access.Address & 0xF;
        ApicResult whole = Execute(platform, machine, vcpu, access with { Address = access.Address - start, Size = 4 });
        return whole.Outcome == Outcome.Value
            ? ApicResult.Read((whole.Value >> (int)(8 * start)) & (ulong.MaxValue >> (64 - (8 * access.Size))), RuleId.KvmNarrowRead)
            : whole;
    }
}
