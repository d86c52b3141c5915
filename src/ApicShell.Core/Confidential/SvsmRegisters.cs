using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

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
    private const uint IcrZeroBits = 0xFFF3_3000;

    /// <summary>MSR numbers of x2APIC registers; the tables have one place more, which serves nothing.</summary>
    private const int Numbers = 256;

    private static readonly SvsmRegister[] s_served = Served(timer: false);
    private static readonly SvsmRegister[] s_servedWithTimer = Served(timer: true);

    /// <summary>The register of an MSR number, which may be any number at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly SvsmRegister At(ulong msr, SvsmTimer timer)
    {
        SvsmRegister[] served = timer == SvsmTimer.None ? s_served : s_servedWithTimer;
        ulong slot = msr - ApicMsr.X2First;
        return ref served[slot < Numbers ? slot : Numbers];
    }

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public static RegisterAccess AccessOf(ApicRegister register, SvsmTimer timer) =>
        RegisterCatalogue.Find(register) is { } spec ? At(spec.Msr, timer).Access : RegisterAccess.None;

    public static SvsmResult Read(SnpPlatform platform, Machine machine, int vcpu, in SvsmRegister served, out ulong value, out RuleId rule)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        TakeBack(platform, machine, vcpu, ref state);
        if ((served.Access & RegisterAccess.Read) == 0)
        {
            bool known = served.Access != RegisterAccess.None;
            (value, rule) = (0, known ? RuleId.SvsmWriteOnly : RuleId.SvsmInvalidAddress);
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        rule = SvsmTimerRegisters.Has(served.Register) ? RuleId.SvsmTimerServes : RuleId.SvsmServes;
        value = Value(machine, vcpu, state, served.Register, platform.Options.Has(SvsmBehavior.PprIsVector));
        return SvsmResult.Success;
    }

    public static SvsmResult Write(SnpPlatform platform, Machine machine, int vcpu, in SvsmRegister served, ulong value, out RuleId rule)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        TakeBack(platform, machine, vcpu, ref state);
        if ((served.Access & RegisterAccess.Write) == 0)
        {
            bool known = served.Access != RegisterAccess.None;
            rule = known ? RuleId.SvsmReadOnly : RuleId.SvsmInvalidAddress;
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        switch (served.Register)
        {
            case ApicRegister.Tpr:
                return WriteTpr(ref state, value, out rule);
            case ApicRegister.Eoi:
                rule = value == 0 ? RuleId.SvsmServes : RuleId.SvsmEoiZero;
                if (value == 0)
                {
                    SvsmDelivery.End(platform, machine, vcpu, ref state, RuleId.SvsmEoi);
                }

                return value == 0 ? SvsmResult.Success : SvsmResult.InvalidParameter;
            case ApicRegister.Icr:
                return WriteIcr(platform, machine, vcpu, value, out rule);
            case ApicRegister.SelfIpi:
                if (value > 0xFF)
                {
                    rule = RuleId.SvsmSelfIpiValue;
                    return SvsmResult.InvalidParameter;
                }

                rule = SvsmIpi.SendSelf(platform, machine, vcpu, (byte)value);
                return SvsmResult.Success;
            default:
                return SvsmTimerRegisters.Write(platform, machine, vcpu, served.Register, value, out rule);
        }
    }

    /// <summary>What a read gives, without any effect; of a register that may be read.</summary>
    public static ulong Value(Machine machine, int vcpu, in SnpVcpuState state, ApicRegister register, bool pprIsVector)
    {
        switch (register)
        {
            case ApicRegister.Id:
                return machine.InitialApicId(vcpu);
            case ApicRegister.Tpr:
                return (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
            case ApicRegister.Ppr:
                return Ppr(state, pprIsVector);
            case ApicRegister.Ldr:
                uint apicId = machine.InitialApicId(vcpu);
                return ((apicId >> 4) << 16) | (1u << (int)(apicId & 15));
            case ApicRegister.Icr:
                return state.Svsm.Icr;
            case <= ApicRegister.Isr7:
                return state.Svsm.Isr(register - ApicRegister.Isr0);
            case <= ApicRegister.Tmr7:
                return state.Svsm.Tmr(register - ApicRegister.Tmr0);
            case <= ApicRegister.Irr7:
                return state.Svsm.Irr(register - ApicRegister.Irr0);
            default:
                return SvsmTimerRegisters.Value(machine, vcpu, register);
        }
    }

    /// <summary>The processor priority; in class the higher of TPR and the newest vector in service.</summary>
    public static uint Ppr(in SnpVcpuState state, bool isVector)
    {
        uint tpr = (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
        int service = state.Svsm.HighestService;
        return isVector && service >> 4 > (int)(tpr >> 4) ? (uint)service : Priority.Processor(tpr, service);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SvsmResult WriteTpr(ref SnpVcpuState state, ulong value, out RuleId rule)
    {
        if (value > 0xFF)
        {
            rule = RuleId.SvsmTprByte;
            return SvsmResult.InvalidParameter;
        }

        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority((byte)(value >> 4));
        rule = (value & 0xF) == 0 ? RuleId.SvsmServes : RuleId.SvsmTprByte;
        return SvsmResult.Success;
    }

    private static SvsmResult WriteIcr(SnpPlatform platform, Machine machine, int vcpu, ulong value, out RuleId rule)
    {
        if ((value & IcrZeroBits) != 0 || (DeliveryMode)((value >> 8) & 7) is not (DeliveryMode.Fixed or DeliveryMode.Nmi))
        {
            rule = RuleId.SvsmIcrValue;
            return SvsmResult.InvalidParameter;
        }

        platform.At(vcpu).Svsm.Icr = value;
        rule = SvsmIpi.Send(platform, machine, vcpu, value);
        return SvsmResult.Success;
    }

    /// <summary>What the guest has not taken goes back first, so that a read shows it and a write meets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakeBack(SnpPlatform platform, Machine machine, int vcpu, ref SnpVcpuState state)
    {
        if (state.Svsm.HasOpen)
        {
            SvsmDelivery.Rewind(platform, machine, vcpu, ref state);
        }
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
