using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>
/// Runs a script in the grammar of tests/Vectors/kvm on a machine of model Kvm and prints what a recording of a real KVM has: one JSON line
/// an operation. An operation it does not know is an error, so that nothing passes unread.
/// </summary>
internal sealed partial class KvmScript : MachineObserver
{
    private const ulong OperationNanoseconds = 20_000;

    /// <summary>A recording's time-stamp counter is its host's: a small constant written to IA32_TSC_DEADLINE is long past.</summary>
    private const ulong UptimeNanoseconds = 1UL << 48;
    private const string Fault = ",\"fault\":\"#GP\",\"ec\":\"0x0\"";

    private static readonly ApicTraits s_traits = new() { BootstrapId = 0, Quirks = KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped };

    private readonly List<string> _output = [];
    private readonly List<string> _events = [];
    private Machine? _machine;
    private uint[] _apicIds = [0];
    private ApicTraits _traits = s_traits;
    private ScriptVcpu[] _vcpus = [];

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

    private Machine Machine
    {
        get
        {
            if (_machine is null)
            {
                _machine = new Machine(_traits, new NativePlatform(), _apicIds);
                _machine.Observer = this;
                _machine.Advance(UptimeNanoseconds);
                for (int vcpu = 0; vcpu < _apicIds.Length; vcpu++)
                {
                    _machine.SetPaused(vcpu, true);
                }
                _vcpus = [.. _apicIds.Select(_ => new ScriptVcpu())];
            }

            return _machine;
        }
    }

    private static bool IsOn(string word) => word == "on";

    private static string Hex(ulong value) => $"\"0x{value:x}\"";

    private string Operation(string[] words)
    {
        _events.Clear();
        string head = $"{{\"i\":{_output.Count},\"op\":\"{words[0]}\"";
        return head + (Configure(words) ? ",\"ok\":true}" : Perform(words) + Events() + "}");
    }

