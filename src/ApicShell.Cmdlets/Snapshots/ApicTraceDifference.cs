using System.Linq;
using ApicShell.Architecture;

namespace ApicShell;

/// <summary>One access of a trace, as several machines answer it: a snapshot.</summary>
public sealed class ApicTraceDifference
{
    internal ApicTraceDifference(int number, int vcpu, in Access access, ApicTraceAnswer[] answers)
    {
        (Number, Vcpu, Access, Answer) = (number, vcpu, access, answers);
        ApicTraceAnswer[] defined = [.. answers.Where(answer => answer.IsDefined)];
        Same = defined.Any(answer => !answer.IsLike(defined[0])) ? false
            : defined.Length < answers.Length ? null
            : true;
    }

    /// <summary>Number of the access in the trace, from 1.</summary>
    public int Number { get; }

    /// <summary>Index of the vCPU.</summary>
    public int Vcpu { get; }

    /// <summary>The access.</summary>
    public Access Access { get; }

    /// <summary>The register; None where the address names none.</summary>
    public ApicRegister Register => Access.Register;

    /// <summary>How it ended on each machine, in the order of the models or machines.</summary>
    public ApicTraceAnswer[] Answer { get; }

    /// <summary>How it was made: <c>WRMSR 0x808</c>.</summary>
    public string Operation => ViewText.Operation(Access);

    /// <summary>The register and what is written to it; empty where no register is named and nothing is written.</summary>
    public string Written => (Register == ApicRegister.None ? "" : Register.ToString())
        + (Access.IsWrite ? "=" + ViewText.Register(Register, Access.Value, Access.Kind) : "");

    /// <summary>Whose answers they are.</summary>
    public string[] Name => [.. Answer.Select(answer => answer.Name)];

    /// <summary>The answers in a word each: a value read, or how it ended.</summary>
    public string[] Ending => [.. Answer.Select(ViewText.Answer)];

    /// <summary>By which rules they ended.</summary>
    public string[] RuleId => [.. Answer.Select(answer => answer.RuleId)];

    /// <summary>Whether all answers are alike; null where one of them is left open by its source and the others are alike.</summary>
    public bool? Same { get; }

    /// <summary>Access and answers, with rules and sources.</summary>
    public string Description => $"{Access} on vCPU {Vcpu}. {string.Join(" ", Answer.Select(answer => $"{answer.Name}: {ViewText.Answer(answer)}, {answer.Rule}"))}";

    /// <inheritdoc/>
    public override string ToString() => $"{Access}: {string.Join(", ", Answer.Select(answer => answer.ToString()))}";
}
