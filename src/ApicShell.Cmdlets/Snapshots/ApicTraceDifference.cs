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

    /// <summary>Whether all answers are alike; null where one of them is left open by its source and the others are alike.</summary>
    public bool? Same { get; }

    /// <summary>Access and answers, with rules and sources.</summary>
    public string Description => $"{Access} on vCPU {Vcpu}. {string.Join(" ", Answer.Select(answer => $"{answer.Name}: {ViewText.Answer(answer)}, {answer.Rule}"))}";

    /// <inheritdoc/>
    public override string ToString() => $"{Access}: {string.Join(", ", Answer.Select(answer => answer.ToString()))}";
}
