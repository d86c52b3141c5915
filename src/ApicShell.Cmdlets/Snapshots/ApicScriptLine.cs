namespace ApicShell;

/// <summary>One operation of a script, and what the guest, or the host that did it, saw: a snapshot.</summary>
public sealed class ApicScriptLine
{
    internal ApicScriptLine(string file, int number, int line, string operation, string answer, string? expected, bool? matches) =>
        (File, Number, Line, Operation, Answer, Expected, Matches) = (file, number, line, operation, answer, expected, matches);

    /// <summary>The file that the script is in; empty where it was given as text.</summary>
    public string File { get; }

    /// <summary>Number of the operation, from 0, as the answer has it.</summary>
    public int Number { get; }

    /// <summary>The line it stands in, from 1.</summary>
    public int Line { get; }

    /// <summary>The operation.</summary>
    public string Operation { get; }

    /// <summary>What was seen, a JSON object.</summary>
    public string Answer { get; }

    /// <summary>What was expected, a JSON object; null for nothing.</summary>
    public string? Expected { get; }

    /// <summary>Whether that was seen; null where nothing was expected.</summary>
    public bool? Matches { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Operation}: {Answer}";
}
