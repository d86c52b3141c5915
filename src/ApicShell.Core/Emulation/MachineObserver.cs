using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A step on the way of an access that the answer alone does not show.</summary>
public enum HopKind : byte
{
    /// <summary>A GHCB exit: exit code, info1, info2, of an MSR exit RCX and RDX:RAX in; info1 and info2 or the value read out.</summary>
    GhcbExit,

    /// <summary>An SVSM call: RAX, RCX, RDX in; RAX, RDX out.</summary>
    SvsmCall,

    /// <summary>Alternate Injection was switched on for the vCPU; info1 is the #VC handler.</summary>
    InjectionOn,

    /// <summary>Alternate Injection was switched off for the vCPU.</summary>
    InjectionOff,

    /// <summary>The vCPU left the guest for the SVSM; info1 is GUEST_EXITINTINFO.</summary>
    GuestExit,

    /// <summary>The vCPU goes on in the guest; info1 is EVENT_INJ, info2 VINTR_CTRL of the VMSA.</summary>
    GuestEntry,

    /// <summary>The guest cleared no_eoi_required instead of writing EOI.</summary>
    LazyEoi,

    /// <summary>The hypervisor raises #HV at the VMPL; info1 is the first word of the doorbell page.</summary>
    Doorbell,

    /// <summary>A request in the GHCB MSR itself: the code in, result 1 out.</summary>
    GhcbMsr,
}

/// <summary>One hop: numbers in, numbers out.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Vmpl">The VMPL that it left from.</param>
/// <param name="Code">Exit code, RAX of an SVSM call, or the request in the GHCB MSR.</param>
/// <param name="Info1">Exit information 1.</param>
/// <param name="Info2">Exit information 2.</param>
/// <param name="Rcx">RCX: the MSR number.</param>
/// <param name="Data">What is written: RDX:RAX of an MSR exit, the buffer of an MMIO exit, RDX of an SVSM call.</param>
/// <param name="Result1">Exit information 1, RAX, or the GHCB MSR on return.</param>
/// <param name="Result2">Exit information 2, RDX, or the value read, on return.</param>
public readonly record struct Hop(HopKind Kind, byte Vmpl, ulong Code, ulong Info1, ulong Info2, ulong Rcx, ulong Data, ulong Result1, ulong Result2);

/// <summary>Sees what a machine does. It is no part of the machine's state, and must not act on the machine.</summary>
public abstract class MachineObserver
{
    /// <summary>An access begins; all until its answer belongs to it.</summary>
    public virtual void OnAccess(int vcpu, in Access access)
    {
    }

    /// <summary>A hop of the access that will be answered next, or of a command.</summary>
    public virtual void OnHop(int vcpu, in Hop hop)
    {
    }

    /// <summary>An access was answered.</summary>
    public virtual void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
    }

    /// <summary>Something happened to an interrupt: because of the access that will be answered next, of a command, or of the clock.</summary>
    public virtual void OnInterrupt(in InterruptEvent interrupt)
    {
    }

    /// <summary>Something is done to the machine that is no access; what it causes comes next.</summary>
    public virtual void OnAction(in MachineAction action)
    {
    }
}
