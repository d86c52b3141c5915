using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Scripts;
using ApicShell.Texts;

namespace ApicShell.Searching;

/// <summary>A script in the recorder's grammar as it is typed at the prompt, each operation as a comment above what does it.</summary>
internal static class PromptScript
{
    private const string Silently = "$null = ";

    /// <summary>The lines.</summary>
    /// <param name="script">The script. It is run on the emulator, to learn what is taken when.</param>
    /// <param name="about">What it is about, for comments at its head.</param>
    /// <param name="options">What New-ApicMachine is given beside what the script says.</param>
    public static IEnumerable<string> Of(ApicScript script, IEnumerable<string> about, string options = "")
    {
        Queue<Machine> machines = [];
        var all = ScriptCommands.Of(script, (traits, apicIds) =>
        {
            var made = new Machine(traits, new NativePlatform(), apicIds);
            machines.Enqueue(made);
            return made;
        });
        foreach (string line in about)
        {
            yield return $"# {PlainText.Of(line)}";
        }

        Machine? machine = null;
        foreach (KeyValuePair<ScriptOperation, IReadOnlyList<MachineCommand>> done in all)
        {
            ScriptOperation operation = done.Key;
            yield return $"# {operation}";
            if (operation.Verb == ScriptVerb.Reset)
            {
                machine = null;
            }

            if (operation.Form.IsConfiguration)
            {
                continue;
            }

            if (machine is null)
            {
                machine = machines.Dequeue();
                yield return $"$m = New-ApicMachine{Machine(machine, script)}{options}";
                yield return "$v = $m.Vcpu";
            }

            string[] lines = [.. done.Value.Select(command => Shown(PromptCommand.Of(machine, command), command))];
            foreach (string line in lines.Length > 0 ? lines : [Look(operation)])
            {
                if (line.Length > 0)
                {
                    yield return line;
                }
            }
        }
    }

    /// <summary>What an access reads is what the script is for.</summary>
    private static string Shown(string line, in MachineCommand command) =>
        command.Kind == CommandKind.Access && line.StartsWith(Silently, System.StringComparison.Ordinal) ? line.Substring(Silently.Length) : line;

    /// <summary>An operation that only asks.</summary>
    private static string Look(ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.Lapic => $"Get-ApicRegister -Vcpu $v[{operation.Vcpu}]",
        ScriptVerb.Cpuid => $"Get-ApicCpuid $v[{operation.Vcpu}] -Leaf 0x{operation.Numbers[1]:X}",
        ScriptVerb.ReadCr8 => $"$v[{operation.Vcpu}].Cr8",
        ScriptVerb.RunState => $"$v[{operation.Vcpu}].RunState",
        ScriptVerb.SystemRegisters => $"Get-ApicBase $v[{operation.Vcpu}]",
        _ => "",
    };

    private static string Machine(Machine machine, ApicScript script)
    {
        ApicTraits traits = machine.Traits;
        int added = script.Operations.Count(operation => operation.Verb == ScriptVerb.AddVcpu);
        uint[] ids = [.. Enumerable.Range(0, machine.VcpuCount - added).Select(machine.InitialApicId)];
        KvmQuirks off = KvmQuirks.Default & ~traits.Quirks;
        KvmQuirks on = traits.Quirks & ~KvmQuirks.Default;
        return (ids.Select((id, at) => id == at).All(same => same) ? $" {ids.Length}" : $" -ApicId {string.Join(", ", ids)}")
            + (traits.BootstrapId is { } bootstrap && bootstrap != ids[0] ? $" -BootstrapId {bootstrap}" : "")
            + (traits.OffersX2Apic ? "" : " -NoX2Apic") + (traits.OffersTscDeadline ? "" : " -NoTscDeadline")
            + (off == KvmQuirks.None ? "" : $" -DisableQuirk {off}") + (on == KvmQuirks.None ? "" : $" -EnableQuirk {on}");
    }
}
