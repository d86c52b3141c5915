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
    public static void Inject(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        if (state.HasDoorbell == 0)
        {
            return;
        }

        bool raises = false;
        if (cpu.Cpu.PendingNmi != 0 && (state.Doorbell.Flags & HvDoorbell.NmiBit) == 0)
        {
            state.Doorbell.Flags |= HvDoorbell.NmiBit;
            cpu.Cpu.PendingNmi--;
            raises = true;
            Tell(cpu, 2, DeliveryMode.Nmi);
        }

        ApicPlane plane = cpu.Machine.GuestPlane;
        ref LocalApicState apic = ref plane.Apics[cpu.Index];
        int vector = state.Doorbell.Vector == 0 ? Acceptance.Dispatchable(apic, plane.Profile) : -1;
        if (vector >= 0)
        {
            apic.StartService(vector);
            state.Doorbell.Vector = (byte)vector;
            raises = true;
            Tell(cpu, (byte)vector, DeliveryMode.Fixed);
        }

        if (raises && (state.Doorbell.Flags & HvDoorbell.NoFurtherSignalBit) == 0)
        {
            state.Doorbell.Flags |= HvDoorbell.NoFurtherSignalBit;
            cpu.Tell(new Hop(SnpHop.Doorbell, Vmpl.Svsm, Info1: state.Doorbell.Vector | ((ulong)state.Doorbell.Flags << 8)));
        }
    }

    /// <summary>The guest's #HV handler: NMI first, then the vector where interrupts are enabled; else that stays in the page.</summary>
    public static TakenInterrupt Take(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        state.Doorbell.Flags &= unchecked((byte)~HvDoorbell.NoFurtherSignalBit);
        if ((state.Doorbell.Flags & HvDoorbell.NmiBit) != 0)
        {
            state.Doorbell.Flags &= unchecked((byte)~HvDoorbell.NmiBit);
            return TakeAndGoOn(cpu, new(TakenKind.Nmi, 2), DeliveryMode.Nmi);
        }

        byte vector = state.Doorbell.Vector;
        if (vector == 0 || cpu.Cpu.InterruptFlag == 0)
        {
            return default;
        }

        state.Doorbell.Vector = 0;
        return TakeAndGoOn(cpu, new(TakenKind.Fixed, vector), DeliveryMode.Fixed);
    }

    private static TakenInterrupt TakeAndGoOn(SnpVcpu cpu, TakenInterrupt taken, DeliveryMode mode)
    {
        cpu.Machine.Taken(cpu.Index, taken, mode, SnpRule.HostInjectsHv);
        Inject(cpu);
        return taken;
    }

    private static void Tell(SnpVcpu cpu, byte vector, DeliveryMode mode) =>
        cpu.Tell(InterruptEventKind.Posted, vector, mode, SnpRule.HostInjectsHv);
}
