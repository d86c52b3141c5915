using System.Runtime.CompilerServices;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>The way between the guest and the SVSM, which are one vCPU at two VMPLs (coconut-svsm vmm/execloop.rs).</summary>
internal static class SvsmEntry
{
    /// <summary>The vCPU leaves the guest; the SVSM handles what the guest was taking.</summary>
    public static void Exit(SnpPlatform platform, Machine machine, int vcpu, EventInjection taking)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        state.InSvsm = 1;
        state.Vmsa.ExitInterrupt = taking;
        if (machine.Observer is not null)
        {
            Tell(machine, vcpu, HopKind.GuestExit, Vmpl.Guest, taking.Value, 0);
        }

        if (state.Emulates != 0 && (taking.IsValid || state.Vmsa.InterruptControl.IsBusy))
        {
            SvsmDelivery.AfterIntercept(platform, vcpu);
        }
    }

    /// <summary>The SVSM looks at what came, and the vCPU goes on in the guest.</summary>
    public static void Enter(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        EndCall(platform, machine, vcpu, ref state);
        if (machine.Observer is not null)
        {
            Tell(machine, vcpu, HopKind.GuestEntry, Vmpl.Svsm, state.Vmsa.EventInjection.Value, state.Vmsa.InterruptControl.Value);
        }
    }

    /// <summary>The guest calls the SVSM: it is left without anything it was taking. The call itself is what a trace shows of it.</summary>
    public static void BeginCall(ref SnpVcpuState state) => state.InSvsm = 1;

    /// <summary>The call is served: the SVSM looks at what came, and the guest goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndCall(SnpPlatform platform, Machine machine, int vcpu, ref SnpVcpuState state)
    {
        if (state.Emulates != 0)
        {
            SvsmDelivery.Present(platform, machine, vcpu, ref state);
        }

        state.InSvsm = state.SignalPending = 0;
    }

    /// <summary>The hypervisor has something for the SVSM: a running guest is left for it and entered again.</summary>
    public static void Signal(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        if (state.InSvsm != 0 || machine.VcpuAt(vcpu).Paused != 0)
        {
            state.SignalPending = 1;
            return;
        }

        Exit(platform, machine, vcpu, default);
        Enter(platform, machine, vcpu);
    }

    /// <summary>
    /// Another vCPU has posted a vector, and the hypervisor signals it: a running guest is left, given what it may take, and entered again.
    /// </summary>
    public static void Deliver(SnpPlatform platform, Machine machine, int vcpu, ref SnpVcpuState state, byte vector)
    {
        bool runs = (state.InSvsm | state.SignalPending | machine.VcpuAt(vcpu).Paused) == 0 && !state.Vmsa.InterruptControl.IsBusy;
        if (runs && SvsmDelivery.TryGive(machine, vcpu, ref state, vector))
        {
            // An exit with nothing being taken, and the entry after it, leave only this.
            state.Vmsa.ExitInterrupt = default;
            return;
        }

        PostAndSignal(platform, machine, vcpu, ref state, vector);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PostAndSignal(SnpPlatform platform, Machine machine, int vcpu, ref SnpVcpuState state, byte vector)
    {
        state.Svsm.Post(vector);
        Signal(platform, machine, vcpu);
    }

    // Not inlined: room for a hop, cleared at each entry, costs more than what is done without a watcher.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(Machine machine, int vcpu, HopKind kind, byte vmpl, ulong info1, ulong info2) =>
        machine.Observer!.OnHop(vcpu, new(kind, vmpl, 0, info1, info2, 0, 0, 0, 0));
}
