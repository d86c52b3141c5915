using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>
/// Runs a script of tests/Vectors/kvm on a machine of model Kvm and prints what a recording of a real KVM has: one JSON line an operation.
/// An operation it does not know is an error, so that nothing passes unread.
/// </summary>
internal sealed class KvmScript
{
    private readonly List<string> _output = [];
    private Machine? _machine;
    private uint[] _apicIds = [0];
    private ApicTraits _traits = new();
    private bool _longIds;

    public static IReadOnlyList<string> Run(IEnumerable<string> lines)
    {
        var script = new KvmScript();
        foreach (string line in lines)
        {
            string[] words = VectorFile.Words(line.Split('#')[0]);
            if (words.Length > 0)
            {
                script._output.Add(script.Operation(words));
            }
        }

        return script._output;
    }

    private Machine Machine => _machine ??= new Machine(_traits, new NativePlatform(), _apicIds);

    private string Operation(string[] words)
    {
        string head = $"{{\"i\":{_output.Count},\"op\":\"{words[0]}\"";
        switch (words[0])
        {
            case "reset":
                (_machine, _apicIds, _traits, _longIds) = (null, [0], new ApicTraits(), false);
                return head + ",\"ok\":true}";
            case "vcpus":
                _apicIds = Enumerable.Range(0, int.Parse(words[1], CultureInfo.InvariantCulture)).Select(id => (uint)id).ToArray();
                return head + ",\"ok\":true}";
            case "feature" when words[1] == "x2apic":
                _traits = _traits with { OffersX2Apic = words[2] == "on" };
                return head + ",\"ok\":true}";
            case "quirks_off":
                _traits = _traits with { Quirks = KvmQuirks.Default & ~(KvmQuirks)VectorFile.Number(words[1]) };
                return head + ",\"ok\":true}";
            case "x2apic_api":
                _longIds = (VectorFile.Number(words[1]) & 1) != 0;
                return head + ",\"ok\":true}";
            case "rdmsr":
                return head + Msr(words, AccessOrigin.Guest, isWrite: false);
            case "wrmsr":
                return head + Msr(words, AccessOrigin.Guest, isWrite: true);
            case "hrdmsr":
                return head + HostMsr(words, isWrite: false);
            case "hwrmsr":
                return head + HostMsr(words, isWrite: true);
            case "mmior":
                return head + Memory(words, isWrite: false);
            case "mmiow":
                return head + Memory(words, isWrite: true);
            case "lapic":
                return head + Lapic(Index(words));
            default:
                throw new NotSupportedException($"operation {words[0]}");
        }
    }

    private static int Index(string[] words) => (int)VectorFile.Number(words[1]);

    private static string Hex(ulong value) => $"\"0x{value:x}\"";

    private string Msr(string[] words, AccessOrigin origin, bool isWrite)
    {
        uint msr = (uint)VectorFile.Number(words[2]);
        ulong data = isWrite ? VectorFile.Number(words[3]) : 0;
        Answer answer = Machine.Execute(Index(words), isWrite ? Access.WriteMsr(msr, data, origin) : Access.ReadMsr(msr, origin));
        string text = $",\"v\":{words[1]},\"idx\":{Hex(msr)}{(isWrite ? $",\"data\":{Hex(data)}" : "")}";
        return text + (answer.Outcome == Outcome.Fault ? ",\"fault\":\"#GP\",\"ec\":\"0x0\"}"
            : isWrite ? ",\"ok\":true}"
            : $",\"value\":{Hex(answer.Value)}}}");
    }

    private string HostMsr(string[] words, bool isWrite)
    {
        uint msr = (uint)VectorFile.Number(words[2]);
        Access access = isWrite ? Access.WriteMsr(msr, VectorFile.Number(words[3]), AccessOrigin.Host) : Access.ReadMsr(msr, AccessOrigin.Host);
        Answer answer = Machine.Execute(Index(words), access);
        int done = answer.Outcome == Outcome.Rejected ? 0 : 1;
        return $",\"v\":{words[1]},\"idx\":{Hex(msr)},\"rc\":{done}{(isWrite || done == 0 ? "" : $",\"value\":{Hex(answer.Value)}")}}}";
    }

    private string Memory(string[] words, bool isWrite)
    {
        uint offset = (uint)VectorFile.Number(words[2]);
        int sizeAt = isWrite ? 4 : 3;
        byte size = words.Length > sizeAt ? byte.Parse(words[sizeAt], CultureInfo.InvariantCulture) : (byte)4;
        ulong data = isWrite ? VectorFile.Number(words[3]) : 0;
        Answer answer = Machine.Execute(Index(words), isWrite ? Access.WriteMmio(offset, data, size) : Access.ReadMmio(offset, size));
        if (answer.Outcome == Outcome.Undefined)
        {
            throw new NotSupportedException($"{string.Join(' ', words)}: the recording holds nothing to compare");
        }

        string exit = answer.Rule == RuleId.KvmMmioExit
            ? $",\"exit_mmio\":\"{(isWrite ? "w" : "r")} 0x{Machine.ApicBaseOf(Index(words), AccessOrigin.Guest).Address + offset:x}/{size}\""
            : "";
        return $",\"v\":{words[1]},\"off\":{Hex(offset)}{(size == 4 ? "" : $",\"size\":{size}")}{(isWrite ? $",\"data\":{Hex(data)}" : "")}"
            + (isWrite ? ",\"ok\":true" : $",\"value\":{Hex(answer.Value)}") + exit + "}";
    }

    /// <summary>What KVM_GET_LAPIC shows: the words of the page that are not 0.</summary>
    private string Lapic(int vcpu)
    {
        LocalApicState apic = Machine.StateOf(vcpu, AccessOrigin.Guest);
        var text = new StringBuilder($",\"v\":{vcpu},\"apic_base\":{Hex(apic.ApicBase)},\"regs\":{{");
        string separator = "";
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            ulong value = (uint)Machine.Peek(vcpu, spec.Register);
            if (spec.Register == ApicRegister.Id && apic.Mode == ApicMode.X2Apic && !_longIds)
            {
                value = (uint)(value << 24);
            }

            if (spec.Register == ApicRegister.Icr2 && apic.Mode == ApicMode.X2Apic)
            {
                value = apic.IcrDestination;
            }

            if (value != 0)
            {
                text.Append(separator).Append($"\"{spec.Offset:x3}\":{(spec.Register == ApicRegister.TimerCurrent ? "\"running\"" : Hex(value))}");
                separator = ",";
            }
        }

        return text.Append("}}").ToString();
    }
}
