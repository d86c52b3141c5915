using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>Who gives a vCPU the mode that a design resets it to.</summary>
public enum ResetOwner : byte
{
    /// <summary>Nobody: RESET leaves the model's own mode.</summary>
    Nobody,

    /// <summary>KVM's own RESET.</summary>
    Kvm,

    /// <summary>The host, by KVM_SET_SREGS before the vCPU runs and after each RESET.</summary>
    Host,
}

/// <summary>
/// A candidate answer to the question of the svsm-devel thread of March 2025, as immutable data: what differs from things as they stand. Steps are
/// lines of <see cref="StepGrammar"/>.
/// </summary>
public sealed record ApicDesign
{
    /// <summary>The name: a letter of the thread's list, or a user's own.</summary>
    public string Name { get; init; } = "";

    /// <summary>The idea in one line.</summary>
    public string Title { get; init; } = "";

    /// <summary>What speaks for it.</summary>
    public string For { get; init; } = "";

    /// <summary>What speaks against it.</summary>
    public string Against { get; init; } = "";

    /// <summary>Where it comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>The guest's #VC handler while Alternate Injection is on.</summary>
    public VcHandler Handler { get; init; } = VcHandler.Proposal;

    /// <summary>The mode in which a vCPU runs its first instruction, where that is not RESET's own.</summary>
    public ApicMode? ResetMode { get; init; }

    /// <summary>Who gives it that mode.</summary>
    public ResetOwner ResetBy { get; init; }

    /// <summary>What is done when Alternate Injection is switched on for a vCPU, before its guest runs on.</summary>
    public IReadOnlyList<MachineStep> OnActivation { get; init; } = [];

    /// <summary>Who has the timer.</summary>
    public SvsmTimer Timer { get; init; }

    /// <summary>What the SVSM gets wrong.</summary>
    public SvsmBehavior Behavior { get; init; }

    /// <summary>What firmware does otherwise, by phase.</summary>
    public IReadOnlyList<PhaseChange> Firmware { get; init; } = [];

    /// <summary>Whether AMD's manual is changed with it, so that what it does counts as drawn in figure 16-32.</summary>
    public bool AmendsFigure { get; init; }

    /// <summary>The mode in which KVM's own RESET leaves a vCPU, where that is not the model's.</summary>
    public ApicMode? KvmResetMode => ResetBy == ResetOwner.Kvm ? ResetMode : null;

    /// <summary>The steps of a phase under this design.</summary>
    /// <param name="phase">The phase.</param>
    public IEnumerable<MachineStep> StepsOf(BootPhase phase)
    {
        PhaseChange? change = ChangeOf(phase.Name);
        IReadOnlyList<MachineStep> beforeAps = (change ?? (phase.CodeOf is { } code ? ChangeOf(code) : null))?.BeforeAps ?? [];
        foreach (MachineStep step in change?.Before ?? [])
        {
            yield return step;
        }

        bool begun = false;
        foreach (MachineStep step in change?.Instead ?? phase.Steps)
        {
            if (!begun && (step.Vcpus == StepVcpus.Aps || step.Vcpu > 0))
            {
                begun = true;
                foreach (MachineStep first in beforeAps)
                {
                    yield return first;
                }
            }

            yield return step;
        }
    }

    private PhaseChange? ChangeOf(string phase)
    {
        PhaseChange? found = null;
        foreach (PhaseChange one in Firmware)
        {
            found = string.Equals(one.Phase, phase, StringComparison.OrdinalIgnoreCase) ? one : found;
        }

        return found;
    }
}
