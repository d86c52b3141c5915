using System;
using System.Collections.Generic;
using System.Linq;
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
/// A candidate answer to the question of the svsm-devel thread of March 2025, as immutable data: what differs from things as they stand in a world. A
/// knob that is null or empty is as the world has it; a version of a party, a change and a world's things as they stand are designs too. Steps are lines
/// of <see cref="StepGrammar"/>.
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

    /// <summary>The world that it has been put into, by name; empty where it is a difference only.</summary>
    public string World { get; init; } = "";

    /// <summary>The names of the changes that it is made of.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The firmware's #VC handler while Alternate Injection is on.</summary>
    public VcHandler? Handler { get; init; }

    /// <summary>The mode in which a vCPU runs its first instruction, where that is not RESET's own.</summary>
    public ApicMode? ResetMode { get; init; }

    /// <summary>Who gives it that mode.</summary>
    public ResetOwner ResetBy { get; init; }

    /// <summary>What is done when Alternate Injection is switched on for a vCPU, before its guest runs on.</summary>
    public IReadOnlyList<MachineStep> OnActivation { get; init; } = [];

    /// <summary>Whether the SVSM sets up its own APIC on every vCPU before firmware starts; an APIC that VMPLs share is the guest's too.</summary>
    public bool? SvsmSetup { get; init; }

    /// <summary>For which vCPUs the SVSM has an APIC.</summary>
    public SvsmApics? SvsmApic { get; init; }

    /// <summary>Whether the SVSM lets the host send any vector before the guest has asked for it.</summary>
    public bool? AllVectorsAllowed { get; init; }

    /// <summary>Who sets VGIF in VMSAs.</summary>
    public VgifSetters? Vgif { get; init; }

    /// <summary>Who has the timer.</summary>
    public SvsmTimer? Timer { get; init; }

    /// <summary>What the SVSM gets wrong.</summary>
    public SvsmBehavior? Behavior { get; init; }

    /// <summary>Whether all VMPLs of a vCPU share a local APIC, or have one each.</summary>
    public ApicScope? Scope { get; init; }

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures? Features { get; init; }

    /// <summary>What the hypervisor does otherwise than KVM.</summary>
    public HypervisorBehavior? HypervisorBehavior { get; init; }

    /// <summary>What firmware and kernel do otherwise, by phase.</summary>
    public IReadOnlyList<PhaseChange> Firmware { get; init; } = [];

    /// <summary>Whether AMD's manual is changed with it, so that what it does counts as drawn in figure 16-32.</summary>
    public bool AmendsFigure { get; init; }

    /// <summary>The mode in which KVM's own RESET leaves a vCPU, where that is not the model's.</summary>
    public ApicMode? KvmResetMode => ResetBy == ResetOwner.Kvm ? ResetMode : null;

    /// <summary>This design on top of another one: the other's knobs where this has none, and its own name and words.</summary>
    /// <param name="under">What is there.</param>
    public ApicDesign On(ApicDesign under)
    {
        ApicDesign whole = under;
        foreach (DesignKnob knob in DesignKnob.All)
        {
            whole = knob.Put(whole, this);
        }

        return whole with { Name = Name, Title = Title, For = For, Against = Against, Source = Source, Changes = Changes };
    }

    /// <summary>This design as it is in a world.</summary>
    /// <param name="world">The world.</param>
    public ApicDesign In(ApicWorld world) => On(world.AsItStands) with { World = world.Name };

    /// <summary>Who would have to act for it: the parties of its changes, and of the knobs that it turns beside them.</summary>
    public IReadOnlyList<Party> WhoActs()
    {
        ApicChange[] made = [.. Changes.Select(ChangeCatalogue.Find).OfType<ApicChange>()];
        ApicDesign together = ChangeCatalogue.Together(made);
        IEnumerable<Party> beside = DesignKnob.All.Where(knob => knob.IsTurned(this) && knob.Write(this) != knob.Write(together)).SelectMany(knob => knob.Parties);
        return [.. made.SelectMany(change => change.Parties).Concat(beside).Distinct().OrderBy(party => party)];
    }

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
