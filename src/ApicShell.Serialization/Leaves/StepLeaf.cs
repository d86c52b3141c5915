using ApicShell.Firmware;

namespace ApicShell.Serialization;

/// <summary>A step, in the language of steps.</summary>
internal sealed class StepLeaf : TextLeaf<MachineStep>
{
    /// <inheritdoc/>
    protected override string Allowed => "a step";

    /// <inheritdoc/>
    protected override string? Refusal(string text)
    {
        try
        {
            return StepGrammar.Parse(text).ToString() == text ? null : "a step as it is written by itself";
        }
        catch (StepFormatException error)
        {
            return $"a step ({error.Message})";
        }
    }

    /// <inheritdoc/>
    protected override MachineStep Parse(string text) => StepGrammar.Parse(text);

    /// <inheritdoc/>
    protected override string Format(MachineStep value) => value.ToString();
}
