using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Scripts;

namespace ApicShell.Searching;

/// <summary>
/// A script of the recorder's grammar as it is typed at the prompt, where it is compared on two machines; <c>$v</c> are the vCPUs of the machine. What no command
/// says stands as a comment.
/// </summary>
internal static class ScriptPrompt
{
    private const string Indent = "    ";
    private const KvmQuirks OfQuirksOff = KvmQuirks.Lint0Reenabled | KvmQuirks.LapicMmioHole;

    /// <summary>The commands of a script.</summary>
    /// <param name="lines">The script.</param>
    /// <param name="sides">The machines.</param>
    public static IEnumerable<string> Of(IReadOnlyList<string> lines, CampaignSides sides)
    {
        List<ScriptOperation> configuration = [], operations = [];
        foreach (ScriptOperation operation in ApicScript.Parse(lines).Operations)
        {
            if (operation.Verb == ScriptVerb.Reset)
            {
                foreach (string line in Comparison(configuration, operations, sides))
                {
                    yield return line;
                }

                configuration.Clear();
                operations.Clear();
                continue;
            }

            (operation.Form.IsConfiguration ? configuration : operations).Add(operation);
        }

        foreach (string line in Comparison(configuration, operations, sides))
        {
            yield return line;
        }
    }

    /// <summary>What is done between two resets: a comparison on two machines of their own.</summary>
    private static IEnumerable<string> Comparison(List<ScriptOperation> configuration, List<ScriptOperation> operations, CampaignSides sides)
    {
        if (operations.Count == 0)
        {
            yield break;
        }

        string options = string.Concat(configuration.Select(OptionOf));

        // A host that sets no APIC's state leaves the last vCPU out of the map.
        KvmQuirks quirks = configuration.Aggregate(KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped, With);
        for (int side = 0; side < CampaignSides.Count; side++)
        {
            yield return $"$m{side + 1} = New-ApicMachine{options}{QuirkOptions(side == 0 ? quirks : sides.Changed(quirks))}{BackendOption(sides.Backends[side])}";
        }

        yield return "Compare-ApicBackend -Machine $m1, $m2 {";
        yield return $"{Indent}$v = $_.Vcpu";
        HashSet<int> takes = [];
        foreach (string command in operations.SelectMany(operation => Of(operation, takes)))
        {
            yield return Indent + command;
        }

        yield return "}";
    }

    private static string BackendOption(ApicBackend backend) => backend == ApicBackend.Emulator ? "" : $" -Backend {backend}";

    private static string OptionOf(ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.Vcpus => $" {operation.Numbers[0]}",
        ScriptVerb.VcpuIds => $" -ApicId {string.Join(", ", operation.Numbers)}",
        ScriptVerb.Bootstrap => $" -BootstrapId {operation.Numbers[0]}",
        ScriptVerb.Feature when operation.Numbers[1] == 0 => operation.Numbers[0] == 0 ? " -NoX2Apic" : " -NoTscDeadline",
        _ => "",
    };

    private static KvmQuirks With(KvmQuirks quirks, ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.QuirksOff => quirks & ~((KvmQuirks)operation.Numbers[0] & OfQuirksOff),
        ScriptVerb.X2ApicApi => (quirks & ~(KvmQuirks.X2Apic32BitIds | KvmQuirks.X2ApicBroadcast))
            | ((operation.Numbers[0] & 1) != 0 ? KvmQuirks.X2Apic32BitIds : 0) | ((operation.Numbers[0] & 2) == 0 ? KvmQuirks.X2ApicBroadcast : 0),
        ScriptVerb.Irqchip => operation.Numbers[0] == 1 ? quirks | KvmQuirks.EoiBroadcastSuppression : quirks & ~KvmQuirks.EoiBroadcastSuppression,
        _ => quirks,
    };

    private static string QuirkOptions(KvmQuirks quirks)
    {
        KvmQuirks off = KvmQuirks.Default & ~quirks, on = quirks & ~KvmQuirks.Default;
        return $"{(off == KvmQuirks.None ? "" : $" -DisableQuirk {off}")}{(on == KvmQuirks.None ? "" : $" -EnableQuirk {on}")}";
    }

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
            ScriptVerb.AddVcpu => $"$v += New-ApicVcpu -Machine $_ -ApicId 0x{numbers[0]:X}",
            ScriptVerb.WriteCr8 => $"Set-ApicVcpu {at} -Cr8 {numbers[1]}",
            ScriptVerb.ReadCr8 => $"{at}.Cr8",
            ScriptVerb.Interrupts => $"Set-ApicVcpu {at} -InterruptsEnabled ${(numbers[1] == 1 ? "true" : "false")}",
            ScriptVerb.Nop => $"$null = Receive-ApicInterrupt {at} -All -Complete",
            ScriptVerb.Msi => $"$null = Send-ApicInterrupt -Machine $_ -Address 0x{numbers[0]:X} -Data 0x{numbers[1]:X}",
            ScriptVerb.Nmi => $"$null = Send-ApicInterrupt {at} -Nmi",
            ScriptVerb.Lapic => $"Get-ApicRegister {at}",
            ScriptVerb.RunState => $"{at}.RunState",
            ScriptVerb.SystemRegisters => $"Get-ApicBase {at}",
            ScriptVerb.Cpuid => $"Get-ApicCpuid {at} -Leaf 0x{numbers[1]:X}",
            ScriptVerb.Wait => $"$null = Step-ApicClock {numbers[0]} -Machine $_",
            _ => $"# {operation}: {operation.Form.Meaning}",
        };
    }

    private static string Of(int vcpu, Access access) => PromptCommand.Access($"$v[{vcpu}]", access);
}
