using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.Texts;

namespace ApicShell.Arguments;

/// <summary>The rule for the names that users give to what they make, and for the words that they say about it.</summary>
internal static class GivenText
{
    /// <summary>Looks at a name.</summary>
    /// <param name="kind">What is to have it: <c>machine</c>.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ApicException">It is none.</exception>
    public static void CheckName(string kind, string name)
    {
        if (PlainText.WhyNoName(name) is { } why)
        {
            throw ApicErrors.NameInvalid(kind, name, why);
        }
    }

    /// <summary>Looks at words about something.</summary>
    /// <param name="parameter">What they are: <c>Title</c>.</param>
    /// <param name="words">The words; null where none were given.</param>
    /// <exception cref="ApicException">They cannot be shown as they are.</exception>
    public static void CheckWords(string parameter, string? words)
    {
        if (words is not null && PlainText.WhyNoWords(words) is { } why)
        {
            throw ApicErrors.TextInvalid(parameter, words, why);
        }
    }

    /// <summary>Looks at the name of a design, and the words about it.</summary>
    /// <exception cref="ApicException">One of them cannot be shown as it is.</exception>
    public static void Check(Firmware.ApicDesign design)
    {
        CheckName("design", design.Name);
        CheckWords(nameof(design.Title), design.Title);
        CheckWords(nameof(design.For), design.For);
        CheckWords(nameof(design.Against), design.Against);
        CheckWords(nameof(design.Source), design.Source);
    }

    /// <summary>Looks at the names of a boot and of its phases, and the words about them.</summary>
    /// <exception cref="ApicException">One of them cannot be shown as it is.</exception>
    public static void Check(Firmware.ApicBoot boot)
    {
        CheckName("boot", boot.Name);
        CheckWords(nameof(boot.Title), boot.Title);
        foreach (BootPhase phase in boot.Phases)
        {
            CheckName("phase", phase.Name);
            CheckWords(nameof(phase.Source), phase.Source);
        }
    }
}
