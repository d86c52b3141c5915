using ApicShell.Architecture;
using ApicShell.Compatibility;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>What the SVSM takes of the host's interrupts out of the doorbell page: vectors that the guest allowed (coconut-svsm cpu/apic.rs).</summary>
internal static class SvsmHost
{
    public static void Consume(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        while (state.Doorbell.VmplEvents != 0)
        {
            // Every VMPL's bit is taken; only the guest's means something.
            bool guest = (state.Doorbell.VmplEvents & HypervisorDelivery.GuestEvent) != 0;
            state.Doorbell.VmplEvents = 0;
            if (guest)
            {
                Consume(cpu, ref state.Doorbell.Guest);
                HypervisorDelivery.Offer(cpu);
            }
        }
    }

    private static void Consume(SnpVcpu cpu, ref DoorbellDescriptor descriptor)
    {
        if ((descriptor.Status & DoorbellDescriptor.LevelBit) != 0)
        {
            byte vector = descriptor.Vector;
            descriptor.Status &= ~(0xFFu | DoorbellDescriptor.LevelBit);
            Take(cpu, vector, isLevel: true);
        }

        if ((descriptor.Status & DoorbellDescriptor.MultipleBit) != 0)
        {
            ConsumeMany(cpu, ref descriptor);
        }
        else if (descriptor.Vector != 0)
        {
            byte vector = descriptor.Vector;
            descriptor.Status &= ~0xFFu;
            Take(cpu, vector, isLevel: false);
        }
    }

    private static void ConsumeMany(SnpVcpu cpu, ref DoorbellDescriptor descriptor)
    {
        bool vector31 = (descriptor.Status & DoorbellDescriptor.Vector31Bit) != 0;
        descriptor.Status &= ~(DoorbellDescriptor.MultipleBit | DoorbellDescriptor.Vector31Bit);
        if (vector31)
        {
            Take(cpu, 31, isLevel: false);
        }

        for (int word = 1; word < 8; word++)
        {
            for (uint bits = descriptor.TakeIrr(word); bits != 0; bits &= bits - 1)
            {
                Take(cpu, (byte)((word * 32) + Bits.Lowest(bits)), isLevel: false);
            }
        }
    }

    private static void Take(SnpVcpu cpu, byte vector, bool isLevel)
    {
        bool isAllowed = cpu.State.Svsm.IsAllowed(vector);
        if (isAllowed && (!cpu.IsWhole || LentApic.Accepts(cpu, DeliveryMode.Fixed)))
        {
            SvsmDelivery.Accept(cpu, vector, SnpRule.SvsmHostVector, isLevel);
        }
        else
        {
            RuleId rule = isAllowed ? RuleId.InterruptRefusedDisabled : SnpRule.SvsmVectorNotAllowed;
            cpu.Tell(InterruptEventKind.Refused, vector, DeliveryMode.Fixed, rule);
        }
    }
}
