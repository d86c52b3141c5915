using ApicShell.Firmware;

namespace ApicShell;

/// <summary>How a step of a boot, a design or a search is written, and what it means.</summary>
public sealed class ApicStepForm
{
    private readonly StepForm _form;

    internal ApicStepForm(StepForm form) => _form = form;

    /// <summary>The words it begins with.</summary>
    public string Words => _form.Words;

    /// <summary>How it is written: words in capitals stand for an operand.</summary>
    public string Form => StepGrammar.Usage(_form);

    /// <summary>What it means.</summary>
    public string Summary => _form.Summary;

    /// <inheritdoc/>
    public override string ToString() => Form;
}
