using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <content>The guest goes and comes, and ends interrupts, beside its accesses.</content>
public sealed partial class SnpPlatform
{
    /// <summary>The vCPU leaves the guest for the SVSM and stays there, until <see cref="EnterGuest"/> or the guest's next access.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="taking">GUEST_EXITINTINFO: what the guest was taking, if anything.</param>
    public void ExitGuest(Machine machine, int vcpu, EventInjection taking = default)
    {
        if (_vcpus[vcpu].InSvsm == 0)
        {
            SvsmEntry.Exit(this, machine, vcpu, taking);
        }
    }

    /// <summary>The SVSM looks at what came, and the vCPU goes on in the guest.</summary>
    public void EnterGuest(Machine machine, int vcpu) => SvsmEntry.Enter(this, machine, vcpu);

    /// <summary>The guest begins to take its next event, and an intercept hits: the SVSM gives it again.</summary>
    /// <returns>What it was taking, if anything.</returns>
    public EventInjection InterceptTake(Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        if (!state.Vmsa.IsAlternateInjection || state.InSvsm != 0)
        {
            return default;
        }

        EventInjection taking = Begin(machine, vcpu, ref state);
        SvsmEntry.Exit(this, machine, vcpu, taking);
        SvsmEntry.Enter(this, machine, vcpu);
        return taking;
    }

    /// <summary>MOV SS or STI: the next instruction of the guest still runs without interrupts.</summary>
    public void SetInterruptShadow(Machine machine, int vcpu, bool on)
    {
        machine.Observer?.OnAction(new(ActionKind.InterruptShadow, vcpu, 0, on ? 1UL : 0));
        ref SnpVcpuState state = ref _vcpus[vcpu];
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.With(VirtualInterruptControl.ShadowBit, on);
        AfterVcpuChange(machine, vcpu);
    }

    /// <summary>
    /// EOI as a guest does it that knows no_eoi_required: it clears the byte where that is set, and writes EOI otherwise.
    /// </summary>
    /// <returns>Whether the byte was set, so that no EOI has to be written.</returns>
    public bool TryLazyEoi(Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref _vcpus[vcpu];
        EnterIfLeft(machine, vcpu, ref state);
        if (!state.Vmsa.IsAlternateInjection || state.CallingArea.NoEoiRequired == 0)
        {
            return false;
        }

        // The byte is about the vector in EVENT_INJ, which a guest takes before it can look: this EOI is for one before it, and has to be written.
        if (state.Vmsa.EventInjection.IsExternal)
        {
            return false;
        }

        state.CallingArea.NoEoiRequired = 0;
        machine.Observer?.OnHop(vcpu, new(HopKind.LazyEoi, Vmpl.Guest, 0, 0, 0, 0, 0, 0, 0));
        return true;
    }

    /// <summary>
    /// A vCPU that is to do something in the guest is entered first where it is not there: it was left for the SVSM, or the host had stopped it, and
    /// nothing that came meanwhile was looked at.
    /// </summary>
    private void EnterIfLeft(Machine machine, int vcpu, ref SnpVcpuState state)
    {
        if (state.InSvsm != 0 || state.SignalPending != 0)
        {
            SvsmEntry.Enter(this, machine, vcpu);
        }
    }
}
