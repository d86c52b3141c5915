using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// IPIs of an APIC that the SVSM emulates whole: for whom they are is found by the lent APICs, by IDs and logical IDs in the mode of each, as KVM does;
/// the delivery engine then sends them in the one form that it knows, to a 32-bit APIC ID or to all.
/// </summary>
internal static class WholeIpi
{
    private const ulong NmiBits = (ulong)DeliveryMode.Nmi << 8;

    /// <summary>A fixed IPI of the sender to itself.</summary>
    public static RuleId SendSelf(SnpPlatform platform, Machine machine, int vcpu, byte vector) =>
        Give(platform, machine, vcpu, vcpu, new(machine.InitialApicId(vcpu), vector));

    /// <summary>Sends the IPI of an ICR value.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">The sender.</param>
    /// <param name="low">Bits 31:0 of the ICR.</param>
    /// <param name="destination">The destination field: 8 bits in xAPIC mode, 32 in x2APIC mode.</param>
    public static RuleId Send(SnpPlatform platform, Machine machine, int vcpu, uint low, uint destination)
    {
        var message = InterruptMessage.OfIcr(low, destination);
        if (message.Mode is not (DeliveryMode.Fixed or DeliveryMode.LowestPriority or DeliveryMode.Nmi))
        {
            return RuleId.WholeIcrType;
        }

        if (message.Mode != DeliveryMode.Nmi && message.IsLevel && !message.IsAsserted)
        {
            return RuleId.InterruptDeassert;
        }

        ApicPlane plane = LentApic.Plane(machine);
        return message.Shorthand == DestinationShorthand.Self ? Give(platform, machine, vcpu, vcpu, message)
            : message is { Shorthand: DestinationShorthand.None, IsLogical: false } && KvmDestinations.TryFindOne(plane, destination, out int target)
                ? target < 0 ? RuleId.IpiNotAccepted : Give(platform, machine, vcpu, target, message)
            : message.ChoosesOne ? SendToOne(platform, machine, vcpu, message)
            : SendToEach(platform, machine, vcpu, message);
    }

    /// <summary>Of the n vCPUs that could take it, that of index vector mod n, KVM's choice.</summary>
    private static RuleId SendToOne(SnpPlatform platform, Machine machine, int vcpu, in InterruptMessage message)
    {
        int candidates = 0;
        for (int target = 0; target < machine.VcpuCount; target++)
        {
            candidates += IsCandidate(machine, vcpu, target, message) ? 1 : 0;
        }

        int index = candidates == 0 ? -1 : message.Vector % candidates;
        for (int target = 0; target < machine.VcpuCount && index >= 0; target++)
        {
            if (IsCandidate(machine, vcpu, target, message) && index-- == 0)
            {
                return Give(platform, machine, vcpu, target, message);
            }
        }

        return RuleId.IpiNotAccepted;
    }

    private static RuleId SendToEach(SnpPlatform platform, Machine machine, int vcpu, in InterruptMessage message)
    {
        if (IsForAllOthers(platform, machine, vcpu, message))
        {
            // One notification will do.
            bool self = IsAddressed(machine, vcpu, vcpu, message) && LentApic.Accepts(machine, vcpu, message.Mode);
            ulong shorthand = (ulong)(self ? DestinationShorthand.All : DestinationShorthand.AllButSelf) << 18;
            return SvsmIpi.Send(platform, machine, vcpu, shorthand | IcrOf(message));
        }

        RuleId rule = RuleId.IpiNotAccepted;
        for (int target = 0; target < machine.VcpuCount; target++)
        {
            if (IsAddressed(machine, vcpu, target, message))
            {
                // That a notification failed matters more than that another did not, and any sending more than a refusal.
                RuleId given = Give(platform, machine, vcpu, target, message);
                rule = given == RuleId.SvsmNotNotified || rule == RuleId.IpiNotAccepted || (given == RuleId.SvsmIpiSent && rule != RuleId.SvsmNotNotified) ? given : rule;
            }
        }

        return rule;
    }

    private static bool IsForAllOthers(SnpPlatform platform, Machine machine, int vcpu, in InterruptMessage message)
    {
        bool all = machine.VcpuCount > 2;
        for (int target = 0; all && target < machine.VcpuCount; target++)
        {
            all = target == vcpu
                || (platform.IsEmulated(target) && IsAddressed(machine, vcpu, target, message) && LentApic.Accepts(machine, target, message.Mode));
        }

        return all;
    }

    private static bool IsAddressed(Machine machine, int vcpu, int target, in InterruptMessage message) =>
        KvmDestinations.Matches(LentApic.Plane(machine), target, vcpu, message);

    private static bool IsCandidate(Machine machine, int vcpu, int target, in InterruptMessage message) =>
        LentApic.Accepts(machine, target, message.Mode) && IsAddressed(machine, vcpu, target, message);

    /// <summary>Has the engine send it to one vCPU, unless the APIC there is off.</summary>
    private static RuleId Give(SnpPlatform platform, Machine machine, int vcpu, int target, in InterruptMessage message)
    {
        if (platform.IsEmulated(target) && !LentApic.Accepts(machine, target, message.Mode))
        {
            machine.Observer?.OnInterrupt(
                new(InterruptEventKind.Refused, target, message.Vector, message.Mode, RuleId.InterruptRefusedDisabled, message.Destination));
            return RuleId.InterruptRefusedDisabled;
        }

        return SvsmIpi.Send(platform, machine, vcpu, ((ulong)machine.InitialApicId(target) << 32) | IcrOf(message));
    }

    private static ulong IcrOf(in InterruptMessage message) => message.Vector | (message.Mode == DeliveryMode.Nmi ? NmiBits : 0);
}
