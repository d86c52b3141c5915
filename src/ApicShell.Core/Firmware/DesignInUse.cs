using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>
/// A design as a run goes by it: each knob with what it is where nobody turned it. It keeps which knobs the run has looked at, for what it has not
/// looked at has made no difference to it.
/// </summary>
public sealed class DesignInUse
{
    private const string PhasePrefix = "Firmware/";

    // By the number of the flag's bit; made once, for searches ask at each step that starts a vCPU.
    private static readonly string[] s_vgifKeys =
        [.. ((VgifSetters[])Enum.GetValues(typeof(VgifSetters))).Where(one => one != VgifSetters.None).Select(one => FlagKey("Vgif", one))];

    private readonly ApicDesign _design;
    private readonly HashSet<string> _used = [];

    /// <summary>A design in use.</summary>
    /// <param name="design">The design, as it is in its world.</param>
    public DesignInUse(ApicDesign design) => _design = design;

    /// <summary>The knobs that were looked at, by name; of knob Firmware each phase by itself, as <see cref="PhaseKey"/> writes it.</summary>
    public IReadOnlyCollection<string> Used => _used;

    /// <summary>The firmware's #VC handler; nobody's own goes straight to the hypervisor.</summary>
    public VcHandler Handler => Use("VcHandler", _design.Handler ?? VcHandler.Edk2);

    /// <summary>The mode of the first instruction.</summary>
    public ApicMode? ResetMode => Use("ResetMode", _design.ResetMode);

    /// <summary>Whether AMD's manual is changed.</summary>
    public bool AmendsFigure => Use("AmendsFigure", _design.AmendsFigure);

    /// <summary>The mode in which KVM's own RESET leaves a vCPU.</summary>
    public ApicMode? KvmResetMode => Use("ResetMode", _design.KvmResetMode);

    /// <summary>What is done at activation.</summary>
    public IReadOnlyList<MachineStep> OnActivation => Use("OnActivation", _design.OnActivation);

    /// <summary>Whether the SVSM sets up its own APIC first.</summary>
    public bool SvsmSetup => Use("SvsmSetup", _design.SvsmSetup ?? false);

    /// <summary>For which vCPUs the SVSM has an APIC.</summary>
    public SvsmApics SvsmApic => Use("SvsmApic", _design.SvsmApic ?? SvsmApics.EveryVcpu);

    /// <summary>Whether any vector is allowed at first.</summary>
    public bool AllVectorsAllowed => Use("AllVectorsAllowed", _design.AllVectorsAllowed ?? false);

    /// <summary>What the SVSM can do, and gets wrong.</summary>
    public SvsmOptions Svsm => new(Use("SvsmTimer", _design.Timer ?? SvsmTimer.None), Use("SvsmBehavior", _design.Behavior ?? SvsmBehavior.None));

    /// <summary>Whether VMPLs share an APIC.</summary>
    public ApicScope Scope => Use("ApicScope", _design.Scope ?? ApicScope.Shared);

    /// <summary>What the hypervisor offers.</summary>
    public HypervisorFeatures Features => Use("HypervisorFeature", _design.Features ?? HypervisorFeatures.Usual);

    /// <summary>What it does otherwise than KVM; the platform keeps what of it was asked for.</summary>
    public HypervisorBehavior HypervisorBehavior => _design.HypervisorBehavior ?? HypervisorBehavior.None;

    /// <summary>What a change of firmware in a phase is kept as in <see cref="Used"/>.</summary>
    public static string PhaseKey(string phase) => PhasePrefix + phase.ToUpperInvariant();

    /// <summary>What a flag of a knob is kept as in <see cref="Used"/>.</summary>
    public static string FlagKey(string knob, Enum flag) => $"{knob}/{flag}";

    /// <summary>Whether one of several sets VGIF; who does is looked at in the order of <see cref="VgifSetters"/>, until one is found.</summary>
    public bool IsVgifSetBy(VgifSetters any)
    {
        VgifSetters set = _design.Vgif ?? (VgifSetters.SvsmForBootProcessor | VgifSetters.SvsmForAps);
        for (int bit = 0; bit < s_vgifKeys.Length; bit++)
        {
            var one = (VgifSetters)(1 << bit);
            if ((any & one) != 0 && Use(s_vgifKeys[bit], (set & one) != 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The hypervisor was asked whether it does something otherwise than KVM.</summary>
    internal void NoteAsked(HypervisorBehavior asked)
    {
        foreach (HypervisorBehavior one in (HypervisorBehavior[])Enum.GetValues(typeof(HypervisorBehavior)))
        {
            if ((asked & one) != 0)
            {
                _used.Add(FlagKey("HypervisorBehavior", one));
            }
        }
    }

    /// <summary>The steps of a phase.</summary>
    public IEnumerable<MachineStep> StepsOf(BootPhase phase)
    {
        _used.Add(PhaseKey(phase.Name));
        if (phase.CodeOf is { } code)
        {
            _used.Add(PhaseKey(code));
        }

        return _design.StepsOf(phase);
    }

    private T Use<T>(string knob, T value)
    {
        _used.Add(knob);
        return value;
    }
}
