using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A step of a boot's phase, as it is written and what it means. Where text is wanted it is the step as it is written.</summary>
public sealed class ApicStep
{
    internal ApicStep(string boot, string phase, int number, MachineStep step)
    {
        Boot = boot;
        Phase = phase;
        Number = number;
        Core = step;
    }

    /// <summary>The boot's name.</summary>
    public string Boot { get; }

    /// <summary>The phase's name.</summary>
    public string Phase { get; }

    /// <summary>Its number in the phase, from 1.</summary>
    public int Number { get; }

    /// <summary>The step as it is written: <c>aps: change Svr 0xFF 0x10F</c>.</summary>
    public string Text => Core.ToString();

    /// <summary>What the step does.</summary>
    public StepVerb Verb => Core.Verb;

    /// <summary>What a step of its kind means, in a sentence.</summary>
    public string Meaning => StepGrammar.FormOf(Core.Verb).Summary;

    internal MachineStep Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
