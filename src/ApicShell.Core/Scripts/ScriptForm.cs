using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Scripts;

/// <summary>How an operation is written, and what it means.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Word">Its first word.</param>
/// <param name="Operands">What stands behind it.</param>
/// <param name="Required">How many of the operands must be there.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
public sealed record ScriptForm(ScriptVerb Verb, string Word, IReadOnlyList<ScriptOperand> Operands, int Required, string Meaning)
{
    /// <summary>Whether it says what the machine is, and so comes before all that is done to it.</summary>
    public bool IsConfiguration => Verb <= ScriptVerb.QuirksOff;

    /// <summary>Whether the last operand may stand several times.</summary>
    public bool Repeats => Verb == ScriptVerb.VcpuIds;

    /// <summary>Whether the first operand is a vCPU.</summary>
    public bool NamesVcpu => Operands.Count > 0 && ReferenceEquals(Operands[0], ScriptOperand.Vcpu);

    /// <summary>Whether it writes a register, and the last operand that must be there is the value.</summary>
    public bool IsWrite => Verb is ScriptVerb.WriteMsr or ScriptVerb.WritePage or ScriptVerb.WriteMemory or ScriptVerb.HostWriteMsr or ScriptVerb.HostWritePage;

    /// <summary>How it is written, with names for its operands.</summary>
    public string Usage => string.Join(" ", new[] { Word }.Concat(Operands.Select((operand, at) =>
        at >= Required ? $"[{operand.Name}]" : Repeats ? $"{operand.Name}..." : operand.Name)));

    /// <inheritdoc/>
    public override string ToString() => Usage;
}
