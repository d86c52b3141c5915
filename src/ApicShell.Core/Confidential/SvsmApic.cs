using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// The register calls of the SVSM's APIC protocol (3: APIC; call 2 reads, call 3 writes): a fixed set of x2APIC MSRs, and a result code
/// for everything else (coconut-svsm cpu/apic.rs at f4bc4bcd). There is no xAPIC path.
/// </summary>
internal static class SvsmApic
{
    /// <summary>RAX bits 63:32 of an APIC protocol call.</summary>
    public const ulong Protocol = 3;

    public const ulong ReadRegisterCall = 2;

    public const ulong WriteRegisterCall = 3;

    private const uint IcrZeroBits = 0xFFF3_3000;

    private static readonly RegisterAccess[] s_served = Served();

    /// <summary>What the SVSM lets a guest do with a register; None for one it does not serve.</summary>
    public static RegisterAccess AccessOf(ApicRegister register) => s_served[(int)register];

    public static SvsmResult Read(in SvsmApicState apic, uint apicId, uint msr, out ulong value, out RuleId rule)
    {
        value = 0;
        ApicRegister register = RegisterCatalogue.AtMsr(msr)?.Register ?? ApicRegister.None;
        RegisterAccess access = AccessOf(register);
        if ((access & RegisterAccess.Read) == 0)
        {
            bool known = access != RegisterAccess.None;
            rule = known ? RuleId.SvsmWriteOnly : RuleId.SvsmInvalidAddress;
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        rule = RuleId.SvsmServes;
        value = Value(apic, apicId, register);
        return SvsmResult.Success;
    }

    public static SvsmResult Write(ref SvsmApicState apic, uint msr, ulong value, out RuleId rule)
    {
        ApicRegister register = RegisterCatalogue.AtMsr(msr)?.Register ?? ApicRegister.None;
        RegisterAccess access = AccessOf(register);
        if ((access & RegisterAccess.Write) == 0)
        {
            bool known = access != RegisterAccess.None;
            rule = known ? RuleId.SvsmReadOnly : RuleId.SvsmInvalidAddress;
            return known ? SvsmResult.InvalidParameter : SvsmResult.InvalidAddress;
        }

        rule = Apply(ref apic, register, value, out bool accepted);
        return accepted ? SvsmResult.Success : SvsmResult.InvalidParameter;
    }

    private static unsafe ulong Value(in SvsmApicState apic, uint apicId, ApicRegister register)
    {
        uint tpr = (uint)apic.VTpr << 4;
        switch (register)
        {
            case ApicRegister.Id:
                return apicId;
            case ApicRegister.Tpr:
                return tpr;
            case ApicRegister.Ppr:
                // The whole vector, not its class: how the SVSM differs from the manuals.
                int service = apic.HighestService;
                return service >> 4 > apic.VTpr ? (uint)service : tpr;
            case ApicRegister.Ldr:
                return ((apicId >> 4) << 16) | (1u << (int)(apicId & 15));
            case ApicRegister.Icr:
                return apic.Icr;
            case <= ApicRegister.Isr7:
                return apic.ServiceWord(register - ApicRegister.Isr0);
            case <= ApicRegister.Tmr7:
                return apic.Tmr[register - ApicRegister.Tmr0];
            default:
                return apic.Irr[register - ApicRegister.Irr0];
        }
    }

    private static RuleId Apply(ref SvsmApicState apic, ApicRegister register, ulong value, out bool accepted)
    {
        switch (register)
        {
            case ApicRegister.Tpr:
                accepted = value <= 0xFF;
                apic.VTpr = accepted ? (byte)(value >> 4) : apic.VTpr;
                return accepted && (value & 0xF) == 0 ? RuleId.SvsmServes : RuleId.SvsmTprByte;
            case ApicRegister.Eoi:
                accepted = value == 0;
                apic.ServiceCount -= (byte)(accepted && apic.ServiceCount > 0 ? 1 : 0);
                return accepted ? RuleId.SvsmServes : RuleId.SvsmEoiZero;
            case ApicRegister.Icr:
                uint messageType = (uint)(value >> 8) & 7;
                accepted = (value & IcrZeroBits) == 0 && messageType is 0 or 4;
                apic.Icr = accepted ? value : apic.Icr;
                return accepted ? RuleId.SvsmIpiKept : RuleId.SvsmIcrValue;
            default:
                accepted = value <= 0xFF;
                return accepted ? RuleId.SvsmIpiKept : RuleId.SvsmSelfIpiValue;
        }
    }

    private static RegisterAccess[] Served()
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

        return served;
    }
}
