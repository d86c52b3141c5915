using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>A register number of the SVSM's APIC protocol.</summary>
/// <param name="Register">What it names; None for a number that is not served.</param>
/// <param name="Access">What the guest may do with it.</param>
internal readonly record struct SvsmRegister(ApicRegister Register, RegisterAccess Access);

/// <summary>
/// The registers of the SVSM's APIC protocol (call 2 reads, call 3 writes): a fixed set of x2APIC MSRs, with timer support four more, and a
/// result code for everything else (coconut-svsm cpu/apic.rs at f4bc4bcd). There is no xAPIC path.
/// </summary>
internal static class SvsmRegisters
{
    /// <summary>Bits 31:20, 17:16 and 13:12 must be 0; with 9:8 too, of message types only fixed, 0, and NMI, 4, are left.</summary>
    private const uint IcrZeroBits =
        ~InterruptMessage.IcrMask | (InterruptMessage.ModeMask & ~((uint)DeliveryMode.Nmi << InterruptMessage.ModeShift));

    /// <summary>MSR numbers of x2APIC registers; the tables have one place more, which serves nothing.</summary>
    private const int Numbers = 256;

    private static readonly SvsmRegister[] s_served = Served(timer: false);
    private static readonly SvsmRegister[] s_servedWithTimer = Served(timer: true);

    /// <summary>The registers that an SVSM serves: the table for <see cref="At"/>.</summary>
    public static SvsmRegister[] Of(SvsmTimer timer) => timer == SvsmTimer.None ? s_served : s_servedWithTimer;

    /// <summary>The register of an MSR number, which may be any number at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly SvsmRegister At(SvsmRegister[] served, ulong msr)
    {
        ulong slot = msr - ApicMsr.X2First;
        return ref served[slot < Numbers ? (int)slot : Numbers];
    }

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public static RegisterAccess AccessOf(ApicRegister register, SvsmTimer timer) =>
        RegisterCatalogue.Find(register) is { } spec ? At(Of(timer), spec.Msr).Access : RegisterAccess.None;

    /// <summary>Call 2. What the guest has not taken goes back first, so that a read shows it.</summary>
    public static Answer Read(SnpVcpu cpu, ref SnpVcpuState state, in SvsmRegister served)
    {
        SvsmDelivery.Settle(cpu, ref state);
        return (served.Access & RegisterAccess.Read) == 0
            ? Refuse(served, SnpRule.SvsmWriteOnly)
            : SnpAnswer.Served(
                SvsmTimerRegisters.Has(served.Register) ? SnpRule.SvsmTimerServes : SnpRule.SvsmServes,
                Value(cpu, state, served.Register, cpu.Has(SvsmBehavior.PprIsVector)));
    }

    /// <summary>Call 3. What the guest has not taken goes back first, so that a write meets it.</summary>
    public static Answer Write(SnpVcpu cpu, ref SnpVcpuState state, in SvsmRegister served, ulong value)
    {
        SvsmDelivery.Settle(cpu, ref state);
        if ((served.Access & RegisterAccess.Write) == 0)
        {
            return Refuse(served, SnpRule.SvsmReadOnly);
        }

        switch (served.Register)
        {
            case ApicRegister.Tpr:
                return WriteTpr(ref state, value);
            case ApicRegister.Eoi when value != 0:
                return SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmEoiZero);
            case ApicRegister.Eoi:
                SvsmDelivery.End(cpu, ref state, SnpRule.SvsmEoi);
                return SnpAnswer.Served(SnpRule.SvsmServes);
            case ApicRegister.Icr:
                return WriteIcr(cpu, ref state, value);
            case ApicRegister.SelfIpi:
                return value > 0xFF
                    ? SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmSelfIpiValue)
                    : SnpAnswer.Served(SvsmIpi.SendSelf(cpu, (byte)value));
            default:
                return SvsmTimerRegisters.Write(cpu, served.Register, value);
        }
    }

    /// <summary>What a read gives, without any effect; of a register that may be read.</summary>
    public static ulong Value(SnpVcpu cpu, in SnpVcpuState state, ApicRegister register, bool pprIsVector)
    {
        switch (register)
        {
            case ApicRegister.Id:
                return cpu.Machine.InitialApicId(cpu.Index);
            case ApicRegister.Tpr:
                return (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
            case ApicRegister.Ppr:
                return Ppr(state, pprIsVector);
            case ApicRegister.Ldr:
                return LogicalId.OfX2Apic(cpu.Machine.InitialApicId(cpu.Index)).Value;
            case ApicRegister.Icr:
                return state.Svsm.Icr;
            case <= ApicRegister.Isr7:
                return state.Svsm.Isr(register - ApicRegister.Isr0);
            case <= ApicRegister.Tmr7:
                return state.Svsm.Tmr(register - ApicRegister.Tmr0);
            case <= ApicRegister.Irr7:
                return state.Svsm.Irr(register - ApicRegister.Irr0);
            default:
                return SvsmTimerRegisters.Value(cpu, register);
        }
    }

    /// <summary>The processor priority; in class the higher of TPR and the newest vector in service.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Ppr(in SnpVcpuState state, bool isVector)
    {
        uint tpr = (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
        int service = state.Svsm.HighestService;
        return isVector && service >> 4 > (int)(tpr >> 4) ? (uint)service : Priority.Processor(tpr, (uint)Math.Max(service, 0));
    }

    private static Answer Refuse(in SvsmRegister served, RuleId otherDirection) => served.Access != RegisterAccess.None
        ? SnpAnswer.Failed(SvsmResult.InvalidParameter, otherDirection)
        : SnpAnswer.Failed(SvsmResult.InvalidAddress, SnpRule.SvsmInvalidAddress);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Answer WriteTpr(ref SnpVcpuState state, ulong value)
    {
        if (value > 0xFF)
        {
            return SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmTprByte);
        }

        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority((byte)(value >> 4));
        return SnpAnswer.Served((value & 0xF) == 0 ? SnpRule.SvsmServes : SnpRule.SvsmTprByte);
    }

    private static Answer WriteIcr(SnpVcpu cpu, ref SnpVcpuState state, ulong value)
    {
        if ((value & IcrZeroBits) != 0)
        {
            return SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmIcrValue);
        }

        state.Svsm.Icr = value;
        return SnpAnswer.Served(SvsmIpi.Send(cpu, value));
    }

    private static SvsmRegister[] Served(bool timer)
    {
        var served = new SvsmRegister[Numbers + 1];
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            RegisterAccess access = spec.Register switch
            {
                ApicRegister.Tpr or ApicRegister.Icr => RegisterAccess.ReadWrite,
                ApicRegister.Eoi or ApicRegister.SelfIpi => RegisterAccess.Write,
                ApicRegister.Id or ApicRegister.Ppr or ApicRegister.Ldr or (>= ApicRegister.Isr0 and <= ApicRegister.Irr7) => RegisterAccess.Read,
                ApicRegister.TimerCurrent when timer => RegisterAccess.Read,
                _ => timer && SvsmTimerRegisters.Has(spec.Register) ? RegisterAccess.ReadWrite : RegisterAccess.None,
            };
            if (access != RegisterAccess.None)
            {
                served[spec.Msr - ApicMsr.X2First] = new(spec.Register, access);
            }
        }

        return served;
    }
}
