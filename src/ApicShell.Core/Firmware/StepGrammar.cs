using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Confidential;
using static ApicShell.Firmware.StepOperand;

namespace ApicShell.Firmware;

/// <summary>
/// The language of steps, in which boots, designs and alphabets are written: <c>[vN: | aps: | all:] [when CONDITION] WORDS [OPERANDS]</c>. Without a
/// prefix vCPU 0 does it; what follows # is a comment.
/// </summary>
public static class StepGrammar
{
    /// <summary>The target of an IPI to all but the sender.</summary>
    public const uint Others = 0xFFFF_FFFF;

    private const string ApsPrefix = "aps:";
    private const string AllPrefix = "all:";
    private const string ConditionWord = "when";

    private static readonly StepForm[] s_forms =
    [
        new(StepVerb.Read, "read", [StepOperand.Register], "The guest reads a register, as its library does in the mode it finds."),
        new(StepVerb.Write, "write", [StepOperand.Register, StepOperand.Value], "The guest writes a register, as its library does in the mode it finds."),
        new(StepVerb.Change, "change", [StepOperand.Register, Clear, StepOperand.Value], "The guest reads a register, clears the first bits, sets the second, and writes it back."),
        new(StepVerb.Ensure, "ensure", [StepOperand.Register, StepOperand.Value], "The guest reads a register, and sets bits only where one of them is clear."),
        new(StepVerb.Mode, "mode", [StepOperand.Mode], "The guest brings its APIC into a mode, by as many writes of APIC_BASE as its library takes."),
        new(StepVerb.Follow, "follow", [], "The guest brings its APIC into the mode that vCPU 0's guest is in."),
        new(StepVerb.ReadMsr, "rdmsr", [Msr], "RDMSR, whatever the mode."),
        new(StepVerb.WriteMsr, "wrmsr", [Msr, LongValue], "WRMSR, whatever the mode."),
        new(StepVerb.ReadPage, "rdpage", [Offset], "A 32-bit read of the APIC page, whatever the mode."),
        new(StepVerb.WritePage, "wrpage", [Offset, StepOperand.Value], "A 32-bit write of the APIC page, whatever the mode."),
        new(StepVerb.Ipi, "ipi", [Vector, Target], "The guest sends a fixed IPI to a vCPU, or to all others."),
        new(StepVerb.NmiIpi, "nmi", [Target], "The guest sends an NMI to a vCPU, or to all others."),
        new(StepVerb.SelfIpi, "self", [Vector], "The guest sends itself a fixed IPI."),
        new(StepVerb.StartAp, "start", [Target], "The guest starts a vCPU, or all others: INIT and start-up IPI, on SEV-SNP GHCB AP creation."),
        new(StepVerb.Take, "take", [AnyVector], "The guest takes its next interrupt; with a vector it must be that one."),
        new(StepVerb.Eoi, "eoi", [], "The guest ends the newest interrupt it took."),
        new(StepVerb.Sti, "sti", [], "The guest lets interrupts in."),
        new(StepVerb.Cli, "cli", [], "The guest keeps interrupts out."),
        new(StepVerb.Cr8, "cr8", [StepOperand.Cr8], "The guest sets its task priority by CR8."),
        new(StepVerb.Allow, "allow", [Vector], "The guest allows the host a vector, by SVSM call 4."),
        new(StepVerb.AllowAll, "allow-all", [], "The guest allows the host every vector, by SVSM call 4."),
        new(StepVerb.Register, "register", [], "The guest registers the SVSM's APIC protocol, by SVSM call 1."),
        new(StepVerb.Deregister, "deregister", [], "The guest deregisters the SVSM's APIC protocol, by SVSM call 1."),
        new(StepVerb.Handler, "handler", [StepOperand.Handler], "The guest's kernel brings its own #VC handler, where Alternate Injection is on."),
        new(StepVerb.HostMode, "host mode", [StepOperand.Mode], "The host brings the APIC into a mode by one write of APIC_BASE."),
        new(StepVerb.HostEdge, "host edge", [Vector], "A device sends an edge-triggered interrupt."),
        new(StepVerb.HostLevel, "host level", [Vector], "A device sends a level-triggered interrupt."),
        new(StepVerb.HostNmi, "host nmi", [], "The host sends an NMI."),
        new(StepVerb.HostInit, "host init", [], "The host sends INIT and lets the vCPU run again."),
        new(StepVerb.SvsmMode, "svsm mode", [StepOperand.Mode], "The SVSM brings its own APIC into a mode by one GHCB write of APIC_BASE; a shared APIC is the guest's too."),
        new(StepVerb.SvsmSetUp, "svsm setup", [], "The SVSM sets up its own APIC as COCONUT-SVSM does: APIC_BASE with AE and EXTD in one write, then SVR."),
        new(StepVerb.Intercept, "intercept", [], "The vCPU leaves the guest for the SVSM and comes back."),
        new(StepVerb.Activate, "activate", [], "Alternate Injection is switched on for the vCPU, with what the design does then."),
        new(StepVerb.Reset, "reset", [], "RESET of all vCPUs, with what the design does then."),
        new(StepVerb.HotPlug, "hotplug", [], "One more vCPU is plugged in, with what the design does then."),
        new(StepVerb.Advance, "advance", [Nanoseconds], "Time passes: so many nanoseconds, or to the end of the next timer."),
    ];

