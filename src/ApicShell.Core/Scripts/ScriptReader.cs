using System.Collections.Generic;
using System.Linq;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>Reads a script line by line, and knows at each which vCPUs there are.</summary>
internal sealed class ScriptReader
{
    private static readonly char[] s_blanks = [' ', '\t', '\r'];

    private readonly List<ScriptOperation> _operations = [];
    private List<uint> _apicIds = [0];
    private bool _isMade;
    private int _line;

    public ApicScript Read(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            _line++;
            string[] words = line.Split('#')[0].Split(s_blanks, System.StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                Read(words);
            }
        }

        return new(_operations);
    }

    private void Read(string[] words)
    {
        if (ScriptGrammar.Find(words[0]) is not { } form)
        {
            string[] all = [.. ScriptGrammar.Forms.Select(one => one.Word)];
            throw new ScriptFormatException(_line, words[0], $"line {_line}: \"{words[0]}\" is no operation; there are {string.Join(", ", all)}.", all);
        }

        int count = words.Length - 1;
        if (count < form.Required || (count > form.Operands.Count && !form.Repeats))
        {
            throw new ScriptFormatException(_line, "", $"line {_line}: \"{string.Join(" ", words)}\" has {count} words behind \"{form.Word}\"; it is written {form.Usage}.");
        }

        ulong[] numbers = [.. Enumerable.Range(0, count).Select(at => Number(form, words[at + 1], form.Operands[form.Repeats ? 0 : at]))];
        if (form.NamesVcpu && numbers[0] >= (ulong)_apicIds.Count)
        {
            throw new ScriptFormatException(_line, words[1], $"line {_line}: there is no vCPU {words[1]}; the machine has {_apicIds.Count}, from 0 on.");
        }

        Follow(form, words, numbers);
        _operations.Add(new(form, _line, words, numbers));
    }

    private ulong Number(ScriptForm form, string word, ScriptOperand operand) => operand.TryRead(word, out ulong number)
        ? number
        : throw new ScriptFormatException(_line, word, $"line {_line}: \"{word}\" is no {operand.Name} of {form.Usage}: {operand.Allowed}.", operand.Words);

    /// <summary>Keeps account of the machine.</summary>
    private void Follow(ScriptForm form, string[] words, ulong[] numbers)
    {
        if (form.Verb == ScriptVerb.Reset)
        {
            (_isMade, _apicIds) = (false, [0]);
        }
        else if (form.IsConfiguration && _isMade)
        {
            throw new ScriptFormatException(_line, words[0], $"line {_line}: \"{words[0]}\" says what the machine is, and stands before what is done to it or behind \"reset\".");
        }

        _isMade |= !form.IsConfiguration;
        switch (form.Verb)
        {
            case ScriptVerb.Vcpus:
                _apicIds = [.. Enumerable.Range(0, (int)numbers[0]).Select(id => (uint)id)];
                break;
            case ScriptVerb.VcpuIds:
                _apicIds = [.. numbers.Select(id => (uint)id)];
                CheckIds(words);
                break;
            case ScriptVerb.AddVcpu:
                _apicIds.Add((uint)numbers[0]);
                CheckIds(words);
                break;
        }
    }

    private void CheckIds(string[] words)
    {
        try
        {
            ApicIdList.Check(_apicIds, null, Machine.MaxVcpuCount);
        }
        catch (MachineException error)
        {
            throw new ScriptFormatException(_line, words[words.Length - 1], $"line {_line}: {error.Message}");
        }
    }
}
