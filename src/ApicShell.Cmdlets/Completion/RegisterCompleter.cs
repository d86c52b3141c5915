using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of a register, with its place and meaning as the tip.</summary>
public sealed class RegisterCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters)
    {
        bool memory = commandName.EndsWith("ApicMmio", StringComparison.OrdinalIgnoreCase);
        return RegisterResolver.Names
            .Select(name => (Name: name, Spec: RegisterCatalogue.Find((ApicRegister)Enum.Parse(typeof(ApicRegister), name))))
            .Where(pair => pair.Spec is not null || !memory)
            .Select(pair => (pair.Name, Tip(pair.Name, pair.Spec)));
    }

    private static string Tip(string name, RegisterSpec? spec) => spec is not null
        ? $"{spec.Title} (offset 0x{spec.Offset:X3}, MSR 0x{spec.Msr:X3})"
        : name == nameof(ApicRegister.ApicBase) ? "Mode, bootstrap flag and page address (MSR 0x01B)" : "Armed deadline of the timer (MSR 0x6E0)";
}