    private static readonly Dictionary<string, StepCondition> s_conditions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ai"] = StepCondition.Injection,
        ["snp"] = StepCondition.Snp,
        ["native"] = StepCondition.Native,
        ["aps"] = StepCondition.Aps,
    };

    private static readonly StepForm?[] s_byVerb = ByVerb();

    /// <summary>Every form, in the order of <see cref="StepVerb"/>.</summary>
    public static IReadOnlyList<StepForm> Forms => s_forms;

    /// <summary>The words after <c>when</c>.</summary>
    public static IEnumerable<string> Conditions => s_conditions.Keys;

    /// <summary>Reads a step.</summary>
    /// <exception cref="StepFormatException">The line is no step; the message says what is allowed.</exception>
    public static MachineStep Parse(string line)
    {
        int comment = line.IndexOf('#');
        string text = comment < 0 ? line : line.Substring(0, comment);
        var words = new Queue<string>(text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries));
        (StepVcpus vcpus, int vcpu) = Prefix(words);
        StepCondition condition = Condition(words, line);
        StepForm form = Form(words, line);
        var step = new MachineStep(form.Verb, vcpu, vcpus, condition);
        foreach (StepOperand operand in form.Operands)
        {
            step = Read(step, operand, words, line, form);
        }

        return words.Count == 0 ? step : throw Wrong(line, $"\"{words.Peek()}\" is too much for \"{Usage(form)}\".");
    }

    /// <summary>The step as it is written.</summary>
    public static string Write(MachineStep step)
    {
        StepForm form = FormOf(step.Verb);
        var text = new StringBuilder();
        text.Append(step.Vcpus switch
        {
            StepVcpus.Aps => "aps: ",
            StepVcpus.All => "all: ",
            _ => step.Vcpu == 0 ? "" : $"v{step.Vcpu}: ",
        });
        if (step.Condition != StepCondition.Always)
        {
            text.Append(ConditionWord).Append(' ').Append(s_conditions.First(pair => pair.Value == step.Condition).Key).Append(' ');
        }

        text.Append(form.Words);
        foreach (StepOperand operand in form.Operands)
        {
            string word = Write(step, operand);
            text.Append(word.Length == 0 ? "" : " ").Append(word);
        }

        return text.ToString();
    }

    /// <summary>The form of a verb.</summary>
    public static StepForm FormOf(StepVerb verb) => s_byVerb[(int)verb]!;

    /// <summary>How a step is written, with names for its operands.</summary>
    public static string Usage(StepForm form) => string.Join(" ", new[] { form.Words }.Concat(form.Operands.Select(Placeholder)));

    private static (StepVcpus Vcpus, int Vcpu) Prefix(Queue<string> words)
    {
        string first = words.Count > 0 ? words.Peek() : "";
        if (string.Equals(first, ApsPrefix, StringComparison.OrdinalIgnoreCase) || string.Equals(first, AllPrefix, StringComparison.OrdinalIgnoreCase))
        {
            words.Dequeue();
            return (string.Equals(first, ApsPrefix, StringComparison.OrdinalIgnoreCase) ? StepVcpus.Aps : StepVcpus.All, 0);
        }

        if (first.EndsWith(":", StringComparison.Ordinal) && TryVcpu(first.Substring(0, first.Length - 1), out uint vcpu))
        {
            words.Dequeue();
            return (StepVcpus.One, (int)vcpu);
        }

        return (StepVcpus.One, 0);
    }

    private static StepCondition Condition(Queue<string> words, string line)
    {
        if (words.Count == 0 || !string.Equals(words.Peek(), ConditionWord, StringComparison.OrdinalIgnoreCase))
        {
            return StepCondition.Always;
        }

        words.Dequeue();
        string word = words.Count > 0 ? words.Dequeue() : "";
        return s_conditions.TryGetValue(word, out StepCondition condition)
            ? condition
            : throw Wrong(line, $"\"{word}\" is no condition. Conditions are {string.Join(", ", s_conditions.Keys)}.", word, [.. s_conditions.Keys]);
    }

    private static StepForm Form(Queue<string> words, string line)
    {
        string first = words.Count > 0 ? words.Dequeue() : "";
        StepForm? found = s_forms.FirstOrDefault(form => string.Equals(form.Words, first, StringComparison.OrdinalIgnoreCase));
        if (found is null && words.Count > 0)
        {
            string both = $"{first} {words.Peek()}";
            found = s_forms.FirstOrDefault(form => string.Equals(form.Words, both, StringComparison.OrdinalIgnoreCase));
            if (found is not null)
            {
                words.Dequeue();
            }
        }

        string word = words.Count > 0 && s_forms.Any(form => form.Words.StartsWith(first + " ", StringComparison.OrdinalIgnoreCase)) ? $"{first} {words.Peek()}" : first;
        return found ?? throw Wrong(
            line,
            first.Length == 0 ? "the line is empty." : $"\"{word}\" is no verb. Steps begin with {string.Join(", ", s_forms.Select(form => form.Words))}.",
            word,
            [.. s_forms.Select(form => form.Words)]);
    }

    private static MachineStep Read(MachineStep step, StepOperand operand, Queue<string> words, string line, StepForm form)
    {
        bool optional = operand is AnyVector or Nanoseconds;
        if (words.Count == 0)
        {
            return optional ? step : throw Wrong(line, $"it lacks {Placeholder(operand)}: \"{Usage(form)}\".");
        }

        string word = words.Dequeue();
        switch (operand)
        {
            case StepOperand.Register:
                return TryRegister(word, out ApicRegister register)
                    ? step with { Register = register }
                    : throw Wrong(line, $"\"{word}\" is no register of the page. Get-ApicRegister -Model Kvm lists them.", word, [.. RegisterCatalogue.All.Select(spec => spec.Register.ToString())]);
            case StepOperand.Mode:
                return Enum.TryParse(word, ignoreCase: true, out ApicMode mode) && !char.IsDigit(word[0]) && mode != ApicMode.Invalid
                    ? step with { Number = (uint)mode }
                    : throw Wrong(line, $"\"{word}\" is no mode. Modes are Disabled, XApic and X2Apic.", word, ["Disabled", "XApic", "X2Apic"]);
            case StepOperand.Handler:
                return Enum.TryParse(word, ignoreCase: true, out VcHandler handler) && !char.IsDigit(word[0])
                    ? step with { Number = (uint)handler }
                    : throw Wrong(line, $"\"{word}\" is no #VC handler. Handlers are {string.Join(", ", Enum.GetNames(typeof(VcHandler)))}.", word, Enum.GetNames(typeof(VcHandler)));
            case Target:
                return string.Equals(word, "others", StringComparison.OrdinalIgnoreCase) ? step with { Number = Others }
                    : TryVcpu(word, out uint vcpu) ? step with { Number = vcpu }
                    : throw Wrong(line, $"\"{word}\" is no vCPU. vCPUs are v0, v1 and so on, or others.");
            case Clear:
                return step with { Clear = (uint)Number(word, uint.MaxValue, operand, line) };
            case Msr:
                return step with { Number = (uint)Number(word, uint.MaxValue, operand, line) };
            case Offset:
                uint offset = (uint)Number(word, 0xFF0, operand, line);
                return (offset & 0xF) == 0 ? step with { Number = offset } : throw Wrong(line, $"offset 0x{offset:X} is no multiple of 16.");
            default:
                return step with { Value = Number(word, Limit(operand), operand, line) };
        }
    }

    private static ulong Limit(StepOperand operand) => operand switch
    {
        StepOperand.Value => uint.MaxValue,
        Vector or AnyVector => 0xFF,
        StepOperand.Cr8 => 0xF,
        Nanoseconds => long.MaxValue,
        _ => ulong.MaxValue,
    };

    private static string Write(MachineStep step, StepOperand operand) => operand switch
    {
        StepOperand.Register => step.Register.ToString(),
        StepOperand.Mode => step.TargetMode.ToString(),
        StepOperand.Handler => ((VcHandler)step.Number).ToString(),
        Target => step.Number == Others ? "others" : $"v{step.Number}",
        Clear => Hex(step.Clear),
        Msr or Offset => Hex(step.Number),
        AnyVector => step.Value == 0 ? "" : Hex(step.Value),
        Nanoseconds => step.Value == 0 ? "" : step.Value.ToString(CultureInfo.InvariantCulture),
        _ => Hex(step.Value),
    };

    private static string Placeholder(StepOperand operand) => operand switch
    {
        StepOperand.Register => "REGISTER",
        Clear => "CLEAR",
        StepOperand.Value or LongValue => "VALUE",
        StepOperand.Mode => "MODE",
        Msr => "MSR",
        Offset => "OFFSET",
        Vector => "VECTOR",
        AnyVector => "[VECTOR]",
        StepOperand.Handler => "HANDLER",
        Target => "vN|others",
        Nanoseconds => "[NANOSECONDS]",
        _ => "CR8",
    };

    private static bool TryRegister(string word, out ApicRegister register) =>
        Enum.TryParse(word, ignoreCase: true, out register) && !char.IsDigit(word[0]) && RegisterCatalogue.Find(register) is not null;

    private static bool TryVcpu(string word, out uint vcpu)
    {
        bool read = TryDigits(word, 1, 10, out ulong number) && word[0] is 'v' or 'V' && number < Emulation.Machine.MaxVcpuCount;
        vcpu = read ? (uint)number : 0;
        return read;
    }

    private static ulong Number(string word, ulong limit, StepOperand operand, string line)
    {
        bool hex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return TryDigits(word, hex ? 2 : 0, hex ? 16u : 10, out ulong value) && value <= limit
            ? value
            : throw Wrong(line, $"\"{word}\" is no {Placeholder(operand).Trim('[', ']')}: a number from 0 to 0x{limit:X}.");
    }

    private static bool TryDigits(string word, int start, uint radix, out ulong value)
    {
        value = 0;
        for (int i = start; i < word.Length; i++)
        {
            int digit = "0123456789ABCDEF".IndexOf(char.ToUpperInvariant(word[i]));
            if (digit < 0 || digit >= radix || value > (ulong.MaxValue - (uint)digit) / radix)
            {
                return false;
            }

            value = (value * radix) + (uint)digit;
        }

        return word.Length > start;
    }

    private static string Hex(ulong value) => $"0x{value:X}";

    private static StepFormatException Wrong(string line, string what, string word = "", IReadOnlyList<string>? allowed = null) =>
        new(line, $"\"{line.Trim()}\" is no step: {what}", word, allowed);

    private static StepForm?[] ByVerb()
    {
        var forms = new StepForm?[s_forms.Length];
        foreach (StepForm form in s_forms)
        {
            forms[(int)form.Verb] = form;
        }

        return forms;
    }
}
