using System;
using System.Linq;
using ApicShell.Exploration;

namespace ApicShell.Serialization;

/// <summary>The number of the property that a way breaks: of a search through a design it stands for a <see cref="DesignBreak"/>, and has its name.</summary>
internal sealed class BreakLeaf : TextLeaf<int>
{
    private static readonly string[] s_names = [.. Enum.GetNames(typeof(DesignBreak)).Where(name => name != nameof(DesignBreak.None))];

    /// <inheritdoc/>
    protected override string Allowed => "one of " + string.Join(", ", s_names);

    /// <inheritdoc/>
    protected override string? Refusal(string text) => Array.IndexOf(s_names, text) >= 0 ? null : Allowed;

    /// <inheritdoc/>
    protected override int Parse(string text) => (int)(DesignBreak)Enum.Parse(typeof(DesignBreak), text);

    /// <inheritdoc/>
    protected override string Format(int value) => ((DesignBreak)value).ToString();
}
