using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>The hops of an SEV-SNP machine.</summary>
public static class SnpHop
{
    /// <summary>A GHCB exit: exit code, info1, info2, of an MSR exit RCX and RDX:RAX in; info1 and info2 or the value read out.</summary>
    public const HopKind GhcbExit = (HopKind)1;

    /// <summary>An SVSM call: RAX, RCX, RDX in; RAX, RDX out.</summary>
    public const HopKind SvsmCall = (HopKind)2;

    /// <summary>Alternate Injection was switched on for the vCPU; info1 is the #VC handler.</summary>
    public const HopKind InjectionOn = (HopKind)3;

    /// <summary>Alternate Injection was switched off for the vCPU.</summary>
    public const HopKind InjectionOff = (HopKind)4;

    /// <summary>The vCPU left the guest for the SVSM; info1 is GUEST_EXITINTINFO.</summary>
    public const HopKind GuestExit = (HopKind)5;

    /// <summary>The vCPU goes on in the guest; info1 is EVENT_INJ, info2 VINTR_CTRL of the VMSA.</summary>
    public const HopKind GuestEntry = (HopKind)6;

    /// <summary>The guest cleared no_eoi_required instead of writing EOI.</summary>
    public const HopKind LazyEoi = (HopKind)7;

    /// <summary>The hypervisor raises #HV at the VMPL; info1 is the first word of the doorbell page.</summary>
    public const HopKind Doorbell = (HopKind)8;

    /// <summary>A request in the GHCB MSR itself: the code in, result 1 out.</summary>
    public const HopKind GhcbMsr = (HopKind)9;

    /// <summary>What a hop that a command of the platform may be is called; null for one that only follows from others.</summary>
    public static string? NameOf(HopKind kind) => kind switch
    {
        GhcbExit => "a GHCB exit",
        SvsmCall => "an SVSM call",
        InjectionOn => "Alternate Injection on",
        InjectionOff => "Alternate Injection off",
        LazyEoi => "an EOI that the guest left out",
        GhcbMsr => "a request in the GHCB MSR",
        _ => null,
    };
}
