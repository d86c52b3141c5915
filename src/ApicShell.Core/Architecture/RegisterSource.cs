using static ApicShell.Architecture.ApicRegister;

namespace ApicShell.Architecture;

/// <summary>Where a model's source tells about a register.</summary>
internal static class RegisterSource
{
    public static string Of(ApicRegister register, ApicModel model) => model switch
    {
        ApicModel.Amd => $"APM vol. 2, {(register == ApicRegister.ApicBase ? "" : "table 16-2 and ")}{Section(register)}",
        ApicModel.Intel => "SDM vol. 3, local APIC register address map",
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
}
