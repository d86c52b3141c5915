using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>Runs one case of <c>tests/Vectors/interrupts-*.txt</c> or <c>model-behaviour.txt</c>; the format is in the README there.</summary>
internal sealed class InterruptScript
{
    private readonly ApicModel _model;
    private readonly Watcher _watcher = new();
    private Machine? _machine;
    private bool _raw;

    public InterruptScript(ApicModel model) => _model = model;

    /// <summary>The rules by which accesses and interrupts have ended so far.</summary>
    public IReadOnlySet<RuleId> Rules => _watcher.Rules;

    private Machine Machine => _machine ??= Make([0]);

    /// <summary>Executes a line.</summary>
    /// <returns>What happened, where the line says what should; else an empty text.</returns>
    public (string Expected, string Actual) Execute(string line)
    {
        string[] sides = line.Split("->");
        string expected = sides.Length > 1 ? sides[1].Trim() : "";
        string[] words = VectorFile.Words(sides[0]);
        if (words[0] == "raw")
        {
            _raw = true;
            return ("", "");
        }

        if (words[0] == "ids")
        {
            _machine = Make([.. words.Skip(1).Select(word => (uint)VectorFile.Number(word))]);
            return ("", "");
        }

        int vcpu = words[0] is "msi" or "wait" ? -1 : (int)VectorFile.Number(words[1]);
        string actual = Do(vcpu, words, expected.EndsWith(" open", StringComparison.Ordinal) || expected.Contains(" settled by ", StringComparison.Ordinal));
        return expected is "" or "any" ? (expected, expected) : (expected, Shaped(expected, actual));
    }

    private string Do(int vcpu, string[] words, bool open) => words[0] switch
    {
        "mode" => SetMode(vcpu, words[2]),
        "read" => Access(vcpu, words[2], null, open),
        "write" => Access(vcpu, words[2], VectorFile.Number(words[3]), open),
        "host" => Outcome(Machine.Execute(vcpu, Architecture.Access.WriteMsr(Address(vcpu, words[2]).Address, VectorFile.Number(words[3]), AccessOrigin.Host))),
        "narrow" => Narrow(vcpu, (uint)VectorFile.Number(words[2]), (byte)VectorFile.Number(words[3]), words.Length > 4 ? VectorFile.Number(words[4]) : null),
        "exits" => Exits(vcpu, words[2]),
        "sent" => Sent(vcpu, (uint)VectorFile.Number(words[2]), (uint)VectorFile.Number(words[3])),
        "reset" => Reset(vcpu),
        "init" => Nothing(() => Machine.Initialize(vcpu)),
        "ipi" => SendIpi(vcpu, (uint)VectorFile.Number(words[2]), words.Length > 3 ? (uint)VectorFile.Number(words[3]) : 0, open),
        "msi" => Targets(() => Machine.SendMsi(VectorFile.Number(words[1]), (uint)VectorFile.Number(words[2]))),
        "pin" => Noted(Machine.SetPin(
            vcpu, (int)VectorFile.Number(words[2]), words[3] == "high", words.Length > 4 ? (byte)VectorFile.Number(words[4]) : (byte)0)),
        "source" => Noted(Machine.RaiseLvt(vcpu, Enum.Parse<ApicRegister>(words[2]))),
        "interrupts" => Nothing(() => Machine.SetInterruptFlag(vcpu, words[2] == "on")),
        "wait" => Nothing(() => Machine.Advance(VectorFile.Number(words[1]))),
        "cr8" when words.Length > 2 => Nothing(() => Machine.WriteCr8(vcpu, VectorFile.Number(words[3]))),
        "cr8" => Machine.ReadCr8(vcpu).ToString(CultureInfo.InvariantCulture),
        "take" => Text(Machine.Take(vcpu)),
        "acknowledge" => Text(Machine.Acknowledge(vcpu, spuriously: true)),
        "irr" => Set(vcpu, ApicRegister.Irr0),
        "isr" => Set(vcpu, ApicRegister.Isr0),
        "tmr" => Set(vcpu, ApicRegister.Tmr0),
        "told" => Told(vcpu),
        "state" => Machine.VcpuStateOf(vcpu).RunState == RunState.Running ? "running" : "waiting",
        "startup" => $"0x{Machine.VcpuStateOf(vcpu).StartupVector:X2}",
        _ => throw new InvalidDataException($"There is no operation \"{words[0]}\"."),
    };

    private Machine Make(uint[] ids)
    {
        Machine machine = Machines.Native(_model, ids);
        machine.Observer = _watcher;
        for (int vcpu = 0; vcpu < ids.Length; vcpu++)
        {
            machine.SetInterruptFlag(vcpu, true);
            if (!_raw)
            {
                machine.WriteMsr(vcpu, ApicMsr.ApicBase, machine.ApicBaseOf(vcpu, AccessOrigin.Guest).WithMode(ApicMode.XApic).Value);
                machine.WriteMmio(vcpu, 0x0F0, 0x1FF);
            }
        }

        return machine;
    }

    private string SetMode(int vcpu, string name)
    {
        ApicMode mode = Enum.Parse<ApicMode>(name, ignoreCase: true);
        ApicBase current = Machine.ApicBaseOf(vcpu, AccessOrigin.Guest);
        return Outcome(Machine.Execute(vcpu, Architecture.Access.WriteMsr(ApicMsr.ApicBase, current.WithMode(mode).Value)));
    }

