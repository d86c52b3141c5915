using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>What KVM makes of a step between modes.</summary>
public enum KvmVerdict : byte
{
    /// <summary>No mode was changed.</summary>
    NoStep,

    /// <summary>A guest may do it.</summary>
    AsGuest,

    /// <summary>The host may do it, a guest not.</summary>
    AsHost,

    /// <summary>Nobody may.</summary>
    Refused,
}

/// <summary>A step between two modes of the APIC that the guest sees.</summary>
/// <param name="Vcpu">Index of the vCPU.</param>
/// <param name="Event">A write of APIC_BASE, or RESET with all that is done before the first instruction.</param>
/// <param name="Origin">Who writes.</param>
/// <param name="From">The mode before; of RESET the one that it leaves by itself.</param>
/// <param name="To">The mode after.</param>
/// <param name="Accepted">Whether it took effect.</param>
public readonly record struct ModeStep(int Vcpu, TransitionEvent Event, AccessOrigin Origin, ApicMode From, ApicMode To, bool Accepted)
{
    /// <summary>Whether APM vol. 2, figure 16-32 has the arrow; a write that keeps the mode needs none.</summary>
    public bool IsDrawn => Event == TransitionEvent.Reset
        ? To == ApicMode.Disabled
        : From == To || ApicTransition.IsWriteDrawn(From, To);

    /// <summary>Who may take it in KVM (KVM lapic.c; facts 2.3). What comes after RESET and before the first instruction is the host's.</summary>
    public KvmVerdict Kvm =>
        Event == TransitionEvent.Write && Origin != AccessOrigin.Host && ApicTransition.OfWrite(ApicModel.Kvm, AccessOrigin.Guest, From, To).IsAllowed ? KvmVerdict.AsGuest
        : (Event == TransitionEvent.Reset || Origin == AccessOrigin.Host) && ApicTransition.OfWrite(ApicModel.Kvm, AccessOrigin.Host, From, To).IsAllowed ? KvmVerdict.AsHost
        : KvmVerdict.Refused;

    /// <inheritdoc/>
    public override string ToString() => Event == TransitionEvent.Reset
        ? $"RESET to {To} on vCPU {Vcpu}"
        : $"{From} to {To} on vCPU {Vcpu}, written by {Origin}";
}
