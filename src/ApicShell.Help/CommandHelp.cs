using System.Collections.Generic;

namespace ApicShell.Help;

/// <summary>A cmdlet joined with its page: all that its MAML needs.</summary>
internal sealed record CommandHelp(
    CommandDescription Command,
    HelpPage Page,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<TypeHelp> Inputs,
    IReadOnlyList<TypeHelp> Outputs);

/// <summary>A parameter and its text, from the cmdlet's page or from the common one.</summary>
internal sealed record ParameterHelp(ParameterDescription Parameter, HelpEntry Entry);

/// <summary>A type that goes in or comes out, and its text where there is one.</summary>
internal sealed record TypeHelp(TypeDescription Type, IReadOnlyList<HelpBlock> Text);
