using ApicShell.Architecture;
using ApicShell.Comparisons;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>How a command ended on one of the machines that are compared: a snapshot.</summary>
public sealed class ApicBackendAnswer
{
    private readonly TapedCommand? _taped;
    private readonly ulong? _held;
    private readonly ApicRegister _register;
    private readonly bool _parts;

    /// <summary>An answer, or where the scripts part what was done instead.</summary>
    internal ApicBackendAnswer(ApicMachine machine, TapedCommand? taped, bool parts) => (Machine, _taped, _parts) = (machine, taped, parts);

    internal ApicBackendAnswer(ApicMachine machine, ApicRegister register, ulong held) => (Machine, _register, _held) = (machine, register, held);

    /// <summary>The machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>Its name.</summary>
    public string Name => Machine.Name;

    /// <summary>How it ended; null where the machine was not asked, and of a state.</summary>
    public Outcome? Outcome => _taped?.Answer.Outcome;

    /// <summary>What was read or taken, how many a message reached, or what a register holds; null where there is no value.</summary>
    public ulong? Value => _held ?? (_taped is { Answer.HasValue: true } taped ? taped.Answer.Value : null);

    /// <summary>By which rule; null where the machine was not asked, and of a state.</summary>
    public Rule? Rule => _taped is { } taped && !_parts && taped.Answer.Rule != Architecture.RuleId.None ? RuleBook.Of(taped.Answer.Rule) : null;

    /// <summary>The rule's name; empty for none.</summary>
    public string RuleId => Rule?.Id ?? "";

    /// <summary>Where the rule stands; of a real kernel its name.</summary>
    public string Source => _taped is null ? "" : Machine.Kernel ?? Rule?.Source ?? "";

    /// <summary>How it ended in a word: the value, <c>#GP(0)</c>, <c>Done</c>; where the scripts part, what was done.</summary>
    public string Ending => _held is { } held ? ViewText.Register(_register, held, AccessKind.Msr)
        : _taped is { } own && _parts ? ViewText.Operation(own.Command)
        : _taped is { } taped ? ViewText.Ending(taped.Command, taped.Answer)
        : "not asked";

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Ending}{(Rule is { } rule && Machine.Backend == ApicBackend.Emulator ? $", {ViewText.Clause(rule.Sentence)} ({rule.Source})" : "")}";
}
