using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// A guest under Restricted Injection, without an SVSM: the hypervisor may raise #HV only, and says in the guest's doorbell page why, one event at
/// a time (KVM's restricted injection series).
/// </summary>
internal static class RestrictedGuest
{
    /// <summary>Puts the next event into the page where that is free, and raises #HV unless the guest has not handled the last one.</summary>
    public static void Inject(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        ref VcpuState cpu = ref machine.VcpuAt(vcpu);
        if (state.HasDoorbell == 0)
        {
            return;
        }

        bool raises = false;
        if (cpu.PendingNmi != 0 && (state.Doorbell.Flags & HvDoorbell.NmiBit) == 0)
        {
            state.Doorbell.Flags |= HvDoorbell.NmiBit;
            cpu.PendingNmi--;
            raises = true;
            Tell(machine, vcpu, 2, DeliveryMode.Nmi);
        }

        ApicPlane plane = machine.GuestPlane;
        ref LocalApicState apic = ref plane.Apics[vcpu];
        int vector = state.Doorbell.Vector == 0 ? Acceptance.Dispatchable(apic, plane.Profile) : -1;
        if (vector >= 0)
        {
            apic.StartService(vector);
            state.Doorbell.Vector = (byte)vector;
            raises = true;
            Tell(machine, vcpu, (byte)vector, DeliveryMode.Fixed);
        }

        if (raises && (state.Doorbell.Flags & HvDoorbell.NoFurtherSignalBit) == 0)
        {
            state.Doorbell.Flags |= HvDoorbell.NoFurtherSignalBit;
            machine.Observer?.OnHop(
                vcpu, new(HopKind.Doorbell, Vmpl.Svsm, 0, state.Doorbell.Vector | ((ulong)state.Doorbell.Flags << 8), 0, 0, 0, 0, 0));
        }
    }

    /// <summary>The guest's #HV handler: NMI first, then the vector where interrupts are enabled; else that stays in the page.</summary>
    public static TakenInterrupt Take(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        state.Doorbell.Flags &= unchecked((byte)~HvDoorbell.NoFurtherSignalBit);
        if ((state.Doorbell.Flags & HvDoorbell.NmiBit) != 0)
        {
            state.Doorbell.Flags &= unchecked((byte)~HvDoorbell.NmiBit);
            return TakeAndGoOn(platform, machine, vcpu, new(TakenKind.Nmi, 2), DeliveryMode.Nmi);
        }

        byte vector = state.Doorbell.Vector;
        if (vector == 0 || machine.VcpuAt(vcpu).InterruptFlag == 0)
        {
            return default;
        }

        state.Doorbell.Vector = 0;
        return TakeAndGoOn(platform, machine, vcpu, new(TakenKind.Fixed, vector), DeliveryMode.Fixed);
    }

    private static TakenInterrupt TakeAndGoOn(SnpPlatform platform, Machine machine, int vcpu, TakenInterrupt taken, DeliveryMode mode)
    {
        machine.Taken(vcpu, taken, mode, RuleId.HostInjectsHv);
        Inject(platform, machine, vcpu);
        return taken;
    }

    private static void Tell(Machine machine, int vcpu, byte vector, DeliveryMode mode) =>
        machine.Observer?.OnInterrupt(new(InterruptEventKind.Posted, vcpu, vector, mode, RuleId.HostInjectsHv));
}
