using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>One machine of a script, and what each operation on it gives. What of a real machine an emulator has not by itself is done for it here.</summary>
internal sealed partial class ScriptSession : RelayingObserver, IDisposable
{
    private const ulong OperationNanoseconds = 20_000;

    /// <summary>A real host has been up for long: a small constant written to IA32_TSC_DEADLINE is past.</summary>
    private const ulong UptimeNanoseconds = 1UL << 48;

    private const uint TimeStampCounter = 0x10;
    private const string Ok = ",\"ok\":true";
    private const string Fault = ",\"fault\":\"#GP\",\"ec\":\"0x0\"";

    private readonly IMachine _machine;
    private readonly bool _isEmulated;
    private readonly bool _pauses;
    private readonly List<string> _events = [];
    private readonly List<ScriptVcpu> _vcpus;
    private bool _isEndless;

    public ScriptSession(IMachine machine)
        : base(machine.Observer)
    {
        _machine = machine;
        (_isEmulated, _pauses) = (machine.Can(MachineCapability.Clock), machine.Can(MachineCapability.Pause));
        _vcpus = [.. Enumerable.Range(0, machine.VcpuCount).Select(_ => new ScriptVcpu())];
        machine.Observer = this;
        if (_isEmulated)
        {
            Pass(UptimeNanoseconds);
        }

        for (int vcpu = 0; vcpu < _vcpus.Count; vcpu++)
        {
            SetPaused(vcpu, true);
        }
    }

    public void Dispose()
    {
        _machine.Observer = Next;
        (_machine as IDisposable)?.Dispose();
    }

