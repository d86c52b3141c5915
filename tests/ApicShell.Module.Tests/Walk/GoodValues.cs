using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Tests.Walk;

/// <summary>What a command is given beside the value that it does not want: what its parameter set wants, and what keeps it short.</summary>
internal static class GoodValues
{
    // By the parameter's name, or by that of the command too where a name means different things.
    private static readonly Dictionary<string, string> s_wanted = new()
    {
        ["Address"] = "0xFEE00000L",
        ["All"] = "[switch]$true",
        ["Asserted"] = "$true",
        ["Boot"] = "'OvmfSmall'",
        ["Call"] = "0",
        ["Checkpoint"] = "Checkpoint-ApicMachine",
        ["Data"] = "0x41",
        ["Design"] = "'A'",
        ["Destination"] = "0",
        ["ExitCode"] = "'Features'",
        ["Grammar"] = "[switch]$true",
        ["Init"] = "[switch]$true",
        ["InputObject"] = "Get-ApicTrace",
        ["Invoke-ApicReplay -InputObject"] = "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0'",
        ["Merge-ApicDivergence -InputObject"] = "Find-ApicDivergence A -MaxDepth 1",
        ["Knob"] = "@{ SvsmApic = 'EveryVcpu' }",
        ["LiteralPath"] = "'letter.txt'",
        ["LvtEntry"] = "'LvtTimer'",
        ["Machine"] = "Get-ApicMachine",
        ["Mode"] = "'XApic'",
        ["Model"] = "'Kvm'",
        ["MsrProtocol"] = "'Features'",
        ["Name"] = "'Mine'",
        ["Nanoseconds"] = "1",
        ["Nmi"] = "[switch]$true",
        ["Party"] = "'Svsm'",
        ["Path"] = "'letter.txt'",
        ["Export-ApicTrace -Path"] = "'new.txt'",
        ["Phase"] = "@{ SEC = 'read Id' }",
        ["Pin"] = "0",
        ["Register"] = "'Tpr'",
        ["Invoke-ApicScript -Text"] = "'rdmsr 0 0x1b'",
        ["ScriptBlock"] = "{ Read-ApicMmio Tpr }",
        ["Compare-ApicBackend -Machine"] = "(Get-ApicMachine)[0], (Get-ApicMachine)[0]",
        ["SelfIpi"] = "[switch]$true",
        ["Shorthand"] = "'Self'",
        ["Startup"] = "[switch]$true",
        ["Target"] = "Get-ApicVcpu 0",
        ["Text"] = "'apic_mem_readl 0x80 = 0x0'",
        ["To"] = "Get-ApicVcpu 1",
        ["ToNextTimer"] = "[switch]$true",
        ["Trace"] = "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0'",
        ["Value"] = "0xFEE00900L",
        ["Vector"] = "0x41",
    };

    // Without these a command would take seconds wherever the odd value is a good one.
    private static readonly Dictionary<string, IReadOnlyList<(string Parameter, string Value)>> s_short = new()
    {
        ["Compare-ApicDesign"] = [("Design", "'A'"), ("Condition", ",@()")],
        ["Invoke-ApicCampaign"] = [("Backend", "'Emulator', 'Emulator'"), ("Count", "1"), ("TimeLimit", "1")],
        ["Find-ApicDivergence"] = [("MaxDepth", "1"), ("MaxMemory", "1MB"), ("ThrottleLimit", "1")],
        ["Find-ApicRemedy"] = [("Change", "'SecSwitches'"), ("ThrottleLimit", "1")],
    };

    // A set that is chosen by one of several parameters.
    private static readonly Dictionary<string, IReadOnlyList<(string Parameter, string Value)>> s_chosen = new()
    {
        ["Set-ApicBase Bits"] = [("Enabled", "$true")],
        ["Test-ApicBase Bits"] = [("Enabled", "$true")],
    };

    /// <summary>The value of a parameter that has to be given, as a script; null where the table has none.</summary>
    public static string? Of(string command, string parameter) =>
        s_wanted.TryGetValue($"{command} -{parameter}", out string? own) ? own : s_wanted.GetValueOrDefault(parameter);

    /// <summary>What a command is given too, where that is not what is walked.</summary>
    public static IEnumerable<(string Parameter, string Value)> Beside(WalkSite site) =>
        s_short.GetValueOrDefault(site.Command, []).Concat(s_chosen.GetValueOrDefault($"{site.Command} {site.Set}", []))
            .Where(pair => pair.Parameter != site.Parameter && !site.Needed.Contains(pair.Parameter));
}
