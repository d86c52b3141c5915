using static ApicShell.Architecture.ApicRegister;

namespace ApicShell.Architecture;

/// <summary>Where a model's source tells about a register.</summary>
internal static class RegisterSource
{
    public static string Of(ApicRegister register, ApicModel model) => model switch
    {
        ApicModel.Amd => $"APM vol. 2, {(register == ApicRegister.ApicBase ? "" : "table 16-2 and ")}{Section(register)}",
        ApicModel.Intel => $"SDM vol. 3, {(register is ApicRegister.ApicBase or TscDeadline ? "" : "tables 10-1 and 10-6, ")}{IntelSection(register)}",
        _ => "recording; KVM lapic.c",
    };

    /// <summary>The section of APM vol. 2, chapter 16.</summary>
    private static string Section(ApicRegister register) => register switch
    {
        ApicRegister.ApicBase => "16.3.1",
        LvtTimer or TimerInitial or TimerCurrent or TimerDivide or TscDeadline => "16.4.1",
        LvtLint0 or LvtLint1 => "16.4.4",
        Esr or LvtError => "16.4.6",
        Svr => "16.4.7",
        LvtThermal or LvtPerf or LvtCmci => "16.4",
        Icr or Icr2 or RemoteRead => "16.5",
        Ldr or Dfr => "16.6.1",
        Apr => "16.6.2",
        Tpr or Ppr or Eoi => "16.6.4",
        SelfIpi => "16.11",
        >= ExtFeature => "16.7",
        _ => "16.3",
    };

    /// <summary>The section of SDM vol. 3, 325384-059, in which the APIC is chapter 10.</summary>
    private static string IntelSection(ApicRegister register) => register switch
    {
        ApicRegister.ApicBase => "10.4.4 and 10.12.1",
        Id => "10.4.6 and 10.12.5.1",
        Version => "10.4.8",
        LvtTimer or TimerInitial or TimerCurrent or TimerDivide or TscDeadline => "10.5.4",
        LvtLint0 or LvtLint1 or LvtThermal or LvtPerf or LvtCmci or LvtError => "10.5.1 and fig. 10-8",
        Esr => "10.5.3",
        Svr => "10.9",
        Icr or Icr2 => "10.6.1 and 10.12.9",
        Ldr or Dfr => "10.6.2.2 and 10.12.10",
        Tpr or Ppr => "10.8.3.1",
        Eoi => "10.8.5",
        SelfIpi => "10.12.11",
        >= Isr0 and <= Irr7 => "10.8.4",
        _ => "10.4.1",
    };
}
