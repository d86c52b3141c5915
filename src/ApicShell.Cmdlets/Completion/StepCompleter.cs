using System.Collections;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Completion;

/// <summary>Completes a step by the forms of the language, with what each means as the tip; operands are the user's.</summary>
public sealed class StepCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string Tip)> Names(string commandName, IDictionary boundParameters) =>
        StepGrammar.Forms.Select(form => (StepGrammar.Usage(form), form.Summary));
}
