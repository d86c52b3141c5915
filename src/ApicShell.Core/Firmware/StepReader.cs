using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Texts;
using static ApicShell.Firmware.StepOperand;

namespace ApicShell.Firmware;

/// <summary>Reads steps from text.</summary>
internal static class StepReader
{
    /// <summary>Reads a step.</summary>
    /// <exception cref="StepFormatException">The line is no step; the message says what is allowed.</exception>
    public static MachineStep Read(string line)
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

        return words.Count == 0 ? step : throw Wrong(line, $"\"{words.Peek()}\" is too much for \"{StepGrammar.Usage(form)}\".");
    }

    private static (StepVcpus Vcpus, int Vcpu) Prefix(Queue<string> words)
    {
        string first = words.Count > 0 ? words.Peek() : "";
        if (string.Equals(first, StepGrammar.ApsPrefix, StringComparison.OrdinalIgnoreCase) || string.Equals(first, StepGrammar.AllPrefix, StringComparison.OrdinalIgnoreCase))
        {
            words.Dequeue();
            return (string.Equals(first, StepGrammar.ApsPrefix, StringComparison.OrdinalIgnoreCase) ? StepVcpus.Aps : StepVcpus.All, 0);
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
        if (words.Count == 0 || !string.Equals(words.Peek(), StepGrammar.ConditionWord, StringComparison.OrdinalIgnoreCase))
        {
            return StepCondition.Always;
        }

        words.Dequeue();
        string word = words.Count > 0 ? words.Dequeue() : "";
        return StepGrammar.TryCondition(word, out StepCondition condition)
            ? condition
            : throw Wrong(line, $"\"{word}\" is no condition. Conditions are {string.Join(", ", StepGrammar.Conditions)}.", word, [.. StepGrammar.Conditions]);
    }

    private static StepForm Form(Queue<string> words, string line)
    {
        string first = words.Count > 0 ? words.Dequeue() : "";
        StepForm? found = StepGrammar.Forms.FirstOrDefault(form => string.Equals(form.Words, first, StringComparison.OrdinalIgnoreCase));
        if (found is null && words.Count > 0)
        {
            string both = $"{first} {words.Peek()}";
            found = StepGrammar.Forms.FirstOrDefault(form => string.Equals(form.Words, both, StringComparison.OrdinalIgnoreCase));
            if (found is not null)
            {
                words.Dequeue();
            }
        }

        string word = words.Count > 0 && StepGrammar.Forms.Any(form => form.Words.StartsWith(first + " ", StringComparison.OrdinalIgnoreCase)) ? $"{first} {words.Peek()}" : first;
        string[] all = [.. StepGrammar.Forms.Select(form => form.Words)];
        return found
            ?? (first.Length == 0 ? throw Wrong(line, "the line is empty.", word, all) : throw Wrong(line, $"\"{word}\" is no verb. Steps begin with {string.Join(", ", all)}.", word, all));
    }

    private static MachineStep Read(MachineStep step, StepOperand operand, Queue<string> words, string line, StepForm form)
    {
        bool optional = operand is AnyVector or Nanoseconds;
        if (words.Count == 0)
        {
            return optional ? step : throw Wrong(line, $"it lacks {StepGrammar.Placeholder(operand)}: \"{StepGrammar.Usage(form)}\".");
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
                return string.Equals(word, "others", StringComparison.OrdinalIgnoreCase) ? step with { Number = StepGrammar.Others }
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
            : throw Wrong(line, $"\"{word}\" is no {StepGrammar.Placeholder(operand).Trim('[', ']')}: a number from 0 to 0x{limit:X}.");
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

    private static StepFormatException Wrong(string line, PlainMessage what, string word = "", IReadOnlyList<string>? allowed = null) =>
        new(line, $"\"{line.Trim()}\" is no step: {what}", word, allowed);
}
