namespace ApicShell.Architecture;

/// <summary>
/// Every register a local APIC has in any model, and the two MSRs beside it. The value is the register's place in an APIC's
/// register file; <see cref="RegisterCatalogue"/> says what each one is.
/// </summary>
public enum ApicRegister : byte
{
#pragma warning disable CS1591 // One sentence on each register stands in RegisterCatalogue, where tools can show it.
    None = 0,
    Id, Version, Tpr, Apr, Ppr, Eoi, RemoteRead, Ldr, Dfr, Svr,
    Isr0, Isr1, Isr2, Isr3, Isr4, Isr5, Isr6, Isr7,
    Tmr0, Tmr1, Tmr2, Tmr3, Tmr4, Tmr5, Tmr6, Tmr7,
    Irr0, Irr1, Irr2, Irr3, Irr4, Irr5, Irr6, Irr7,
    Esr, LvtCmci, Icr, Icr2,
    LvtTimer, LvtThermal, LvtPerf, LvtLint0, LvtLint1, LvtError,
    TimerInitial, TimerCurrent, TimerDivide, SelfIpi,
    ExtFeature, ExtControl, SpecificEoi,
    Ier0, Ier1, Ier2, Ier3, Ier4, Ier5, Ier6, Ier7,
    ExtLvt0, ExtLvt1, ExtLvt2, ExtLvt3,
    ApicBase, TscDeadline,
#pragma warning restore CS1591
}