    /// <summary>Performs an operation.</summary>
    /// <returns>What its line has behind the operation's word.</returns>
    public string Perform(ScriptOperation operation)
    {
        _isEndless = false;
        _events.Clear();
        if (_isEmulated)
        {
            Pass(OperationNanoseconds);
        }

        string result = operation.Form.NamesVcpu ? $",\"v\":{operation.Vcpu}{OnVcpu(operation.Vcpu, operation)}" : OnMachine(operation);
        return result + (_isEndless ? ",\"undelivered\":true" : "")
            + (_events.Count == 0 ? "" : $",\"events\":[{string.Join(",", _events.Select(text => $"\"{text}\""))}]");
    }

    private static string Hex(ulong value) => $"\"0x{value:x}\"";

    private void Pass(ulong nanoseconds) => _machine.Do(MachineCommand.Advance(nanoseconds));

    private string OnMachine(ScriptOperation operation)
    {
        switch (operation.Verb)
        {
            case ScriptVerb.Wait:
                Pass(operation.Numbers[0]);
                Poll();
                return Ok;
            case ScriptVerb.Settle:
                Settle();
                return Ok;
            case ScriptVerb.AddVcpu:
                return AddVcpu((uint)operation.Numbers[0]);
            default:
                int accepted = _machine.SendMsi(operation.Numbers[0], (uint)operation.Numbers[1]);
                Poll();
                return $",\"addr\":{Hex(operation.Numbers[0])},\"data\":{Hex(operation.Numbers[1])},\"rc\":{accepted}";
        }
    }

    private string AddVcpu(uint apicId)
    {
        int vcpu = _machine.VcpuCount;
        _machine.Do(new(CommandKind.Added, vcpu, 0, apicId));
        _vcpus.Add(new());
        SetPaused(vcpu, true);
        Poll();
        return $",\"v\":{vcpu},\"id\":{apicId}{Ok}";
    }

    private string OnVcpu(int vcpu, ScriptOperation operation)
    {
        IReadOnlyList<ulong> numbers = operation.Numbers;
        switch (operation.Verb)
        {
            case ScriptVerb.ReadMsr:
                return $",\"idx\":{Hex(numbers[1])}{Guest(vcpu, Access.ReadMsr((uint)numbers[1]))}";
            case ScriptVerb.WriteMsr:
                return $",\"idx\":{Hex(numbers[1])},\"data\":{Hex(numbers[2])}{Guest(vcpu, Access.WriteMsr((uint)numbers[1], numbers[2]))}";
            case ScriptVerb.ReadPage or ScriptVerb.WritePage or ScriptVerb.ReadMemory or ScriptVerb.WriteMemory:
                return Memory(vcpu, operation);
            case ScriptVerb.Cpuid:
                return $",\"leaf\":{Hex(numbers[1])}{Guest(vcpu, () => Cpuid(vcpu, (uint)numbers[1]))}";
            case ScriptVerb.ReadCr8:
                return Guest(vcpu, () => $",\"value\":{Hex(_machine.ReadCr8(vcpu))}");
            case ScriptVerb.WriteCr8:
                return $",\"data\":{Hex(numbers[1])}{Guest(vcpu, () => WriteCr8(vcpu, numbers[1]))}";
            case ScriptVerb.Deadline:
                return Guest(vcpu, () => Execute(vcpu, Access.WriteMsr(ApicMsr.TscDeadline, Now(vcpu) + numbers[1])));
            case ScriptVerb.Check:
                return Check(vcpu, operation);
            case ScriptVerb.Interrupts:
                return $",\"if\":\"{operation.Words[2]}\"{SetInterruptFlag(vcpu, numbers[1] == 1)}";
            case ScriptVerb.Eoi:
                _vcpus[vcpu].WritesEoi = numbers[1] == 1;
                return $",\"auto\":\"{operation.Words[2]}\"{Ok}";
            case ScriptVerb.Nop or ScriptVerb.Spin:
                return Guest(vcpu, () => Ok);
            case ScriptVerb.Halt:
                return Halt(vcpu, operation.NumberOr(1, 300));
            case ScriptVerb.Log:
                string log = string.Join(",", _vcpus[vcpu].Log);
                _vcpus[vcpu].Log.Clear();
                return $",\"log\":[{log}]";
            case ScriptVerb.Nmi:
                _machine.PostNmi(vcpu);
                return ",\"rc\":0";
            case ScriptVerb.HostReadMsr:
                return HostMsr(vcpu, Access.ReadMsr((uint)numbers[1], AccessOrigin.Host));
            case ScriptVerb.HostWriteMsr:
                return HostMsr(vcpu, Access.WriteMsr((uint)numbers[1], numbers[2], AccessOrigin.Host));
            case ScriptVerb.HostWritePage:
                return HostPage(vcpu, (uint)numbers[1] & 0x3FC, (uint)numbers[2]);
            case ScriptVerb.Lapic:
                Poll();
                return Lapic(vcpu);
            case ScriptVerb.RunState:
                Poll();
                return $",\"state\":\"{(IsRunning(vcpu) ? "runnable" : "init_received")}\"";
            case ScriptVerb.SystemRegisters:
                return SystemRegisters(vcpu);
            default:
                throw new InvalidOperationException($"{operation.Verb} is no operation of a vCPU");
        }
    }

    /// <summary>KVM_GET_SREGS: CR0 and CS are the recorder's own, or what INIT leaves.</summary>
    private string SystemRegisters(int vcpu)
    {
        (string cr0, string cs) = IsRunning(vcpu) ? ("0x80000033", "0x8") : ("0x10", "0xf000");
        string apicBase = Hex(_machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Value);
        return $",\"apic_base\":{apicBase},\"cr8\":{Hex(_machine.ReadCr8(vcpu))},\"cr0\":\"{cr0}\",\"cs\":\"{cs}\"";
    }

    private string Guest(int vcpu, Access access) => Guest(vcpu, () => Execute(vcpu, access));

    private string Execute(int vcpu, in Access access)
    {
        Answer answer = _machine.Execute(vcpu, access);
        return answer.Outcome switch
        {
            Outcome.Fault => Fault,
            Outcome.Undefined => ScriptLine.Undefined,
            _ => (access.IsWrite ? Ok : $",\"value\":{Hex(answer.Value)}") + ExitOf(vcpu, access, answer),
        };
    }

    /// <summary>What is said of an access that left KVM.</summary>
    private string ExitOf(int vcpu, in Access access, in Answer answer) => answer.Rule == RuleId.KvmMmioExit
        ? Exit(access.IsWrite, _machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Address + access.Address, access.Size)
        : "";

    private string Memory(int vcpu, ScriptOperation operation)
    {
        bool isWrite = operation.Form.IsWrite;
        bool isAbsolute = operation.Verb is ScriptVerb.ReadMemory or ScriptVerb.WriteMemory;
        ulong at = operation.Numbers[1];
        ulong data = isWrite ? operation.Numbers[2] : 0;
        byte size = operation.Size;
        string head = $",\"{(isAbsolute ? "addr" : "off")}\":{Hex(at)}{(size == 4 ? "" : $",\"size\":{size}")}{(isWrite ? $",\"data\":{Hex(data)}" : "")}";
        return head + Guest(vcpu, () =>
        {
            ulong page = _machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Address;
            ulong offset = isAbsolute ? at - page : at;
            return offset <= 0xFFF
                ? Execute(vcpu, isWrite ? Access.WriteMmio((uint)offset, data, size) : Access.ReadMmio((uint)offset, size))
                : Elsewhere(isWrite, page + offset, size);
        });
    }

    /// <summary>No page of an APIC: nothing answers there, and the access leaves KVM.</summary>
    private static string Elsewhere(bool isWrite, ulong address, int size) =>
        (isWrite ? Ok : $",\"value\":{Hex(ulong.MaxValue >> (64 - (8 * size)))}") + Exit(isWrite, address, size);

    private static string Exit(bool isWrite, ulong address, int size) => $",\"exit_mmio\":\"{(isWrite ? "w" : "r")} 0x{address:x}/{size}\"";

    private string Cpuid(int vcpu, uint number)
    {
        CpuidLeaf leaf = _machine.Cpuid(vcpu, number);
        return $",\"eax\":{Hex(leaf.Eax)},\"ebx\":{Hex(leaf.Ebx)},\"ecx\":{Hex(leaf.Ecx)},\"edx\":{Hex(leaf.Edx)}{Ok}";
    }

    private string WriteCr8(int vcpu, ulong value)
    {
        if (!_machine.WriteCr8(vcpu, value))
        {
            return Fault;
        }

        ShowPpr(vcpu);
        return Ok;
    }

    /// <summary>The guest's time-stamp counter; an emulator's counts with its clock.</summary>
    private ulong Now(int vcpu) => _isEmulated ? _machine.Clock : _machine.Execute(vcpu, Access.ReadMsr(TimeStampCounter, AccessOrigin.Host)).Value;

    private string Check(int vcpu, ScriptOperation operation)
    {
        uint at = (uint)operation.Numbers[2];
        Access access = operation.Numbers[1] == 0 ? Access.ReadMsr(at) : Access.ReadMmio(at);
        ulong wanted = operation.Numbers[4];
        return $",\"what\":\"{string.Join(" ", operation.Words.Skip(2))}\"" + Guest(vcpu, () =>
        {
            Answer answer = _machine.Execute(vcpu, access);
            bool holds = operation.Numbers[3] switch
            {
                0 => answer.Value == wanted,
                1 => answer.Value != wanted,
                2 => answer.Value < wanted,
                _ => answer.Value > wanted,
            };
            return answer.Outcome == Outcome.Fault ? Fault : $",\"true\":{(holds ? "true" : "false")}{Ok}{ExitOf(vcpu, access, answer)}";
        });
    }

    private string HostMsr(int vcpu, in Access access)
    {
        Answer answer = _machine.Execute(vcpu, access);
        if (access is { IsWrite: true, Register: ApicRegister.Tpr or ApicRegister.Eoi } && answer.Succeeded)
        {
            ShowPpr(vcpu);
        }

        Poll();
        int done = answer.Outcome == Outcome.Rejected ? 0 : 1;
        return $",\"idx\":{Hex(access.Address)},\"rc\":{done}{(access.IsWrite || done == 0 ? "" : $",\"value\":{Hex(answer.Value)}")}";
    }

    private string HostPage(int vcpu, uint offset, uint value)
    {
        bool anyInService = _isEmulated && _machine.StateOf(vcpu, AccessOrigin.Guest).HighestInService >= 0;
        bool done = _machine.WriteHostPage(vcpu, offset, value);
        ShowPprOfPage(vcpu, anyInService);
        Poll();
        return $",\"off\":{Hex(offset)},\"data\":{Hex(value)},\"rc\":{(done ? 0 : -22)}";
    }

    private string Lapic(int vcpu)
    {
        var text = new StringBuilder($",\"apic_base\":{Hex(_machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Value)},\"regs\":{{");
        string separator = "";
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            uint value = _isEmulated && spec.Register == ApicRegister.Ppr ? _vcpus[vcpu].ShownPpr : _machine.ReadHostPage(vcpu, spec.Register);
            if (value != 0)
            {
                string shown = spec.Register == ApicRegister.TimerCurrent ? "\"running\"" : Hex(value);
                text.Append(separator).Append('"').Append(spec.Offset.ToString("x3", CultureInfo.InvariantCulture)).Append("\":").Append(shown);
                separator = ",";
            }
        }

        return text.Append('}').ToString();
    }
}
