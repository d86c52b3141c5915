using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Scripts;

namespace ApicShell.Searching;

/// <summary>
/// A script of the recorder's grammar as it is typed at the prompt; <c>$m</c> is the machine, <c>$v</c> its vCPUs. What no command says stands as a comment.
/// </summary>
internal static class ScriptPrompt
{
    /// <summary>The commands of a script's operations.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> lines)
    {
        IReadOnlyList<ScriptOperation> operations = ApicScript.Parse(lines).Operations;
        int machines = 0;
        var configuration = new List<ScriptOperation>();
        HashSet<int> takes = [];
        foreach (ScriptOperation operation in operations)
        {
            if (operation.Form.IsConfiguration)
            {
                configuration.RemoveAll(_ => operation.Verb == ScriptVerb.Reset);
                machines = operation.Verb == ScriptVerb.Reset ? 0 : machines;
                configuration.Add(operation);
                continue;
            }

            if (machines++ == 0)
            {
                takes.Clear();
                yield return $"$m = New-ApicMachine{string.Concat(configuration.Select(OptionOf))} -EnableQuirk {string.Join(", ", QuirksOf(configuration))}";
                yield return "$v = $m.Vcpu";
            }

            foreach (string command in Of(operation, takes))
            {
                yield return command;
            }
        }
    }

    private static string OptionOf(ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.Vcpus => $" {operation.Numbers[0]}",
        ScriptVerb.VcpuIds => $" -ApicId {string.Join(", ", operation.Numbers)}",
        ScriptVerb.Bootstrap => $" -BootstrapId {operation.Numbers[0]}",
        ScriptVerb.Feature when operation.Numbers[1] == 0 => operation.Numbers[0] == 0 ? " -NoX2Apic" : " -NoTscDeadline",
        ScriptVerb.QuirksOff when Named((KvmQuirks)operation.Numbers[0]).Any() => $" -DisableQuirk {string.Join(", ", Named((KvmQuirks)operation.Numbers[0]))}",
        ScriptVerb.X2ApicApi when (operation.Numbers[0] & 2) != 0 => $" -DisableQuirk {KvmQuirks.X2ApicBroadcast}",
        _ => "",
    };

    /// <summary>A host that sets no APIC's state leaves the last vCPU out of the map.</summary>
    private static IEnumerable<KvmQuirks> QuirksOf(IEnumerable<ScriptOperation> configuration)
    {
        yield return KvmQuirks.LastVcpuUnmapped;
        foreach (ScriptOperation operation in configuration)
        {
            if (operation.Verb == ScriptVerb.X2ApicApi && (operation.Numbers[0] & 1) != 0)
            {
                yield return KvmQuirks.X2Apic32BitIds;
            }

            if (operation.Verb == ScriptVerb.Irqchip && operation.Numbers[0] == 1)
            {
                yield return KvmQuirks.EoiBroadcastSuppression;
            }
        }
    }

    private static IEnumerable<KvmQuirks> Named(KvmQuirks quirks) => new[] { KvmQuirks.Lint0Reenabled, KvmQuirks.LapicMmioHole }.Where(one => (quirks & one) != 0);

    /// <summary>An operation, and what its vCPU takes with it: only where something can have come that it may take.</summary>
    private static IEnumerable<string> Of(ScriptOperation operation, HashSet<int> takes)
    {
        int vcpu = operation.Vcpu;
        string take = $"$null = Receive-ApicInterrupt $v[{vcpu}] -All -Complete";
        bool runs = vcpu >= 0 && operation.Verb is not (ScriptVerb.Eoi or ScriptVerb.Log or ScriptVerb.Nmi or ScriptVerb.Lapic or ScriptVerb.RunState
            or ScriptVerb.SystemRegisters or ScriptVerb.HostReadMsr or ScriptVerb.HostWriteMsr or ScriptVerb.HostWritePage);
        if (runs && takes.Contains(vcpu))
        {
            yield return take;
        }

        yield return CommandOf(operation);
        if (operation.Verb == ScriptVerb.Nmi || (operation.Verb == ScriptVerb.Interrupts && operation.Numbers[1] == 1))
        {
            takes.Add(vcpu);
        }

        if (runs && takes.Contains(vcpu) && operation.Verb != ScriptVerb.Nop)
        {
            yield return take;
        }
    }

    private static string CommandOf(ScriptOperation operation)
    {
        IReadOnlyList<ulong> numbers = operation.Numbers;
        int vcpu = operation.Vcpu;
        string at = $"$v[{vcpu}]";
        return operation.Verb switch
        {
            ScriptVerb.ReadMsr => Of(vcpu, Access.ReadMsr((uint)numbers[1])),
            ScriptVerb.WriteMsr => Of(vcpu, Access.WriteMsr((uint)numbers[1], numbers[2])),
            ScriptVerb.HostReadMsr => Of(vcpu, Access.ReadMsr((uint)numbers[1], AccessOrigin.Host)),
            ScriptVerb.HostWriteMsr => Of(vcpu, Access.WriteMsr((uint)numbers[1], numbers[2], AccessOrigin.Host)),
            ScriptVerb.ReadPage => Of(vcpu, Access.ReadMmio((uint)numbers[1], operation.Size)),
            ScriptVerb.WritePage => Of(vcpu, Access.WriteMmio((uint)numbers[1], numbers[2], operation.Size)),
            ScriptVerb.AddVcpu => $"$v += New-ApicVcpu -Machine $m -ApicId 0x{numbers[0]:X}",
            ScriptVerb.WriteCr8 => $"Set-ApicVcpu {at} -Cr8 {numbers[1]}",
            ScriptVerb.ReadCr8 => $"{at}.Cr8",
            ScriptVerb.Interrupts => $"Set-ApicVcpu {at} -InterruptsEnabled ${(numbers[1] == 1 ? "true" : "false")}",
            ScriptVerb.Nop => $"$null = Receive-ApicInterrupt {at} -All -Complete",
            ScriptVerb.Msi => $"$null = Send-ApicInterrupt -Machine $m -Address 0x{numbers[0]:X} -Data 0x{numbers[1]:X}",
            ScriptVerb.Nmi => $"$null = Send-ApicInterrupt {at} -Nmi",
            ScriptVerb.Lapic => $"Get-ApicRegister {at}",
            ScriptVerb.RunState => $"{at}.RunState",
            ScriptVerb.SystemRegisters => $"Get-ApicBase {at}",
            ScriptVerb.Cpuid => $"Get-ApicCpuid {at} -Leaf 0x{numbers[1]:X}",
            ScriptVerb.Wait => $"$null = Step-ApicClock {numbers[0]} -Machine $m",
            _ => $"# {operation}: {operation.Form.Meaning}",
        };
    }

    private static string Of(int vcpu, Access access) => PromptCommand.Access($"$v[{vcpu}]", access);
}
