using System.Collections.Generic;

namespace ApicShell.Host;

/// <summary>How the reading of a line ended.</summary>
internal enum LineEnd
{
    Accepted,

    /// <summary>Ctrl+C: what was typed is dropped.</summary>
    Cancelled,

    /// <summary>Ctrl+D on an empty line.</summary>
    EndOfInput,
}

internal readonly record struct LineResult(LineEnd End, string Text);

/// <param name="Text">What is put into the line.</param>
/// <param name="Label">What is shown in the list.</param>
internal readonly record struct LineChoice(string Text, string Label);

/// <summary>What could stand in the line instead of a part of it.</summary>
internal sealed record LineCompletion(int Start, int Length, IReadOnlyList<LineChoice> Choices);
