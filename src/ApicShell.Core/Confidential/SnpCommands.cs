using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>What may be done to an SEV-SNP machine beside what may be done to any, by name.</summary>
public static class SnpCommands
{
    /// <summary>A call of the guest to the SVSM: RAX, RCX, the data RDX, info1 R8; info2 1 where byte 0 of the calling area is set.</summary>
    public const CommandKind SvsmCall = CommandKind.FirstOfPlatform;

    /// <summary>A GHCB exit: the address is its code, with info1, info2, RCX and the data.</summary>
    public const CommandKind GhcbExit = SvsmCall + 1;

    /// <summary>A request by the GHCB MSR itself: the data.</summary>
    public const CommandKind GhcbMsr = SvsmCall + 2;

    /// <summary>
    /// Alternate Injection is switched on: the address is the #VC handler, info1 who has the timer, info2 what the SVSM gets wrong, the data with what it
    /// begins.
    /// </summary>
    public const CommandKind EnableInjection = SvsmCall + 3;

    /// <summary>The vCPU leaves the guest for the SVSM; the data are GUEST_EXITINTINFO.</summary>
    public const CommandKind GuestExit = SvsmCall + 4;

    /// <summary>The vCPU goes on in the guest.</summary>
    public const CommandKind GuestEntry = SvsmCall + 5;

    /// <summary>The guest begins to take its next event, and an intercept hits.</summary>
    public const CommandKind Intercept = SvsmCall + 6;

    /// <summary>EOI as a guest does it that knows no_eoi_required.</summary>
    public const CommandKind LazyEoi = SvsmCall + 7;

    /// <summary>A call of the guest to the SVSM: raw registers in and out.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="registers">RAX, RCX, RDX, R8.</param>
    /// <param name="isPending">Whether the guest set byte 0 of the calling area: without it the SVSM sees no call.</param>
    /// <returns>The registers afterwards: those that went in where the SVSM saw no call, or the guest has ended.</returns>
    public static SvsmRegisterSet CallSvsm(this IMachine machine, int vcpu, SvsmRegisterSet registers, bool isPending = true) =>
        machine.CallSvsm(vcpu, registers, isPending, out _);

    /// <summary>A call of the guest to the SVSM, and by which rule it ended.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="registers">RAX, RCX, RDX, R8.</param>
    /// <param name="isPending">Whether the guest set byte 0 of the calling area: without it the SVSM sees no call.</param>
    /// <param name="rule">The rule; None where the SVSM saw no call, NoCapability where there is none.</param>
    /// <returns>The registers afterwards: those that went in where the SVSM saw no call, or the guest has ended.</returns>
    public static SvsmRegisterSet CallSvsm(this IMachine machine, int vcpu, SvsmRegisterSet registers, bool isPending, out RuleId rule)
    {
        Answer answer = machine.Do(Of(vcpu, registers, isPending));
        rule = answer.Fault == GuestFault.Terminated ? RuleId.None : answer.Rule;
        return registers.After(answer);
    }

    /// <summary>A GHCB exit of a VMPL: raw numbers in and out.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="vmpl">The VMPL it comes from: 0, or 2 where there is an SVSM.</param>
    /// <param name="request">The exit.</param>
    public static GhcbReply Exit(this IMachine machine, int vcpu, byte vmpl, GhcbRequest request) =>
        GhcbReply.Of(request, machine.Do(new(GhcbExit, vcpu, request.Code, request.Data)
        {
            Vmpl = vmpl,
            Info1 = request.Info1,
            Info2 = request.Info2,
            Rcx = request.Rcx,
        }));

    /// <summary>A request by the GHCB MSR itself.</summary>
    /// <returns>What is in the MSR afterwards.</returns>
    public static ulong ExitByMsr(this IMachine machine, int vcpu, byte vmpl, ulong request)
    {
        Answer answer = machine.Do(new(GhcbMsr, vcpu, 0, request) { Vmpl = vmpl });
        return answer.Succeeded ? answer.Value : request;
    }

