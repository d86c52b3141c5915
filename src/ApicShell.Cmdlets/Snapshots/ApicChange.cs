using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>One thing that a party would have to do otherwise. It never changes.</summary>
public sealed class ApicChange
{
    internal ApicChange(Firmware.ApicChange core) => Core = core;

    /// <summary>The name.</summary>
    public string Name => Core.Name;

    /// <summary>What is done, in one line.</summary>
    public string Title => Core.Title;

    /// <summary>Who has to act.</summary>
    public Party[] Party => [.. Core.Parties];

    /// <summary>What speaks for it.</summary>
    public string For => Core.For;

    /// <summary>What speaks against it.</summary>
    public string Against => Core.Against;

    /// <summary>Where it comes from; empty for one of ApicShell's own.</summary>
    public string Source => Core.Source;

    /// <summary>Whether the model of it follows a source, or is concluded.</summary>
    public RuleGrade Grade => Core.Grade;

    /// <summary>The knobs that it turns, a line each.</summary>
    public string[] Change => [.. DesignKnob.ChangesOf(Core.Effect)];

    internal Firmware.ApicChange Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
