using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>
/// Makes a script that shows a difference as short and plain as it can: fewer operations, then fewer vCPUs, then plainer values. Each try is run on both machines,
/// and kept where the difference stays of its kind. What stands together as a unit goes together, and times and counts stay: with others a real machine
/// would be looked at near the end of a timer.
/// </summary>
internal sealed class ScriptShrinker
{
    private readonly Func<ApicScript, ScriptDifference?> _run;
    private readonly Func<bool> _isOver;
    private List<IReadOnlyList<string>> _units;

    /// <summary>Begins with a script that shows a difference.</summary>
    /// <param name="units">Its operations.</param>
    /// <param name="difference">The difference.</param>
    /// <param name="run">Runs a script on both machines.</param>
    /// <param name="isOver">Whether it is to stop, asked before each run.</param>
    public ScriptShrinker(
        IReadOnlyList<IReadOnlyList<string>> units, ScriptDifference difference, Func<ApicScript, ScriptDifference?> run, Func<bool> isOver)
    {
        (Difference, _run, _isOver) = (difference, run, isOver);
        _units = [.. units];
        Script = ApicScript.Parse(units.SelectMany(unit => unit));
    }

    /// <summary>The shortest script so far.</summary>
    public ApicScript Script { get; private set; }

    /// <summary>The difference as that shows it.</summary>
    public ScriptDifference Difference { get; private set; }

    /// <summary>Shrinks until nothing more can go.</summary>
    public void Shrink()
    {
        int before;
        do
        {
            before = Weight();
            CutTail();
            DropUnits();
            DropVcpus();
            SimplifyValues();
        }
        while (Weight() < before && !_isOver());
    }

    private int Weight() => Script.ToString().Length;

    /// <summary>Nothing behind the difference matters.</summary>
    private void CutTail()
    {
        int seen = 0;
        int kept = 0;
        while (seen <= Difference.Index)
        {
            seen += _units[kept++].Count;
        }

        if (kept < _units.Count)
        {
            Try([.. _units.Take(kept)]);
        }
    }

    /// <summary>Delta debugging: halves, quarters, and so on, to single units.</summary>
    private void DropUnits()
    {
        for (int size = Math.Max(1, _units.Count / 2); size > 0; size /= 2)
        {
            bool dropped;
            do
            {
                dropped = false;
                for (int at = Math.Max(0, _units.Count - size); at >= 0 && !_isOver(); at -= size)
                {
                    dropped |= Try([.. _units.Take(at), .. _units.Skip(at + size)]);
                }
            }
            while (dropped && !_isOver());
        }
    }

    /// <summary>Drops vCPUs with all that is done on them; those behind move up.</summary>
    private void DropVcpus()
    {
        for (int vcpu = VcpuCount() - 1; vcpu >= 0 && !_isOver(); vcpu--)
        {
            Try([.. _units.Select(unit => Without(unit, vcpu)).Where(unit => unit.Count > 0)]);
        }
    }

    private int VcpuCount() => Script.Operations.Select(operation => operation.Verb switch
    {
        ScriptVerb.Vcpus => (int)operation.Numbers[0],
        ScriptVerb.VcpuIds => operation.Numbers.Count,
        _ => operation.Vcpu + 1,
    }).DefaultIfEmpty(0).Max();

    private static List<string> Without(IReadOnlyList<string> unit, int vcpu)
    {
        List<string> kept = [];
        foreach (string line in unit)
        {
            string[] words = line.Split(' ');
            ScriptForm form = ScriptGrammar.Find(words[0])!;
            if (form.Verb == ScriptVerb.Vcpus)
            {
                words[1] = $"{Number(words[1]) - 1}";
            }
            else if (form.Verb == ScriptVerb.VcpuIds)
            {
                words = [.. words.Where((_, at) => at != vcpu + 1)];
            }
            else if (form.NamesVcpu && Number(words[1]) == (ulong)vcpu)
            {
                continue;
            }
            else if (form.NamesVcpu && Number(words[1]) > (ulong)vcpu)
            {
                words[1] = $"{Number(words[1]) - 1}";
            }

            kept.Add(string.Join(" ", words));
        }

        return kept;
    }

    private static ulong Number(string word) => ScriptOperand.TryNumber(word, out ulong number) ? number : 0;

    private void SimplifyValues()
    {
        for (int unit = 0; unit < _units.Count; unit++)
        {
            for (int line = 0; line < _units[unit].Count; line++)
            {
                foreach (int word in ScriptValues.Of(_units[unit][line]))
                {
                    SimplifyValue(unit, line, word);
                }
            }
        }
    }

    /// <summary>Nothing, or else half of the number, or else a bit less at a time, from the highest on.</summary>
    private void SimplifyValue(int unit, int line, int word)
    {
        ulong Value() => Number(_units[unit][line].Split(' ')[word]);
        bool TryValue(ulong value) => value < Value() && !ScriptValues.IsHosts(_units[unit][line], word, value) && Try(With(unit, line, word, value));
        if (TryValue(0))
        {
            return;
        }

        TryValue((uint)Value());
        TryValue((ushort)Value());
        TryValue((byte)Value());
        for (int bit = 63; bit >= 0 && !_isOver(); bit--)
        {
            if ((Value() & (1UL << bit)) != 0)
            {
                TryValue(Value() & ~(1UL << bit));
            }
        }
    }

    private List<IReadOnlyList<string>> With(int unit, int line, int word, ulong value)
    {
        List<IReadOnlyList<string>> units = [.. _units];
        string[] lines = [.. units[unit]];
        string[] words = lines[line].Split(' ');
        words[word] = ScriptGenerator.Hex(value);
        lines[line] = string.Join(" ", words);
        units[unit] = lines;
        return units;
    }

    private bool Try(List<IReadOnlyList<string>> units)
    {
        if (_isOver() || Parse(units) is not { } script || _run(script) is not { } difference || !difference.IsLike(Difference))
        {
            return false;
        }

        (_units, Script, Difference) = (units, script, difference);
        return true;
    }

    /// <summary>The script; null where it is none any more, as where a vCPU is named that is gone.</summary>
    private static ApicScript? Parse(List<IReadOnlyList<string>> units)
    {
        try
        {
            return ApicScript.Parse(units.SelectMany(unit => unit));
        }
        catch (ScriptFormatException)
        {
            return null;
        }
    }
}
