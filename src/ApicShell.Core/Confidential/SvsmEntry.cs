using System.Runtime.CompilerServices;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>The way between the guest and the SVSM, which are one vCPU at two VMPLs (coconut-svsm vmm/execloop.rs).</summary>
internal static class SvsmEntry
{
    /// <summary>The vCPU leaves the guest; the SVSM handles what the guest was taking.</summary>
    public static void Exit(SnpVcpu cpu, EventInjection taking)
    {
        ref SnpVcpuState state = ref cpu.State;
        state.InSvsm = 1;
        state.Vmsa.ExitInterrupt = taking;
        if (cpu.IsWatched)
        {
            Tell(cpu, SnpHop.GuestExit, Vmpl.Guest, taking.Value, 0);
        }

        if (state.Emulates != 0 && (taking.IsValid || state.Vmsa.InterruptControl.IsBusy))
        {
            SvsmDelivery.AfterIntercept(cpu);
        }
    }

    /// <summary>The SVSM looks at what came, and the vCPU goes on in the guest.</summary>
    public static void Enter(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        GoOn(cpu, ref state);
        if (cpu.IsWatched)
        {
            Tell(cpu, SnpHop.GuestEntry, Vmpl.Svsm, state.Vmsa.EventInjection.Value, state.Vmsa.InterruptControl.Value);
        }
    }

    /// <summary>The SVSM looks at what came, and the guest goes on: the end of a call, of which the call itself is what a trace shows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GoOn(SnpVcpu cpu, ref SnpVcpuState state)
    {
        if (state.Emulates != 0)
        {
            SvsmDelivery.Present(cpu, ref state);
        }

        state.InSvsm = state.SignalPending = 0;
    }

    /// <summary>
    /// A vCPU that is to do something in the guest is entered first where it is not there: it was left for the SVSM, or the host had stopped it, and
    /// nothing that came meanwhile was looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EnterIfLeft(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        if ((state.InSvsm | state.SignalPending) != 0)
        {
            Enter(cpu);
        }
    }

    /// <summary>The hypervisor has something for the SVSM: a running guest is left for it and entered again.</summary>
    public static void Signal(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        if (state.InSvsm != 0 || cpu.Cpu.Paused != 0)
        {
            state.SignalPending = 1;
            return;
        }

        Exit(cpu, default);
        Enter(cpu);
    }

    // Not inlined: room for a hop, cleared at each entry, costs more than what is done without a watcher.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(SnpVcpu cpu, HopKind kind, byte vmpl, ulong info1, ulong info2) =>
        cpu.Tell(new Hop(kind, vmpl, Info1: info1, Info2: info2));
}
