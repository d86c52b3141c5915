using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A candidate fix: what differs from things as they stand in a world, and what speaks for and against it. It never changes.</summary>
public sealed class ApicDesign
{
    internal ApicDesign(Firmware.ApicDesign core) => Core = core;

    /// <summary>The name.</summary>
    public string Name => Core.Name;

    /// <summary>The idea in one line.</summary>
    public string Title => Core.Title;

    /// <summary>What speaks for it.</summary>
    public string For => Core.For;

    /// <summary>What speaks against it.</summary>
    public string Against => Core.Against;

    /// <summary>Where it comes from.</summary>
    public string Source => Core.Source;

    /// <summary>The names of the changes that it is made of.</summary>
    public string[] Changes => [.. Core.Changes];

    /// <summary>Who would have to act for it.</summary>
    public Party[] Party => [.. Core.WhoActs()];

    /// <summary>The firmware's #VC handler while Alternate Injection is on; null, as of each knob, where it is as the world has it.</summary>
    public VcHandler? VcHandler => Core.Handler;

    /// <summary>The mode in which a vCPU runs its first instruction; null where that is RESET's own.</summary>
    public ApicMode? ResetMode => Core.ResetMode;

    /// <summary>Who gives it that mode.</summary>
    public ResetOwner ResetBy => Core.ResetBy;

    /// <summary>What is done when Alternate Injection is switched on for a vCPU, before its guest runs on.</summary>
    public string[] OnActivation => [.. Core.OnActivation.Select(step => step.ToString())];

    /// <summary>Whether the SVSM sets up its own APIC on every vCPU before firmware starts.</summary>
    public bool? SvsmSetup => Core.SvsmSetup;

    /// <summary>For which vCPUs the SVSM has an APIC.</summary>
    public SvsmApics? SvsmApic => Core.SvsmApic;

    /// <summary>Whether the SVSM lets the host send any vector before the guest has asked for it.</summary>
    public bool? AllVectorsAllowed => Core.AllVectorsAllowed;

    /// <summary>Who sets VGIF in VMSAs.</summary>
    public VgifSetters? Vgif => Core.Vgif;

    /// <summary>Who has the timer.</summary>
    public SvsmTimer? SvsmTimer => Core.Timer;

    /// <summary>What the SVSM gets wrong.</summary>
    public SvsmBehavior? SvsmBehavior => Core.Behavior;

    /// <summary>Whether all VMPLs of a vCPU share a local APIC.</summary>
    public ApicScope? ApicScope => Core.Scope;

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures? HypervisorFeature => Core.Features;

    /// <summary>What the hypervisor does otherwise than KVM.</summary>
    public HypervisorBehavior? HypervisorBehavior => Core.HypervisorBehavior;

    /// <summary>What firmware and kernel do otherwise, by phase.</summary>
    public ApicPhaseChange[] Firmware => [.. Core.Firmware.Select(change => new ApicPhaseChange(change))];

    /// <summary>Whether AMD's manual is changed with it, so that what it does counts as drawn in figure 16-32.</summary>
    public bool AmendsFigure => Core.AmendsFigure;

    /// <summary>The knobs that it turns, a line each.</summary>
    public string[] Change => [.. DesignKnob.ChangesOf(Core)];

    internal Firmware.ApicDesign Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
