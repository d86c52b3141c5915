using System.Collections.Generic;

namespace ApicShell.Scripts;

/// <summary>One operation of a script.</summary>
public sealed class ScriptOperation
{
    private readonly ulong[] _numbers;

    internal ScriptOperation(ScriptForm form, int line, IReadOnlyList<string> words, ulong[] numbers) => (Form, Line, Words, _numbers) = (form, line, words, numbers);

    /// <summary>How it is written.</summary>
    public ScriptForm Form { get; }

    /// <summary>What it does.</summary>
    public ScriptVerb Verb => Form.Verb;

    /// <summary>The line it stands in, from 1.</summary>
    public int Line { get; }

    /// <summary>Its words as they are written.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The operands, as numbers; a word is the number of its place among those allowed.</summary>
    public IReadOnlyList<ulong> Numbers => _numbers;

    /// <summary>Index of the vCPU that it names; -1 where it names none.</summary>
    public int Vcpu => Form.NamesVcpu ? (int)_numbers[0] : -1;

    /// <summary>Bytes of an access of memory.</summary>
    public byte Size => _numbers.Length > Form.Required ? (byte)_numbers[Form.Required] : (byte)4;

    /// <summary>An operand that may be left out.</summary>
    public ulong NumberOr(int index, ulong otherwise) => index < _numbers.Length ? _numbers[index] : otherwise;

    /// <summary>Its text, with one blank between words and without a comment.</summary>
    public override string ToString() => string.Join(" ", Words);
}