    private string Access(int vcpu, string place, ulong? value, bool open)
    {
        (bool msr, uint address) = Address(vcpu, place);
        Access access = (msr, value) switch
        {
            (true, { } written) => Architecture.Access.WriteMsr(address, written),
            (true, null) => Architecture.Access.ReadMsr(address),
            (false, { } written) => Architecture.Access.WriteMmio(address, written),
            (false, null) => Architecture.Access.ReadMmio(address),
        };
        Answer answer = Machine.Execute(vcpu, access);
        string result = Result(answer);
        return open ? $"{result} {Grade(answer.Rule)}" : result;
    }

    /// <summary>Where a register is in the vCPU's mode: an MSR number, or an offset of the page.</summary>
    private (bool IsMsr, uint Address) Address(int vcpu, string place)
    {
        bool x2 = Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode == ApicMode.X2Apic;
        return !Enum.TryParse(place, out ApicRegister register) ? (x2, (uint)VectorFile.Number(place))
            : register switch
            {
                ApicRegister.ApicBase => (true, ApicMsr.ApicBase),
                ApicRegister.TscDeadline => (true, ApicMsr.TscDeadline),
                _ => (x2, x2 ? RegisterCatalogue.Find(register)!.Msr : (uint)RegisterCatalogue.Find(register)!.Offset),
            };
    }

    private string Narrow(int vcpu, uint offset, byte size, ulong? value) => Result(Machine.Execute(
        vcpu, value is { } written ? Architecture.Access.WriteMmio(offset, written, size) : Architecture.Access.ReadMmio(offset, size)));

    private string Exits(int vcpu, string place) =>
        Machine.Execute(vcpu, Architecture.Access.ReadMmio(Address(vcpu, place).Address)).Exits.ToString(CultureInfo.InvariantCulture);

    private string SendIpi(int vcpu, uint low, uint destination, bool open)
    {
        RuleId rule = RuleId.None;
        string targets = Targets(() =>
        {
            if (Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode == ApicMode.X2Apic)
            {
                rule = Machine.WriteMsr(vcpu, 0x830, ((ulong)destination << 32) | low).Rule;
                return;
            }

            Machine.WriteMmio(vcpu, 0x310, destination << 24);
            rule = Machine.WriteMmio(vcpu, 0x300, low).Rule;
        });
        return open ? $"{targets} {Grade(rule)}" : targets;
    }

    private string Sent(int vcpu, uint low, uint destination)
    {
        _watcher.Sent = false;
        SendIpi(vcpu, low, destination, open: false);
        return _watcher.Sent ? "sent" : "unsent";
    }

    private string Reset(int vcpu)
    {
        Machine.Reset(vcpu);
        return Noted(ApicTransition.OfReset(_model, Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode).RuleId);
    }

    private string Targets(Action send)
    {
        _watcher.Accepted.Clear();
        send();
        return _watcher.Accepted.Count == 0 ? "none" : string.Join(' ', _watcher.Accepted.Order());
    }

    private string Set(int vcpu, ApicRegister first)
    {
        LocalApicState apic = Machine.StateOf(vcpu, AccessOrigin.Guest);
        return Vectors(Enumerable.Range(0, 256).Where(vector => apic.Has(first, vector)));
    }

    private string Told(int vcpu)
    {
        string told = Vectors(_watcher.Told.Where(pair => pair.Vcpu == vcpu).Select(pair => (int)pair.Vector));
        _watcher.Told.Clear();
        return told;
    }

    private static string Vectors(IEnumerable<int> vectors)
    {
        string text = string.Join(' ', vectors.Select(vector => $"0x{vector:X2}"));
        return text.Length == 0 ? "none" : text;
    }

    private string Noted(RuleId rule)
    {
        _watcher.Rules.Add(rule);
        return RuleBook.NameOf(rule);
    }

    private static string Nothing(Action act)
    {
        act();
        return "";
    }

    private static string Grade(RuleId id) => RuleBook.Of(id).Grade is RuleGrade.Undefined or RuleGrade.Inferred ? "open" : $"settled by {RuleBook.NameOf(id)}";

    private static string Text(TakenInterrupt taken) => taken.Kind switch
    {
        TakenKind.None => "nothing",
        TakenKind.Nmi => "nmi",
        TakenKind.Smi => "smi",
        _ => $"{taken.Kind.ToString().ToLowerInvariant()} 0x{taken.Vector:X2}",
    };

    private static string Result(Answer answer) =>
        answer.Outcome == Architecture.Outcome.Value ? answer.Value.ToString(CultureInfo.InvariantCulture) : Outcome(answer);

    private static string Outcome(Answer answer) => answer.Outcome == Architecture.Outcome.Fault ? "gp" : answer.Outcome.ToString().ToLowerInvariant();

    /// <summary>A number as the expectation writes it: in hex as wide as there, else decimal.</summary>
    private static string Shaped(string expected, string actual) =>
        expected.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(actual, CultureInfo.InvariantCulture, out ulong number)
            ? $"0x{number.ToString($"X{expected.Length - 2}", CultureInfo.InvariantCulture)}"
            : actual;

    private sealed class Watcher : MachineObserver
    {
        public List<int> Accepted { get; } = [];

        public List<(int Vcpu, byte Vector)> Told { get; } = [];

        public HashSet<RuleId> Rules { get; } = [];

        public bool Sent { get; set; }

        public override void OnAnswer(long number, in MachineCommand command, in Answer answer) => Rules.Add(answer.Rule);

        public override void OnInterrupt(long number, in InterruptEvent interrupt)
        {
            Rules.Add(interrupt.Rule);
            Sent |= interrupt.Kind == InterruptEventKind.Sent;
            if (interrupt.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged)
            {
                Accepted.Add(interrupt.Vcpu);
            }
            else if (interrupt.Kind == InterruptEventKind.EndBroadcast)
            {
                Told.Add((interrupt.Vcpu, interrupt.Vector));
            }
        }
    }
}
