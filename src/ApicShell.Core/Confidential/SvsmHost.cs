using ApicShell.Architecture;
using ApicShell.Compatibility;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>What the SVSM takes of the host's interrupts out of the doorbell page: vectors that the guest allowed (coconut-svsm cpu/apic.rs).</summary>
internal static class SvsmHost
{
    public static void Consume(SnpPlatform platform, Machine machine, int vcpu)
    {
        ref SnpVcpuState state = ref platform.At(vcpu);
        while (state.Doorbell.VmplEvents != 0)
        {
            // Every VMPL's bit is taken; only the guest's means something.
            bool guest = (state.Doorbell.VmplEvents & HypervisorDelivery.GuestEvent) != 0;
            state.Doorbell.VmplEvents = 0;
            if (guest)
            {
                Consume(platform, machine, vcpu, ref state.Doorbell.Guest);
                HypervisorDelivery.Offer(platform, machine, vcpu);
            }
        }
    }

    private static void Consume(SnpPlatform platform, Machine machine, int vcpu, ref DoorbellDescriptor descriptor)
    {
        if ((descriptor.Status & DoorbellDescriptor.LevelBit) != 0)
        {
            byte vector = descriptor.Vector;
            descriptor.Status &= ~(0xFFu | DoorbellDescriptor.LevelBit);
            Take(platform, machine, vcpu, vector, isLevel: true);
        }

        if ((descriptor.Status & DoorbellDescriptor.MultipleBit) != 0)
        {
            ConsumeMany(platform, machine, vcpu, ref descriptor);
        }
        else if (descriptor.Vector != 0)
        {
            byte vector = descriptor.Vector;
            descriptor.Status &= ~0xFFu;
            Take(platform, machine, vcpu, vector, isLevel: false);
        }
    }

    private static void ConsumeMany(SnpPlatform platform, Machine machine, int vcpu, ref DoorbellDescriptor descriptor)
    {
        bool vector31 = (descriptor.Status & DoorbellDescriptor.Vector31Bit) != 0;
        descriptor.Status &= ~(DoorbellDescriptor.MultipleBit | DoorbellDescriptor.Vector31Bit);
        if (vector31)
        {
            Take(platform, machine, vcpu, 31, isLevel: false);
        }

        for (int word = 1; word < 8; word++)
        {
            for (uint bits = descriptor.TakeIrr(word); bits != 0; bits &= bits - 1)
            {
                Take(platform, machine, vcpu, (byte)((word * 32) + Bits.Lowest(bits)), isLevel: false);
            }
        }
    }

    private static void Take(SnpPlatform platform, Machine machine, int vcpu, byte vector, bool isLevel)
    {
        bool isAllowed = platform.At(vcpu).Svsm.IsAllowed(vector);
        if (isAllowed && (!platform.IsWhole(vcpu) || LentApic.Accepts(machine, vcpu, DeliveryMode.Fixed)))
        {
            SvsmDelivery.Accept(platform, machine, vcpu, vector, RuleId.SvsmHostVector, isLevel);
        }
        else
        {
            RuleId rule = isAllowed ? RuleId.InterruptRefusedDisabled : RuleId.SvsmVectorNotAllowed;
            machine.Observer?.OnInterrupt(new(InterruptEventKind.Refused, vcpu, vector, DeliveryMode.Fixed, rule));
        }
    }
}
