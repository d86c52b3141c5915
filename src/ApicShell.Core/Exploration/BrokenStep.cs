using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>The step that breaks a property, with what is wrong then.</summary>
/// <param name="Break">How it breaks it.</param>
/// <param name="Step">The step.</param>
/// <param name="Report">What became of it.</param>
/// <param name="Vcpu">The vCPU at which something is wrong.</param>
/// <param name="Vector">The vector that is concerned; -1 for none.</param>
/// <param name="ModeStep">The step between modes that is not drawn; of no meaning otherwise.</param>
/// <param name="Register">The register that views differ in; None for no register.</param>
/// <param name="Believed">What the guest knows of it; where views of what is in service differ the newest vector, 0 for none.</param>
/// <param name="Decided">What the one has who decides by it; likewise.</param>
/// <param name="Decider">Who that is.</param>
public sealed record BrokenStep(
    DesignBreak Break, MachineStep Step, StepReport Report, int Vcpu, int Vector, ModeStep ModeStep,
    ApicRegister Register, ulong Believed, ulong Decided, Responder Decider)
{
    internal static BrokenStep Of(StepRunner runner, MachineStep step, (DesignBreak Break, StepReport Report, int Vcpu, int Vector, ModeStep ModeStep) last)
    {
        (ApicRegister register, ulong believed, ulong decided) = Views(runner, last.Break, last.Vcpu);
        return new(
            last.Break, step, last.Report, last.Vcpu, last.Vector, last.ModeStep, register, believed, decided, DeciderOf(runner.Machine, last.Vcpu, register));
    }

    private static (ApicRegister Register, ulong Believed, ulong Decided) Views(StepRunner runner, DesignBreak broken, int vcpu)
    {
        GuestMemory guest = runner.GuestOf(vcpu);
        IMachine machine = runner.Machine;
        return broken switch
        {
            DesignBreak.ModeView => (ApicRegister.ApicBase, guest.ApicBase, GuestViewCheck.Served(machine, vcpu, ApicRegister.ApicBase)),
            DesignBreak.TprView => (ApicRegister.Tpr, guest.Tpr, (ulong)machine.ReadCr8(vcpu) << 4),
            DesignBreak.SvrView => (ApicRegister.Svr, guest.Svr, GuestViewCheck.Served(machine, vcpu, ApicRegister.Svr)),
            DesignBreak.TimerView when (GuestViewCheck.Differing(runner, vcpu) & GuestViewKinds.Timer) != 0 =>
                (ApicRegister.LvtTimer, guest.LvtTimer, GuestViewCheck.Served(machine, vcpu, ApicRegister.LvtTimer)),
            DesignBreak.TimerView => (ApicRegister.TimerInitial, guest.TimerInitial, GuestViewCheck.Served(machine, vcpu, ApicRegister.TimerInitial)),
            DesignBreak.LdrView => (ApicRegister.Ldr, guest.Ldr, GuestViewCheck.Served(machine, vcpu, ApicRegister.Ldr)),
            DesignBreak.ServiceView => (ApicRegister.None, Newest(guest.Newest), Newest(GuestViewCheck.HighestInService(machine, vcpu))),
            _ => default,
        };
    }

    private static ulong Newest(int vector) => vector < 0 ? 0 : (ulong)vector;

    private static Responder DeciderOf(IMachine machine, int vcpu, ApicRegister register) => machine.Snp() is not { } platform
        ? Responder.LocalApic
        : register is ApicRegister.None or ApicRegister.Tpr
            ? platform.IsAlternateInjectionEnabled(vcpu) ? Responder.Svsm : Responder.Hypervisor
            : platform.OwnerOf(vcpu, register);
}
