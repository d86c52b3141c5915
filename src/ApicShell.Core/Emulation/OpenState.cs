using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// What an APIC holds once AE was 0, which neither manual settles (<see cref="RuleId.DisabledStateOpen"/>): a read of such a register is undefined until it is
/// written, or RESET or INIT comes. Behind it the emulator goes on with its reading of the manual, so that interrupts still come.
/// </summary>
internal static class OpenState
{
    private const ulong Constants = (1UL << (int)ApicRegister.Version) | (1UL << (int)ApicRegister.ExtFeature);
    private const ulong Isr = 0xFFUL << (int)ApicRegister.Isr0;
    private const ulong Irr = 0xFFUL << (int)ApicRegister.Irr0;

    /// <summary>AE has become 0.</summary>
    /// <param name="apic">Whose.</param>
    /// <param name="keepsId">Whether the ID is kept.</param>
    public static void Begin(ref LocalApicState apic, bool keepsId) => apic.Open = ~(Constants | (keepsId ? BitOf(ApicRegister.Id) : 0));

    /// <summary>After x2APIC mode was entered: LDR follows from the ID.</summary>
    public static void EnterX2Apic(ref LocalApicState apic, bool ownId)
    {
        apic.Open &= ~(BitOf(ApicRegister.Ldr) | (ownId ? BitOf(ApicRegister.Id) : 0));
        apic.Open |= (apic.Open & BitOf(ApicRegister.Id)) != 0 ? BitOf(ApicRegister.Ldr) : 0;
    }

    /// <summary>After INIT, which leaves the ID, and the LDR that follows from it in x2APIC mode.</summary>
    public static void Initialize(ref LocalApicState apic) =>
        apic.Open &= BitOf(ApicRegister.Id) | (apic.IsX2Apic ? BitOf(ApicRegister.Ldr) : 0);

    /// <summary>What a read gives that would give an answer.</summary>
    public static Answer OfRead(in LocalApicState apic, ApicRegister register, Answer answer) =>
        answer.HasValue && (apic.Open & SourcesOf(register)) != 0 ? Answer.Undefined(RuleId.DisabledStateOpen) : answer;

    /// <summary>After a write that took effect: the register is known. The first write of ESR shows errors of before, so that it takes two.</summary>
    public static void AfterWrite(ref LocalApicState apic, ApicRegister register)
    {
        bool gathered = register == ApicRegister.Esr && (apic.Open & BitOf(ApicRegister.None)) != 0;
        apic.Open &= ~BitOf(gathered ? ApicRegister.None : register);
    }

    private static ulong BitOf(ApicRegister register) => 1UL << (int)register;

    /// <summary>What a read's value comes from.</summary>
    private static ulong SourcesOf(ApicRegister register) => register switch
    {
        ApicRegister.Ppr => BitOf(ApicRegister.Tpr) | Isr,
        ApicRegister.Apr => BitOf(ApicRegister.Tpr) | Isr | Irr,
        ApicRegister.TimerCurrent => BitOf(ApicRegister.TimerInitial) | BitOf(ApicRegister.TimerDivide) | BitOf(ApicRegister.LvtTimer),
        _ => BitOf(register),
    };
}
