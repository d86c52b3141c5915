using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The registers of the SVSM's APIC protocol (call 2 reads, call 3 writes): a fixed set of x2APIC MSRs, with timer support four more, and a
/// result code for everything else (coconut-svsm cpu/apic.rs at f4bc4bcd). There is no xAPIC path.
/// </summary>
internal static class SvsmRegisters
{
    private const uint IcrZeroBits = 0xFFF3_3000;

    private static readonly RegisterAccess[] s_served = Served(timer: false);
    private static readonly RegisterAccess[] s_servedWithTimer = Served(timer: true);

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public static RegisterAccess AccessOf(ApicRegister register, SvsmTimer timer) =>
        (timer == SvsmTimer.None ? s_served : s_servedWithTimer)[(int)register];

    public static SvsmResult Read(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register, out ulong value, out RuleId rule)
    {
        value = 0;
        RegisterAccess access = AccessOf(register, platform.Options.Timer);
        if ((access & RegisterAccess.Read) == 0)
        {
            bool known = access != RegisterAccess.None;
            rule = known ? RuleId.SvsmWriteOnly : RuleId.SvsmInvalidAddress;
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        if (SvsmTimerRegisters.Has(register))
        {
            return SvsmTimerRegisters.Read(machine, vcpu, register, out value, out rule);
        }

        rule = RuleId.SvsmServes;
        value = Value(platform, machine, vcpu, register);
        return SvsmResult.Success;
    }

    public static SvsmResult Write(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register, ulong value, out RuleId rule)
    {
        RegisterAccess access = AccessOf(register, platform.Options.Timer);
        if ((access & RegisterAccess.Write) == 0)
        {
            bool known = access != RegisterAccess.None;
            rule = known ? RuleId.SvsmReadOnly : RuleId.SvsmInvalidAddress;
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        switch (register)
        {
            case ApicRegister.Tpr:
                return WriteTpr(ref platform.At(vcpu), value, out rule);
            case ApicRegister.Eoi:
                rule = value == 0 ? RuleId.SvsmServes : RuleId.SvsmEoiZero;
                if (value == 0)
                {
                    SvsmDelivery.End(platform, machine, vcpu);
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
                return SvsmTimerRegisters.Write(platform, machine, vcpu, register, value, out rule);
        }
    }

    /// <summary>What a read gives, without any effect; of a register that may be read.</summary>
    public static ulong Value(SnpPlatform platform, Machine machine, int vcpu, ApicRegister register)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        ref SvsmApicState apic = ref state.Svsm;
        uint apicId = machine.InitialApicId(vcpu);
        switch (register)
        {
            case ApicRegister.Id:
                return apicId;
            case ApicRegister.Tpr:
                return (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
            case ApicRegister.Ppr:
                return Ppr(state, platform.Options.Has(SvsmBehavior.PprIsVector));
            case ApicRegister.Ldr:
                return ((apicId >> 4) << 16) | (1u << (int)(apicId & 15));
            case ApicRegister.Icr:
                return apic.Icr;
            case <= ApicRegister.Isr7:
                return apic.Isr(register - ApicRegister.Isr0);
            case <= ApicRegister.Tmr7:
                return apic.Tmr(register - ApicRegister.Tmr0);
            case <= ApicRegister.Irr7:
                return apic.Irr(register - ApicRegister.Irr0);
            default:
                return SvsmTimerRegisters.Value(machine, vcpu, register);
        }
    }

    private static uint Ppr(in SnpVcpuState state, bool isVector)
    {
        uint tpr = (uint)state.Vmsa.InterruptControl.TaskPriority << 4;
        int service = state.Svsm.HighestService;
        return isVector && service >> 4 > (int)(tpr >> 4) ? (uint)service : Priority.Processor(tpr, service);
    }

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

    private static RegisterAccess[] Served(bool timer)
    {
        var served = new RegisterAccess[256];
        served[(int)ApicRegister.Id] = RegisterAccess.Read;
        served[(int)ApicRegister.Tpr] = RegisterAccess.ReadWrite;
        served[(int)ApicRegister.Ppr] = RegisterAccess.Read;
        served[(int)ApicRegister.Eoi] = RegisterAccess.Write;
        served[(int)ApicRegister.Ldr] = RegisterAccess.Read;
        served[(int)ApicRegister.Icr] = RegisterAccess.ReadWrite;
        served[(int)ApicRegister.SelfIpi] = RegisterAccess.Write;
        for (ApicRegister vectors = ApicRegister.Isr0; vectors <= ApicRegister.Irr7; vectors++)
        {
            served[(int)vectors] = RegisterAccess.Read;
        }

        if (timer)
        {
            served[(int)ApicRegister.LvtTimer] = RegisterAccess.ReadWrite;
            served[(int)ApicRegister.TimerInitial] = RegisterAccess.ReadWrite;
            served[(int)ApicRegister.TimerCurrent] = RegisterAccess.Read;
            served[(int)ApicRegister.TimerDivide] = RegisterAccess.ReadWrite;
        }

        return served;
    }
}
