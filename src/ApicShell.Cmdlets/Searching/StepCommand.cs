using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Searching;

/// <summary>What is done to a machine, written as the commands that do the same at the prompt; <c>$m</c> is the machine, <c>$v</c> its vCPUs.</summary>
internal static class StepCommand
{
    // Where StepRunner has an AP begin.
    private const int StartupPage = 0x87;

    /// <summary>The machine of a problem, as New-ApicMachine makes it.</summary>
    public static IEnumerable<string> Make(Machine machine, Firmware.ApicDesign design)
    {
        string options = machine.Platform is not SnpPlatform platform ? ""
            : $" -Platform {ApicPlatform.SevSnp}{(platform.Scope == ApicScope.Shared ? "" : $" -ApicScope {platform.Scope}")}";
        yield return $"$m = New-ApicMachine {machine.VcpuCount}{options}{DesignKnob.ArgumentsOf(design, ScriptPlace.Machine)}";
        yield return "$v = $m.Vcpu";
    }

    /// <summary>An access.</summary>
    public static string Of(int vcpu, in Access access)
    {
        string register = access.Register == ApicRegister.None ? $"0x{access.Address:X}" : $"{access.Register}";
        string origin = access.Origin == AccessOrigin.Guest ? "" : $" -Origin {access.Origin}";
        string by = access.Kind == AccessKind.Msr ? "Msr" : "Mmio";
        return access.IsWrite
            ? $"Write-Apic{by} $v[{vcpu}] {register} 0x{access.Value:X}{origin}"
            : $"$null = Read-Apic{by} $v[{vcpu}] {register}{origin}";
    }

    /// <summary>Alternate Injection switched on for a vCPU.</summary>
    public static string Enable(int vcpu, Firmware.ApicDesign design) =>
        $"Enable-ApicAlternateInjection $v[{vcpu}]{DesignKnob.ArgumentsOf(design, ScriptPlace.Activation)}";

    /// <summary>RESET of a vCPU.</summary>
    public static string Reset(int vcpu) => $"Reset-ApicVcpu $v[{vcpu}]";

    /// <summary>A step that is no access.</summary>
    public static IEnumerable<string> Of(Machine machine, int vcpu, MachineStep step)
    {
        string at = $"$v[{vcpu}]";
        string id = $"0x{machine.InitialApicId(vcpu):X}";
        return step.Verb switch
        {
            StepVerb.Take => [$"Receive-ApicInterrupt {at}"],
            StepVerb.Sti => [$"Set-ApicVcpu {at} -InterruptsEnabled $true"],
            StepVerb.Cli => [$"Set-ApicVcpu {at} -InterruptsEnabled $false"],
            StepVerb.Cr8 => [$"Set-ApicVcpu {at} -Cr8 {step.Value}"],
            StepVerb.Allow => [Call(at, "ConfigureVector", 0x100 | step.Value)],
            StepVerb.AllowAll => [Call(at, "ConfigureVector", 0x300)],
            StepVerb.Register => [Call(at, "Configure", 2)],
            StepVerb.Deregister => [Call(at, "Configure", 1)],
            StepVerb.HostEdge => [$"$null = Send-ApicInterrupt -Machine $m -Destination {id} -Vector 0x{step.Value:X2}"],
            StepVerb.HostLevel => [$"$null = Send-ApicInterrupt -Machine $m -Destination {id} -Vector 0x{step.Value:X2} -Level"],
            StepVerb.HostNmi => [$"$null = Send-ApicInterrupt {at} -Nmi"],
            StepVerb.HostInit => [$"$null = Send-ApicInterrupt {at} -Init", $"$null = Send-ApicInterrupt {at} -Startup -Vector 0x{StartupPage:X2}"],
            StepVerb.Intercept => [$"Set-ApicVcpu {at} -Vmpl {Vmpl.Svsm}", $"Set-ApicVcpu {at} -Vmpl {Vmpl.Guest}"],
            StepVerb.StartAp => Start(machine, vcpu, step),
            StepVerb.Advance => [$"$null = Step-ApicClock {step.Value} -Machine $m"],
            _ => [],
        };
    }

    private static string Call(string at, string call, ulong rcx) => $"$null = Invoke-ApicSvsmCall {at} -Call {call} -Rcx 0x{rcx:X}";

    /// <summary>On SEV-SNP the guest creates each AP by a GHCB exit; natively INIT and start-up are accesses.</summary>
    private static IEnumerable<string> Start(Machine machine, int vcpu, MachineStep step)
    {
        const ulong Create = 1;
        return machine.Platform is not SnpPlatform platform
            ? []
            : Enumerable.Range(0, machine.VcpuCount)
                .Where(target => target != vcpu && (step.Number == StepGrammar.Others || step.Number == target))
                .Select(target => ((ulong)machine.InitialApicId(target) << 32) | ((ulong)platform.GuestVmpl << 16) | Create)
                .Select(info1 => $"$null = Invoke-ApicGhcbExit $v[{vcpu}] -ExitCode ApCreation -Info1 0x{info1:X}");
    }
}
