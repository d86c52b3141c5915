using System.Collections.Generic;
using System.Management.Automation;

namespace ApicShell.Tests;

/// <summary>A way to provoke an error, and how it has to look.</summary>
/// <param name="Id">The id, and for a guest fault the fault's name.</param>
/// <param name="Command">The command; {folder} is a folder that holds nothing else.</param>
/// <param name="Category">PowerShell's category.</param>
/// <param name="Target">Type of the TargetObject; null for none.</param>
/// <param name="Says">What the message has to name: the value that is wrong, and what is allowed.</param>
/// <param name="Setup">What goes before.</param>
/// <param name="Terminates">Whether the error ends the command and can be caught without -ErrorAction Stop.</param>
public sealed record ErrorCase(
    string Id,
    string Command,
    ErrorCategory Category,
    string? Target,
    IReadOnlyList<string> Says,
    string Setup = ErrorCase.Machine,
    bool Terminates = false)
{
    /// <summary>A machine and nothing else.</summary>
    public const string Machine = "New-ApicMachine -Name m | Out-Null";

    private const string Access = "ApicShell.ApicAccess";
    private const string Handle = "ApicShell.ApicMachine";
    private const string Vcpu = "ApicShell.ApicVcpu";
    private const string Text = "System.String";

    /// <summary>At least one way to each id.</summary>
    public static IReadOnlyList<ErrorCase> All { get; } =
    [
        new("GuestFault.GP", "Set-ApicBase -Value 0xFEE00500", ErrorCategory.InvalidOperation, Access,
            ["WRMSR 0x01B", "0xFEE00500", "vCPU 0", "#GP(0)", "EXTD=1 needs AE=1", "APM vol. 2, fig. 16-32"]),
        new("GuestFault.GP", "Read-ApicMsr Tpr", ErrorCategory.InvalidOperation, Access,
            ["RDMSR 0x808", "vCPU 0", "#GP(0)", "x2APIC mode", "APM vol. 2, 16.11"]),
        new("GuestFault.GP", "Get-ApicVcpu 1 | Write-ApicMsr Eoi 7", ErrorCategory.InvalidOperation, Access,
            ["WRMSR 0x80B", "0x00000007", "vCPU 1", "#GP(0)", "EOI", "APM"],
            "New-ApicMachine 2 -Model Amd | Out-Null; Get-ApicVcpu | Set-ApicBase -Enabled; Get-ApicVcpu | Set-ApicBase -Extended"),
        new("GuestFault.GP", "Read-ApicMmio Svr", ErrorCategory.InvalidOperation, Access,
            ["MMIO read 0x0F0", "#GP(0)", "info1=1", "info2=0x8000030D"],
            "New-ApicMachine -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection -VcHandler Proposal"),
        new("HostRefused", "Set-ApicBase -Value 0xFEE00500 -Origin Host", ErrorCategory.InvalidOperation, Access,
            ["WRMSR 0x01B", "0xFEE00500", "vCPU 0", "refused by the host API"]),
        new("HostRefused", "Read-ApicMsr Tpr -Origin Host", ErrorCategory.InvalidOperation, Access, ["RDMSR 0x808", "vCPU 0", "refused by the host API", "x2APIC mode"]),
        new("ReadUndefined", "Read-ApicMmio 0x3F0 -Raw", ErrorCategory.InvalidResult, Access, ["MMIO read 0x3F0", "Undefined", "APM"],
            "New-ApicMachine -Model Amd | Out-Null; Set-ApicBase -Enabled"),
        new("NoMachine", "Read-ApicMsr Tpr", ErrorCategory.ObjectNotFound, null, ["New-ApicMachine"], ""),
        new("NoMachine", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Invoke-ApicReplay", ErrorCategory.ObjectNotFound, null,
            ["New-ApicMachine"], "", Terminates: true),
        new("MachineNotFound", "Get-ApicMachine nope", ErrorCategory.ObjectNotFound, Text, ["\"nope\"", "Get-ApicMachine"]),
        new("MachineRemoved", "Read-ApicMmio $v Tpr", ErrorCategory.InvalidOperation, Handle, ["\"m\"", "Get-ApicMachine"],
            $"{Machine}; $v = Get-ApicVcpu; Remove-ApicMachine m"),
        new("MachineRemoved", "Get-ApicTrace $m", ErrorCategory.InvalidOperation, Handle, ["\"m\""],
            $"{Machine}; $m = Get-ApicMachine; Remove-ApicMachine m"),
        new("MachineRemoved", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Invoke-ApicReplay -Vcpu $v", ErrorCategory.InvalidOperation,
            Handle, ["\"m\""], $"{Machine}; $v = Get-ApicVcpu; Remove-ApicMachine m", Terminates: true),
        new("MachineNameTaken", "New-ApicMachine -Name M", ErrorCategory.ResourceExists, Text, ["\"M\"", "Remove-ApicMachine"]),
        new("VcpuNotFound", "Get-ApicVcpu 7", ErrorCategory.ObjectNotFound, Handle, ["\"m\"", "7", "it has 1"]),
        new("VcpuNotFound", "Get-ApicVcpu -ApicId 0xFEE00900", ErrorCategory.ObjectNotFound, Handle, ["\"m\"", "0xFEE00900"]),
        new("ApicIdInvalid", "New-ApicMachine -ApicId 5, 5", ErrorCategory.InvalidArgument, null, ["0x5", "twice"], ""),
        new("ApicIdInvalid", "New-ApicMachine -ApicId 0xFFFFFFFF", ErrorCategory.InvalidArgument, null, ["0xFFFFFFFF", "0xFFFFFFFE"], ""),
        new("ApicIdInvalid", "New-ApicVcpu -Machine m -ApicId 0", ErrorCategory.InvalidArgument, null, ["0x0", "twice"]),
        new("VcpuCountInvalid", "New-ApicMachine 0", ErrorCategory.InvalidArgument, "System.Int64", ["0 vCPUs", "1 to 65536"], ""),
        new("VcpuCountInvalid", "New-ApicMachine 65537", ErrorCategory.InvalidArgument, "System.Int64", ["65537", "1 to 65536"], ""),
        new("VcpuCountInvalid", "New-ApicVcpu 65536 -Machine m", ErrorCategory.InvalidArgument, "System.Int64", ["65537", "1 to 65536"]),
        new("OptionsConflict", "New-ApicMachine -Platform SevSnp -Model Amd", ErrorCategory.InvalidArgument, null, ["SevSnp", "Amd", "Native"], ""),
        new("OptionsConflict", "New-ApicMachine -ApicScope PerVmpl", ErrorCategory.InvalidArgument, null, ["-ApicScope", "SevSnp"], ""),
        new("OptionsConflict", "New-ApicMachine 3 -ApicId 1, 2", ErrorCategory.InvalidArgument, null, ["3 vCPUs", "2 APIC IDs"], ""),
        new("OptionsConflict", "New-ApicMachine -ResetMode Invalid", ErrorCategory.InvalidArgument, null, ["RESET", "Invalid"], ""),
        new("OptionsConflict", "New-ApicMachine -ResetMode X2Apic -NoX2Apic", ErrorCategory.InvalidArgument, null, ["RESET", "X2Apic", "not offered"], ""),
        new("OptionsConflict", "New-ApicVcpu -Machine m -Platform SevSnp", ErrorCategory.InvalidArgument, null, ["-Platform", "\"m\""]),
        new("RegisterUnknown", "Read-ApicMsr Tprr", ErrorCategory.InvalidArgument, Text, ["\"Tprr\"", "Tpr?"]),
        new("RegisterUnknown", "Get-ApicRegister 0x84", ErrorCategory.InvalidArgument, Text, ["\"0x84\"", "Get-ApicRegister"]),
        new("RegisterUnknown", "Compare-ApicModel -Register Tprr", ErrorCategory.InvalidArgument, Text, ["\"Tprr\"", "Tpr?"], ""),
        new("RegisterNotInPage", "Read-ApicMmio TscDeadline", ErrorCategory.InvalidArgument, "ApicShell.Architecture.ApicRegister",
            ["TscDeadline", "Read-ApicMsr"]),
        new("MsrNotApic", "Write-ApicMsr 0xC00 1", ErrorCategory.InvalidArgument, "System.UInt32", ["0xC00", "0x1B", "0x6E0", "0x800 to 0xBFF"]),
        new("OffsetOutOfPage", "Read-ApicMmio 0x1000", ErrorCategory.InvalidArgument, "System.UInt32", ["0x1000", "0x000 to 0xFFF"]),
        new("NumberInvalid", "Write-ApicMmio Tpr hello", ErrorCategory.InvalidArgument, Text, ["\"hello\"", "32 bits", "0x1F4"]),
        new("NumberTooWide", "Write-ApicMmio Tpr 0x100000000", ErrorCategory.InvalidArgument, "System.UInt64", ["0x100000000", "32 bits", "0xFFFFFFFF"]),
        new("BaseAddressInvalid", "Set-ApicBase -BaseAddress 0xFEE00800", ErrorCategory.InvalidArgument, "System.UInt64",
            ["0xFEE00800", "multiple of 0x1000", "-Value"]),
        new("OriginNotOnPlatform", "Read-ApicMsr ApicBase -Origin Svsm", ErrorCategory.InvalidArgument, Handle, ["\"m\"", "Native", "SevSnp"]),
        new("OriginNotOnPlatform", "Read-ApicMmio Tpr -Origin Host", ErrorCategory.InvalidArgument, Handle, ["host", "Read-ApicMsr"]),
        new("NotSevSnp", "Enable-ApicAlternateInjection", ErrorCategory.InvalidOperation, Handle, ["\"m\"", "Native", "SevSnp"]),
        new("NotSevSnp", "Disable-ApicAlternateInjection", ErrorCategory.InvalidOperation, Handle, ["\"m\"", "Native", "SevSnp"]),
        new("NotSevSnp", "Get-ApicAlternateInjection", ErrorCategory.InvalidOperation, Handle, ["\"m\"", "Native", "SevSnp"]),
        new("NoMachine", "Compare-ApicTrace", ErrorCategory.ObjectNotFound, null, ["New-ApicMachine"], "", Terminates: true),
        new("MachineRemoved", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Compare-ApicTrace -Machine $m, $m", ErrorCategory.InvalidOperation,
            Handle, ["\"m\""], $"{Machine}; $m = Get-ApicMachine; Remove-ApicMachine m", Terminates: true),
        new("MachinesUnlike", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Compare-ApicTrace -Machine m, two", ErrorCategory.InvalidArgument, null,
            ["\"m\" has 1", "\"two\" has 2"], $"{Machine}; New-ApicMachine 2 -Name two | Out-Null", Terminates: true),
        new("MachinesUnlike", "Get-ApicTrace two | Compare-ApicTrace -Machine m, m", ErrorCategory.InvalidArgument, null, ["vCPU 1", "have 1"],
            $"{Machine}; New-ApicMachine 2 -Name two | Out-Null; $null = Read-ApicMmio (Get-ApicVcpu 1) Tpr", Terminates: true),
        new("TraceMixed", "Get-ApicMachine | Get-ApicTrace | Compare-ApicTrace", ErrorCategory.InvalidArgument, null, ["several machines", "Get-ApicTrace"],
            $"{Machine}; $null = Read-ApicMmio Tpr; New-ApicMachine | Out-Null; $null = Read-ApicMmio Tpr", Terminates: true),
        new("TraceMixed", "$(Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0'; Get-ApicTrace) | Compare-ApicTrace", ErrorCategory.InvalidArgument, null,
            ["recorded", "Import-ApicTrace"], $"{Machine}; $null = Read-ApicMmio Tpr", Terminates: true),
        new("OptionsConflict", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Compare-ApicTrace -ResetMode Invalid", ErrorCategory.InvalidArgument, null,
            ["RESET", "Invalid"], "", Terminates: true),
        new("VectorMissing", "Send-ApicIpi -Destination 0", ErrorCategory.InvalidArgument, "ApicShell.Architecture.DeliveryMode", ["Fixed", "-Vector", "0x10 to 0xFF"]),
        new("VectorMissing", "Send-ApicInterrupt -Destination 0 -Mode LowestPriority", ErrorCategory.InvalidArgument,
            "ApicShell.Architecture.DeliveryMode", ["LowestPriority", "-Vector"]),
        new("VcpuOfOtherMachine", "Send-ApicIpi 0x41 -To $other", ErrorCategory.InvalidArgument, Vcpu, ["m/0", "o/0", "different machines"],
            $"$other = New-ApicVcpu -Name o; {Machine}"),
        new("ApicOff", "Send-ApicIpi 0x41 -Shorthand Self", ErrorCategory.InvalidOperation, Vcpu, ["m/0", "Disabled", "ICR", "Set-ApicBase"],
            $"{Machine}; Set-ApicBase -Mode Disabled"),
        new("ApicOff", "Complete-ApicInterrupt", ErrorCategory.InvalidOperation, Vcpu, ["m/0", "Disabled", "Eoi", "Set-ApicBase"],
            $"{Machine}; Set-ApicBase -Mode Disabled"),
        new("RegisterNotInModel", "Complete-ApicInterrupt -Vector 0x30", ErrorCategory.InvalidOperation, Handle, ["Kvm", "\"m\"", "SpecificEoi", "Get-ApicRegister"]),
        new("RegisterNotInModel", "Send-ApicInterrupt -LvtEntry ExtLvt1", ErrorCategory.InvalidOperation, Handle, ["Kvm", "\"m\"", "ExtLvt1"]),
        new("MsiAddressInvalid", "Send-ApicInterrupt -Address 0x12FEE00000 -Data 0x41", ErrorCategory.InvalidArgument, "System.UInt64",
            ["0x12FEE00000", "0xFEE00000 to 0xFEEFFFFF"]),
        new("AlternateInjectionOn", "Receive-ApicInterrupt", ErrorCategory.InvalidOperation, Vcpu, ["m/0", "hypervisor's APIC", "Disable-ApicAlternateInjection"],
            "New-ApicMachine -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection"),
        new("AlternateInjectionOn", "Set-ApicVcpu -Cr8 3", ErrorCategory.InvalidOperation, Vcpu, ["m/0"],
            "New-ApicMachine -Name m -Platform SevSnp | Out-Null; Enable-ApicAlternateInjection"),
        new("NumberTooWide", "Send-ApicIpi 0x41 -Destination 0x100", ErrorCategory.InvalidArgument, "System.UInt64", ["0x100", "8 bits", "0xFF"]),
        new("NumberTooWide", "Send-ApicIpi 0x141 -Destination 0", ErrorCategory.InvalidArgument, "System.UInt64", ["0x141", "8 bits", "0xFF"]),
        new("NumberTooWide", "Set-ApicVcpu -Cr8 16", ErrorCategory.InvalidArgument, "System.UInt64", ["0x10", "4 bits", "0xF"]),
        new("OptionsConflict", "Set-ApicVcpu", ErrorCategory.InvalidArgument, null, ["-InterruptsEnabled", "-Paused", "-Cr8"]),
        new("GuestFault.GP", "Send-ApicIpi 0x41 -SelfIpi", ErrorCategory.InvalidOperation, Access, ["WRMSR 0x83F", "0x00000041", "vCPU 0", "#GP(0)"]),
        new("RuleNotFound", "Get-ApicRule BaseDrawnStepp", ErrorCategory.ObjectNotFound, Text, ["\"BaseDrawnStepp\"", "Get-ApicRule"], ""),
        new("TraceNotFound", "Import-ApicTrace {folder}/nope.log", ErrorCategory.ObjectNotFound, Text, ["{folder}/nope.log"], ""),
        new("TraceNotFound", "Import-ApicTrace {folder}/*.log", ErrorCategory.ObjectNotFound, Text, ["{folder}/*.log"], ""),
        new("TraceNotFound", "Import-ApicTrace -LiteralPath {folder}/nope.log", ErrorCategory.ObjectNotFound, Text, ["nope.log"], ""),
        new("TraceNotFound", "Import-ApicTrace variable:PID", ErrorCategory.ObjectNotFound, Text, ["variable:PID"], ""),
        // A folder: the rights of a file do not bind the superuser, whom the tests may run as.
        new("TraceUnreadable", "Import-ApicTrace {folder}", ErrorCategory.ReadError, Text, ["{folder}"], ""),
        new("TraceEmpty", "Import-ApicTrace -Text 'no event', 'either'", ErrorCategory.InvalidData, Text, ["2 lines", "apic_mem_readl"], ""),
        new("TraceLineInvalid", "Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0', 'apic_mem_readl 0x8'", ErrorCategory.InvalidData, Text,
            ["line 2", "\"apic_mem_readl 0x8\""], ""),
        new("TraceLineTooLong", "Import-ApicTrace -Text ('a' * 5000)", ErrorCategory.InvalidData, Text, ["line 1", "4096"], ""),
        new("TraceNotText", "Import-ApicTrace -Text \"a`0b\"", ErrorCategory.InvalidData, Text, ["line 1", "binary"], ""),
    ];
}