    private string Events() => _events.Count == 0 ? "" : $",\"events\":[{string.Join(',', _events.Select(text => $"\"{text}\""))}]";

    private bool Configure(string[] words)
    {
        switch (words[0])
        {
            case "reset":
                (_machine, _apicIds, _traits) = (null, [0], s_traits);
                return true;
            case "vcpus":
                _apicIds = [.. Enumerable.Range(0, int.Parse(words[1], CultureInfo.InvariantCulture)).Select(id => (uint)id)];
                return true;
            case "vcpuids":
                _apicIds = [.. words.Skip(1).Select(word => (uint)VectorFile.Number(word))];
                return true;
            case "irqchip":
                SetQuirk(KvmQuirks.EoiBroadcastSuppression, words[1] == "split");
                return true;
            case "feature" when words[1] == "x2apic":
                _traits = _traits with { OffersX2Apic = IsOn(words[2]) };
                return true;
            case "feature" when words[1] == "tscdl":
                _traits = _traits with { OffersTscDeadline = IsOn(words[2]) };
                return true;
            case "quirks_off":
                _traits = _traits with { Quirks = _traits.Quirks & ~(KvmQuirks)VectorFile.Number(words[1]) };
                return true;
            case "x2apic_api":
                SetQuirk(KvmQuirks.X2Apic32BitIds, (VectorFile.Number(words[1]) & 1) != 0);
                SetQuirk(KvmQuirks.X2ApicBroadcast, (VectorFile.Number(words[1]) & 2) == 0);
                return true;
            default:
                return false;
        }
    }

    private void SetQuirk(KvmQuirks quirk, bool on) =>
        _traits = _traits with { Quirks = on ? _traits.Quirks | quirk : _traits.Quirks & ~quirk };

    private string Perform(string[] words)
    {
        Machine.Advance(OperationNanoseconds);
        switch (words[0])
        {
            case "wait":
                Machine.Advance(VectorFile.Number(words[1]));
                return ",\"ok\":true";
            case "settle":
                Settle();
                return ",\"ok\":true";
            case "msi":
                int accepted = Machine.SendMsi(VectorFile.Number(words[1]), (uint)VectorFile.Number(words[2]));
                Poll();
                return $",\"addr\":{Hex(VectorFile.Number(words[1]))},\"data\":{Hex((uint)VectorFile.Number(words[2]))},\"rc\":{accepted}";
            default:
                int vcpu = (int)VectorFile.Number(words[1]);
                return $",\"v\":{vcpu}{OnVcpu(vcpu, words)}";
        }
    }

    private string OnVcpu(int vcpu, string[] words)
    {
        switch (words[0])
        {
            case "rdmsr":
                return $",\"idx\":{Hex(VectorFile.Number(words[2]))}" + Guest(vcpu, Access.ReadMsr((uint)VectorFile.Number(words[2])));
            case "wrmsr":
                return $",\"idx\":{Hex(VectorFile.Number(words[2]))},\"data\":{Hex(VectorFile.Number(words[3]))}"
                    + Guest(vcpu, Access.WriteMsr((uint)VectorFile.Number(words[2]), VectorFile.Number(words[3])));
            case "mmior" or "mmiow" or "memr" or "memw":
                return Memory(vcpu, words);
            case "cr8r":
                return Guest(vcpu, () => $",\"value\":{Hex(Machine.ReadCr8(vcpu))}");
            case "cr8w":
                return $",\"data\":{Hex(VectorFile.Number(words[2]))}" + Guest(vcpu, () => WriteCr8(vcpu, VectorFile.Number(words[2])));
            case "tscdl":
                return Guest(vcpu, Access.WriteMsr(ApicMsr.TscDeadline, Machine.Clock + VectorFile.Number(words[2])));
            case "check":
                return Check(vcpu, words);
            case "cpuid":
                return Cpuid(vcpu, (uint)VectorFile.Number(words[2]));
            case "sregs":
                return $",\"apic_base\":{Hex(Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Value)},\"cr8\":{Hex(Machine.ReadCr8(vcpu))},"
                    + "\"cr0\":\"0x80000033\",\"cs\":\"0x8\"";
            case "hlt":
                return Halt(vcpu, words.Length > 2 ? VectorFile.Number(words[2]) : 300);
            case "nop" or "spin":
                return Guest(vcpu, () => ",\"ok\":true");
            case "intr":
                return $",\"if\":\"{words[2]}\"" + SetInterruptFlag(vcpu, IsOn(words[2]));
            case "eoi":
                _vcpus[vcpu].WritesEoi = IsOn(words[2]);
                return $",\"auto\":\"{words[2]}\",\"ok\":true";
            case "log":
                string log = string.Join(',', _vcpus[vcpu].Log);
                _vcpus[vcpu].Log.Clear();
                return $",\"log\":[{log}]";
            case "nmi":
                Machine.PostNmi(vcpu);
                return ",\"rc\":0";
            case "mpstate":
                return $",\"state\":\"{(IsRunning(vcpu) ? "runnable" : "init_received")}\"";
            case "hrdmsr" or "hwrmsr":
                return HostMsr(vcpu, words);
            case "hlapic":
                return HostLapic(vcpu, (uint)VectorFile.Number(words[2]) & 0x3FC, (uint)VectorFile.Number(words[3]));
            case "lapic":
                return Lapic(vcpu);
            default:
                throw new NotSupportedException($"operation {words[0]}");
        }
    }

    private string Guest(int vcpu, Access access) => Guest(vcpu, () => Result(Machine.Execute(vcpu, access), access.IsWrite, vcpu, access));

    private string Memory(int vcpu, string[] words)
    {
        bool isWrite = words[0][^1] == 'w';
        bool absolute = words[0][1] == 'e';
        ulong at = VectorFile.Number(words[2]);
        int sizeAt = isWrite ? 4 : 3;
        byte size = words.Length > sizeAt ? byte.Parse(words[sizeAt], CultureInfo.InvariantCulture) : (byte)4;
        ulong data = isWrite ? VectorFile.Number(words[3]) : 0;
        ulong offset = absolute ? at - Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Address : at;
        string head = $",\"{(absolute ? "addr" : "off")}\":{Hex(at)}{(size == 4 ? "" : $",\"size\":{size}")}{(isWrite ? $",\"data\":{Hex(data)}" : "")}";
        return head + (offset > 0xFFF
            ? Guest(vcpu, () => Elsewhere(isWrite, at, size))
            : Guest(vcpu, isWrite ? Access.WriteMmio((uint)offset, data, size) : Access.ReadMmio((uint)offset, size)));
    }

    /// <summary>No page of an APIC: nothing answers there, and the access leaves KVM.</summary>
    private static string Elsewhere(bool isWrite, ulong address, int size) =>
        (isWrite ? ",\"ok\":true" : $",\"value\":{Hex(ulong.MaxValue >> (64 - (8 * size)))}") + $",\"exit_mmio\":\"{(isWrite ? "w" : "r")} 0x{address:x}/{size}\"";

    private string Result(in Answer answer, bool isWrite, int vcpu, in Access access)
    {
        if (answer.Outcome == Outcome.Undefined)
        {
            throw new NotSupportedException($"{access}: the recording holds nothing to compare");
        }

        string exit = answer.Rule == RuleId.KvmMmioExit
            ? $",\"exit_mmio\":\"{(isWrite ? "w" : "r")} 0x{Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Address + access.Address:x}/{access.Size}\""
            : "";
        return answer.Outcome == Outcome.Fault ? Fault
            : (isWrite ? ",\"ok\":true" : $",\"value\":{Hex(answer.Value)}") + exit;
    }

    private string WriteCr8(int vcpu, ulong value)
    {
        if (!Machine.WriteCr8(vcpu, value))
        {
            return Fault;
        }

        ShowPpr(vcpu);
        return ",\"ok\":true";
    }

    private string Check(int vcpu, string[] words)
    {
        uint at = (uint)VectorFile.Number(words[3]);
        Access access = words[2] == "msr" ? Access.ReadMsr(at) : Access.ReadMmio(at);
        ulong wanted = VectorFile.Number(words[5]);
        return $",\"what\":\"{string.Join(' ', words.Skip(2).Take(4))}\"" + Guest(vcpu, () =>
        {
            ulong value = Machine.Execute(vcpu, access).Value;
            bool holds = words[4] switch
            {
                "eq" => value == wanted,
                "ne" => value != wanted,
                "lt" => value < wanted,
                _ => value > wanted,
            };
            return $",\"true\":{(holds ? "true" : "false")},\"ok\":true";
        });
    }

    private string HostMsr(int vcpu, string[] words)
    {
        bool isWrite = words[0] == "hwrmsr";
        uint msr = (uint)VectorFile.Number(words[2]);
        Access access = isWrite ? Access.WriteMsr(msr, VectorFile.Number(words[3]), AccessOrigin.Host) : Access.ReadMsr(msr, AccessOrigin.Host);
        Answer answer = Machine.Execute(vcpu, access);
        Poll();
        int done = answer.Outcome == Outcome.Rejected ? 0 : 1;
        return $",\"idx\":{Hex(msr)},\"rc\":{done}{(isWrite || done == 0 ? "" : $",\"value\":{Hex(answer.Value)}")}";
    }

    /// <summary>KVM_SET_LAPIC with one word of the page changed.</summary>
    private string HostLapic(int vcpu, uint offset, uint value)
    {
        bool anyInService = Machine.StateOf(vcpu, AccessOrigin.Guest).HighestInService >= 0;
        bool done = Machine.WriteHostPage(vcpu, offset, value);

        // KVM finds the processor priority from what it remembers of ISR before the write.
        int inService = !anyInService ? -1 : _vcpus[vcpu].RememberedService ?? Machine.StateOf(vcpu, AccessOrigin.Guest).HighestInService;
        _vcpus[vcpu].ShownPpr = Priority.Processor((uint)Machine.Peek(vcpu, ApicRegister.Tpr), (uint)Math.Max(inService, 0));
        _vcpus[vcpu].RememberedService = null;
        Poll();
        return $",\"off\":{Hex(offset)},\"data\":{Hex(value)},\"rc\":{(done ? 0 : -22)}";
    }

    /// <summary>What KVM_GET_LAPIC shows: the words of the page that are not 0.</summary>
    private string Lapic(int vcpu)
    {
        var text = new StringBuilder($",\"apic_base\":{Hex(Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Value)},\"regs\":{{");
        string separator = "";
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            uint value = spec.Register == ApicRegister.Ppr ? _vcpus[vcpu].ShownPpr : Machine.ReadHostPage(vcpu, spec.Register);
            if (value != 0)
            {
                text.Append(separator).Append($"\"{spec.Offset:x3}\":{(spec.Register == ApicRegister.TimerCurrent ? "\"running\"" : Hex(value))}");
                separator = ",";
            }
        }

        return text.Append('}').ToString();
    }
}
