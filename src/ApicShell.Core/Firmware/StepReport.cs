using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>What went wrong in a step.</summary>
public enum StepProblem : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The step could not be done here: it is no problem, and nothing happened.</summary>
    NotPossible,

    /// <summary>An access of the guest ended in an exception.</summary>
    Fault,

    /// <summary>An access of the guest was answered by nobody: a read of all ones, or a write that was dropped.</summary>
    Unanswered,

    /// <summary>The guest's library asserts that the APIC is on, and it is not.</summary>
    Asserted,

    /// <summary>The guest ended itself.</summary>
    GuestEnded,

    /// <summary>A write of host or SVSM was refused.</summary>
    Refused,

    /// <summary>A call of the guest to the SVSM failed, or an exit.</summary>
    CallFailed,

    /// <summary>An interrupt that should be there was not.</summary>
    NothingTaken,

    /// <summary>Another interrupt came than should.</summary>
    OtherTaken,

    /// <summary>The hypervisor lacks a feature that Alternate Injection needs.</summary>
    FeatureMissing,
}

/// <summary>What became of a step.</summary>
/// <param name="Problem">What went wrong first.</param>
/// <param name="Vcpu">The vCPU on which it did, or which did the step.</param>
/// <param name="Access">The access that went wrong, or the last one.</param>
/// <param name="Answer">How that ended.</param>
/// <param name="Taken">What was taken.</param>
/// <param name="Result">The result of an SVSM call.</param>
/// <param name="Exits">Exits that the step cost.</param>
/// <param name="Blocking">The vector that keeps the interrupt away: in service still, though the guest has ended it; 0 for none.</param>
/// <param name="Reason">By which rule the interrupt stays away, where that is known.</param>
public readonly record struct StepReport(
    StepProblem Problem, int Vcpu, Access Access, Answer Answer, TakenInterrupt Taken = default, SvsmResult Result = SvsmResult.Success, int Exits = 0, byte Blocking = 0, RuleId Reason = RuleId.None)
{
    /// <summary>Whether something went wrong.</summary>
    public bool IsWrong => Problem > StepProblem.NotPossible;
}
