using System.Collections.Generic;

namespace ApicShell.Scripts;

/// <summary>A script that was read and found to be in order: operations for the local APICs of a machine, by <see cref="ScriptGrammar"/>.</summary>
public sealed class ApicScript
{
    internal ApicScript(IReadOnlyList<ScriptOperation> operations) => Operations = operations;

    /// <summary>The operations; lines without one are left out.</summary>
    public IReadOnlyList<ScriptOperation> Operations { get; }

    /// <summary>Reads a script.</summary>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="ScriptFormatException">A line is no operation, or none that may stand there.</exception>
    public static ApicScript Parse(IEnumerable<string> lines) => new ScriptReader().Read(lines);

    /// <summary>Its text, an operation a line.</summary>
    public override string ToString() => string.Join("\n", Operations);
}
