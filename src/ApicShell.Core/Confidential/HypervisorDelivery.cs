using ApicShell.Architecture;
using ApicShell.Compatibility;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// How a hypervisor with extended interrupts hands the SVSM what its own APIC accepted for the guest: through the guest's descriptor in VMPL0's
/// doorbell page. The descriptor is coconut-svsm's; how a hypervisor fills it is our reading of what the SVSM expects there.
/// </summary>
internal static class HypervisorDelivery
{
    /// <summary>The guest's bit in byte 3 of the page.</summary>
    public const byte GuestEvent = 1 << (Vmpl.Guest - 1);

    /// <summary>An interrupt is in the hypervisor's IRR.</summary>
    public static void AfterAcceptance(SnpVcpu cpu)
    {
        if (Offer(cpu))
        {
            Raise(cpu);
        }
    }

    /// <summary>Moves what has room from the hypervisor's IRR into the page; the rest waits.</summary>
    /// <returns>Whether there is something for the SVSM.</returns>
    public static bool Offer(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        ref LocalApicState apic = ref cpu.HostApic;
        if (state.HasDoorbell == 0)
        {
            return false;
        }

        // The SVSM looks at a single vector only when there are no others beside it: what it left there has to be told again.
        ref DoorbellDescriptor descriptor = ref state.Doorbell.Guest;
        state.Doorbell.VmplEvents |= (byte)(descriptor.Vector != 0 ? GuestEvent : 0);
        if (apic.HighestRequested < 0)
        {
            return false;
        }

        bool offers = false;
        for (int word = 7; word >= 0; word--)
        {
            for (uint bits = apic[ApicRegister.Irr0 + (byte)word]; bits != 0;)
            {
                int bit = Bits.Highest(bits);
                bits &= ~(1u << bit);
                byte vector = (byte)((word * 32) + bit);
                bool notifies = IsNotification(cpu, vector);
                if (notifies || Put(ref descriptor, vector, apic.Has(ApicRegister.Tmr0, vector)))
                {
                    apic.Withdraw(vector);
                    offers = true;
                    state.Doorbell.VmplEvents |= (byte)(notifies ? 0 : GuestEvent);
                    cpu.Tell(InterruptEventKind.Posted, vector, DeliveryMode.Fixed, notifies ? SnpRule.HostNotifies : SnpRule.HostPosts);
                }
            }
        }

        return offers;
    }

    /// <summary>
    /// Whether a vector in the guest's IRR is how SVSMs notify each other: only where they share the guest's APIC, and then nobody can tell it from a
    /// device's.
    /// </summary>
    public static bool IsNotification(SnpVcpu cpu, byte vector) =>
        cpu.Platform.Scope == ApicScope.Shared && vector == cpu.State.InjectionVector;

    /// <summary>An NMI of the host: in the guest's descriptor, where the SVSM does not look.</summary>
    public static RuleId PutNmi(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        state.Doorbell.Guest.Status |= DoorbellDescriptor.NmiBit;
        state.Doorbell.VmplEvents |= GuestEvent;
        cpu.Tell(InterruptEventKind.Posted, 2, DeliveryMode.Nmi, SnpRule.HostNmiUnread);
        Raise(cpu);
        return SnpRule.HostNmiUnread;
    }

    /// <summary>
    /// Emulation by the SVSM is over: the hypervisor's APIC goes on with what the descriptor holds, and the task priority that the exit tells.
    /// </summary>
    public static void TakeOver(SnpVcpu cpu, byte taskPriority)
    {
        ref SnpVcpuState state = ref cpu.State;
        ref LocalApicState apic = ref cpu.HostApic;
        ref DoorbellDescriptor descriptor = ref state.Doorbell.Guest;
        apic[ApicRegister.Tpr] = taskPriority;
        if ((descriptor.Status & DoorbellDescriptor.NmiBit) != 0)
        {
            cpu.Machine.TakeInNmi(cpu.Index);
        }

        // A vector below 31 fits nowhere else and a level-triggered one is left there: these the hypervisor takes back.
        if (descriptor.Vector != 0 && (descriptor.Vector < 31 || (descriptor.Status & DoorbellDescriptor.LevelBit) != 0))
        {
            Request(cpu, ref apic, descriptor.Vector);
        }

        if ((descriptor.Status & DoorbellDescriptor.Vector31Bit) != 0)
        {
            Request(cpu, ref apic, 31);
        }

        for (int word = 0; word < 8; word++)
        {
            for (uint bits = word == 0 ? 0 : descriptor.TakeIrr(word); bits != 0; bits &= bits - 1)
            {
                Request(cpu, ref apic, (byte)((word * 32) + Bits.Lowest(bits)));
            }

            apic[ApicRegister.Isr0 + (byte)word] |= descriptor.Isr(word);
            descriptor.SetIsr(word, 0);
        }

        apic.RefreshSummaries();
        descriptor.Status = 0;
        state.Doorbell.VmplEvents = 0;
    }

    private static void Request(SnpVcpu cpu, ref LocalApicState apic, byte vector)
    {
        apic.Request(vector);
        cpu.Tell(InterruptEventKind.Accepted, vector, DeliveryMode.Fixed, SnpRule.HostTakesOver);
    }

    /// <summary>Puts a vector into the descriptor: alone into the status, beside others into the IRR, level-triggered into the status only.</summary>
    private static bool Put(ref DoorbellDescriptor descriptor, byte vector, bool isLevel)
    {
        byte other = descriptor.Vector;
        bool busy = other != 0;
        bool movable = busy && (descriptor.Status & DoorbellDescriptor.LevelBit) == 0 && other >= 31;
        if (isLevel || vector < 31)
        {
            if (busy && !movable)
            {
                return false;
            }

            if (movable)
            {
                PutMany(ref descriptor, other);
            }

            descriptor.Status = (descriptor.Status & ~0xFFu) | vector | (isLevel ? DoorbellDescriptor.LevelBit : 0);
            return true;
        }

        if (!busy && (descriptor.Status & DoorbellDescriptor.MultipleBit) == 0)
        {
            descriptor.Status |= vector;
            return true;
        }

        if (movable)
        {
            descriptor.Status &= ~0xFFu;
            PutMany(ref descriptor, other);
        }

        PutMany(ref descriptor, vector);
        return true;
    }

    private static void PutMany(ref DoorbellDescriptor descriptor, byte vector)
    {
        descriptor.Status |= DoorbellDescriptor.MultipleBit | (vector == 31 ? DoorbellDescriptor.Vector31Bit : 0);
        if (vector > 31)
        {
            descriptor.OrIrr(vector >> 5, 1u << (vector & 31));
        }
    }

    private static void Raise(SnpVcpu cpu)
    {
        if (cpu.IsWatched)
        {
            ref SnpVcpuState state = ref cpu.State;
            ulong page = state.Doorbell.Vector | ((ulong)state.Doorbell.Flags << 8) | ((ulong)state.Doorbell.VmplEvents << 24);
            cpu.Tell(new Hop(SnpHop.Doorbell, Vmpl.Svsm, Info1: page, Info2: state.Doorbell.Guest.Status));
        }

        SvsmEntry.Signal(cpu);
    }
}