    /// <summary>
    /// Switches Alternate Injection on for a vCPU, as when its VMSA is made on a platform that was started with it; the registration count becomes 1
    /// where it was 0.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="handler">The guest's #VC handler.</param>
    /// <param name="options">What the SVSM can do, and gets wrong: of all vCPUs.</param>
    /// <param name="start">With what it begins for this vCPU.</param>
    /// <returns>Whether it is on: the hypervisor may lack a feature that this needs, or the guest be under Restricted Injection.</returns>
    public static bool EnableAlternateInjection(
        this IMachine machine, int vcpu, VcHandler handler, SvsmOptions options = default, InjectionOptions start = InjectionOptions.None) =>
        machine.Do(new(EnableInjection, vcpu, (ulong)handler, (ulong)start) { Info1 = (ulong)options.Timer, Info2 = (ulong)options.Behavior }).Succeeded;

    /// <summary>The vCPU leaves the guest for the SVSM and stays there, until <see cref="EnterGuest"/> or the guest's next access.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="taking">GUEST_EXITINTINFO: what the guest was taking, if anything.</param>
    public static void ExitGuest(this IMachine machine, int vcpu, EventInjection taking = default) => machine.Do(new(GuestExit, vcpu, 0, taking.Value));

    /// <summary>The SVSM looks at what came, and the vCPU goes on in the guest.</summary>
    public static void EnterGuest(this IMachine machine, int vcpu) => machine.Do(new(GuestEntry, vcpu));

    /// <summary>The guest begins to take its next event, and an intercept hits: the SVSM gives it again.</summary>
    /// <returns>What it was taking, if anything.</returns>
    public static EventInjection InterceptTake(this IMachine machine, int vcpu) => new(machine.Do(new(Intercept, vcpu)).Value);

    /// <summary>MOV SS or STI: the next instruction of the guest still runs without interrupts.</summary>
    public static void SetInterruptShadow(this IMachine machine, int vcpu, bool on) => machine.Do(new(CommandKind.InterruptShadow, vcpu, 0, on ? 1UL : 0));

    /// <summary>EOI as a guest does it that knows no_eoi_required: it clears the byte where that is set, and writes EOI otherwise.</summary>
    /// <returns>Whether the byte was set, so that no EOI has to be written.</returns>
    public static bool TryLazyEoi(this IMachine machine, int vcpu) => machine.Do(new(LazyEoi, vcpu)).Succeeded;

    /// <summary>
    /// The SVSM sets up its own APIC of a vCPU, as COCONUT-SVSM does before it starts a guest: it reads APIC_BASE, writes it with AE and EXTD set,
    /// and enables the APIC by SVR, each by a GHCB exit (coconut-svsm cpu/x86/apic.rs). Where VMPLs share an APIC, it is the guest's too.
    /// </summary>
    /// <returns>Whether every exit succeeded; the SVSM does not go on after one that failed, and does nothing on a machine that has no SVSM's commands.</returns>
    public static bool SetUpSvsmApic(this IMachine machine, int vcpu)
    {
        const uint Svr = ApicMsr.X2First + 0xF;
        const ulong EnabledAndExtended = ApicBase.AeBit | ApicBase.ExtdBit;
        if (!machine.Can(MachineCapability.Platform))
        {
            return false;
        }

        Answer read = machine.Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Svsm));
        return read.Succeeded
            && machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, read.Value | EnabledAndExtended, AccessOrigin.Svsm)).Succeeded
            && machine.Execute(vcpu, Access.WriteMsr(Svr, SpuriousVector.EnabledAtVector255, AccessOrigin.Svsm)).Succeeded;
    }

    /// <summary>The request of a command of kind <see cref="GhcbExit"/>.</summary>
    internal static GhcbRequest RequestOf(in MachineCommand command) => new(command.Address, command.Info1, command.Info2, command.Rcx, command.Data);

    /// <summary>The registers of a command of kind <see cref="SvsmCall"/>.</summary>
    internal static SvsmRegisterSet RegistersOf(in MachineCommand command) => new(command.Address, command.Rcx, command.Data, command.Info1);

    private static MachineCommand Of(int vcpu, in SvsmRegisterSet registers, bool isPending) => new(SvsmCall, vcpu, registers.Rax, registers.Rdx)
    {
        Rcx = registers.Rcx,
        Info1 = registers.R8,
        Info2 = isPending ? 1UL : 0,
    };
}
