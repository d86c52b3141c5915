using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>How an access ended on one of the machines that are compared: a snapshot.</summary>
public sealed class ApicTraceAnswer
{
    private readonly Answer _answer;
    private readonly Access _access;

    internal ApicTraceAnswer(string name, ApicModel model, in Access access, in Answer answer)
    {
        Name = name;
        Model = model;
        _access = access;
        _answer = answer;
    }

    /// <summary>Whose answer: the model, or the machine's name where machines were given.</summary>
    public string Name { get; }

    /// <summary>Whose local APIC the machine has.</summary>
    public ApicModel Model { get; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome => _answer.Outcome;

    /// <summary>The exception the guest got.</summary>
    public GuestFault Fault => _answer.Fault;

    /// <summary>What was read; null of a write, and where a read has no value.</summary>
    public ulong? Value => !_access.IsWrite && _answer.HasValue ? _answer.Value : null;

    /// <summary>Who answered.</summary>
    public Responder AnsweredBy => _answer.Responder;

    /// <summary>By which rule.</summary>
    public Rule Rule => RuleBook.Of(_answer.Rule);

    /// <summary>The rule's name.</summary>
    public string RuleId => Rule.Id;

    /// <summary>Where the rule stands.</summary>
    public string Source => Rule.Source;

    /// <summary>How it ended, in a word: <c>Value</c>, <c>#GP(0)</c>, <c>Done</c>; Undefined for what the source leaves open.</summary>
    public string Ending => ViewText.Ending(this);

    /// <summary>Whether the source says what happens; what it leaves open is not compared.</summary>
    public bool IsDefined => Outcome != Outcome.Undefined && Rule.Grade != RuleGrade.Undefined;

    /// <summary>The access.</summary>
    internal Access Access => _access;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {ViewText.Answer(this)} ({RuleId})";

    /// <summary>Whether two answers are alike for the guest.</summary>
    internal bool IsLike(ApicTraceAnswer other) => (Outcome, Fault, Value) == (other.Outcome, other.Fault, other.Value);
}
