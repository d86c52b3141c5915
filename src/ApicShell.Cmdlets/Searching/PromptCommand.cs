using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Searching;

/// <summary>What is done to a machine, as it is typed at the prompt; <c>$m</c> is the machine, <c>$v</c> its vCPUs.</summary>
internal static class PromptCommand
{
    private const int WordSize = 4;

    /// <summary>The machine of a problem, as New-ApicMachine makes it.</summary>
    public static IEnumerable<string> Make(IMachine machine, Firmware.ApicDesign design)
    {
        string options = machine.Snp() is null ? ""
            : $" -Platform {ApicPlatform.SevSnp}";
        yield return $"$m = New-ApicMachine {machine.VcpuCount}{options}{DesignKnob.ArgumentsOf(design, ScriptPlace.Machine)}";
        yield return "$v = $m.Vcpu";
    }

    /// <summary>A command; a comment for one that no cmdlet does.</summary>
    public static string Of(IMachine machine, in MachineCommand command)
    {
        string at = $"$v[{command.Vcpu}]";
        return command.Kind switch
        {
            CommandKind.Access => Access(at, command.Access),
            CommandKind.Take => $"Receive-ApicInterrupt {at}",
            CommandKind.InterruptFlag => $"Set-ApicVcpu {at} -InterruptsEnabled ${(command.Data != 0 ? "true" : "false")}",
            CommandKind.Cr8 => $"Set-ApicVcpu {at} -Cr8 {command.Data}",
            CommandKind.ClockStep => $"$null = Step-ApicClock {command.Data} -Machine $m",
            CommandKind.DirectMessage => $"$null = Send-ApicInterrupt -Machine $m -Destination 0x{machine.InitialApicId(command.Vcpu):X} -Vector 0x{command.Message.Vector:X2}"
                + (command.Message.IsLevel ? " -Level" : ""),
            CommandKind.Nmi => $"$null = Send-ApicInterrupt {at} -Nmi",
            CommandKind.Init => $"$null = Send-ApicInterrupt {at} -Init",
            CommandKind.Startup => $"$null = Send-ApicInterrupt {at} -Startup -Vector 0x{command.Data:X2}",
            CommandKind.Reset => $"Reset-ApicVcpu {at}",
            CommandKind.Added => $"$v += New-ApicVcpu -Machine $m -ApicId 0x{command.Data:X}",
            SnpCommands.SvsmCall => Call(at, command),
            SnpCommands.GhcbExit => $"$null = Invoke-ApicGhcbExit {at} -ExitCode {ProtocolNames.ExitCodes.TextOf(command.Address)} -Info1 0x{command.Info1:X}",
            SnpCommands.EnableInjection => $"Enable-ApicAlternateInjection {at}{DesignKnob.ArgumentsOf(DesignOf(command), ScriptPlace.Activation)}{Options(command)}",
            SnpCommands.GuestExit => $"Set-ApicVcpu {at} -Vmpl {Vmpl.Svsm}",
            SnpCommands.GuestEntry => $"Set-ApicVcpu {at} -Vmpl {Vmpl.Guest}",
            _ => $"# {command.Kind}",
        };
    }

    private static string Options(in MachineCommand command) =>
        command.Data == 0 ? "" : $" -InjectionOption '{(InjectionOptions)command.Data}'";

    private static string Call(string at, in MachineCommand command)
    {
        uint protocol = (uint)(command.Address >> 32);
        string of = protocol == SvsmProtocol.Apic ? "" : $" -Protocol {ProtocolNames.Protocols.TextOf(protocol)}";
        string rdx = command.Data == 0 ? "" : $" -Rdx 0x{command.Data:X}";
        return $"$null = Invoke-ApicSvsmCall {at}{of} -Call {ProtocolNames.CallsOf(protocol).TextOf((uint)command.Address)} -Rcx 0x{command.Rcx:X}{rdx}";
    }

    /// <summary>An access.</summary>
    /// <param name="at">The vCPU, as it is typed.</param>
    /// <param name="access">The access.</param>
    public static string Access(string at, in Access access)
    {
        bool isBeside = access.Kind == AccessKind.Mmio && (access.Address & 0xF) != 0;
        string register = isBeside || access.Register == ApicRegister.None ? $"0x{access.Address:X}" : $"{access.Register}";
        string origin = access.Origin == AccessOrigin.Guest ? "" : $" -Origin {access.Origin}";
        string by = access.Kind == AccessKind.Msr ? "Msr" : "Mmio";
        string size = access.Kind == AccessKind.Msr || access.Size == WordSize ? "" : $" -Size {access.Size}";
        return access.IsWrite
            ? $"Write-Apic{by} {at} {register} 0x{access.Value:X}{size}{origin}"
            : $"$null = Read-Apic{by} {at} {register}{size}{origin}";
    }

    /// <summary>What an activation has of a design.</summary>
    private static Firmware.ApicDesign DesignOf(in MachineCommand command) =>
        new() { Handler = (VcHandler)command.Address, Timer = (SvsmTimer)command.Info1, Behavior = (SvsmBehavior)command.Info2 };
}
