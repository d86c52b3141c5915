using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// IPIs of an APIC that the SVSM emulates whole: for whom they are is found by the lent APICs, by IDs and logical IDs in the mode of each, as KVM does;
/// the delivery engine then sends them in the one form that it knows, to a 32-bit APIC ID or to all.
/// </summary>
internal static class WholeIpi
{
    private const ulong NmiBits = (ulong)DeliveryMode.Nmi << InterruptMessage.ModeShift;

    /// <summary>A fixed IPI of the sender to itself.</summary>
    public static RuleId SendSelf(SnpVcpu cpu, byte vector) =>
        Give(cpu, cpu.Index, new(cpu.Machine.InitialApicId(cpu.Index), vector));

    /// <summary>Sends the IPI of an ICR value.</summary>
    /// <param name="cpu">The sender.</param>
    /// <param name="low">Bits 31:0 of the ICR.</param>
    /// <param name="destination">The destination field: 8 bits in xAPIC mode, 32 in x2APIC mode.</param>
    public static RuleId Send(SnpVcpu cpu, uint low, uint destination)
    {
        var message = InterruptMessage.OfIcr(low, destination);
        if (message.Mode is not (DeliveryMode.Fixed or DeliveryMode.LowestPriority or DeliveryMode.Nmi))
        {
            return SnpRule.WholeIcrType;
        }

        if (message.Mode != DeliveryMode.Nmi && message.IsLevel && !message.IsAsserted)
        {
            return RuleId.InterruptDeassert;
        }

        ApicPlane plane = cpu.LentPlane;
        return message.Shorthand == DestinationShorthand.Self ? Give(cpu, cpu.Index, message)
            : message is { Shorthand: DestinationShorthand.None, IsLogical: false } && KvmDestinations.TryFindOne(plane, destination, out int target)
                ? target < 0 ? RuleId.IpiNotAccepted : Give(cpu, target, message)
            : message.ChoosesOne ? SendToOne(cpu, message)
            : SendToEach(cpu, message);
    }

    /// <summary>Of the n vCPUs that could take it, that of index vector mod n, KVM's choice.</summary>
    private static RuleId SendToOne(SnpVcpu cpu, InterruptMessage message)
    {
        int candidates = 0;
        for (int target = 0; target < cpu.Machine.VcpuCount; target++)
        {
            candidates += IsCandidate(cpu, target, message) ? 1 : 0;
        }

        int index = candidates == 0 ? -1 : message.Vector % candidates;
        for (int target = 0; target < cpu.Machine.VcpuCount && index >= 0; target++)
        {
            if (IsCandidate(cpu, target, message) && index-- == 0)
            {
                return Give(cpu, target, message);
            }
        }

        return RuleId.IpiNotAccepted;
    }

    private static RuleId SendToEach(SnpVcpu cpu, InterruptMessage message)
    {
        if (IsForAllOthers(cpu, message))
        {
            // One notification will do.
            bool self = IsAddressed(cpu, cpu.Index, message) && LentApic.Accepts(cpu, message.Mode);
            ulong shorthand = (ulong)(self ? DestinationShorthand.All : DestinationShorthand.AllButSelf) << InterruptMessage.ShorthandShift;
            return SvsmIpi.Send(cpu, shorthand | IcrOf(message));
        }

        RuleId rule = RuleId.IpiNotAccepted;
        for (int target = 0; target < cpu.Machine.VcpuCount; target++)
        {
            if (IsAddressed(cpu, target, message))
            {
                // That a notification failed matters more than that another did not, and any sending more than a refusal.
                RuleId given = Give(cpu, target, message);
                rule = given == SnpRule.SvsmNotNotified || rule == RuleId.IpiNotAccepted || (given == SnpRule.SvsmIpiSent && rule != SnpRule.SvsmNotNotified) ? given : rule;
            }
        }

        return rule;
    }

    private static bool IsForAllOthers(SnpVcpu cpu, InterruptMessage message)
    {
        bool all = cpu.Machine.VcpuCount > 2;
        for (int target = 0; all && target < cpu.Machine.VcpuCount; target++)
        {
            all = target == cpu.Index
                || (cpu.Platform.IsEmulated(target) && IsAddressed(cpu, target, message) && LentApic.Accepts(cpu.Of(target), message.Mode));
        }

        return all;
    }

    private static bool IsAddressed(SnpVcpu cpu, int target, InterruptMessage message) =>
        KvmDestinations.Matches(cpu.LentPlane, target, cpu.Index, message);

    private static bool IsCandidate(SnpVcpu cpu, int target, InterruptMessage message) =>
        LentApic.Accepts(cpu.Of(target), message.Mode) && IsAddressed(cpu, target, message);

    /// <summary>Has the engine send it to one vCPU, unless the APIC there is off.</summary>
    private static RuleId Give(SnpVcpu cpu, int target, InterruptMessage message)
    {
        if (cpu.Platform.IsEmulated(target) && !LentApic.Accepts(cpu.Of(target), message.Mode))
        {
            cpu.Of(target).Tell(InterruptEventKind.Refused, message.Vector, message.Mode, RuleId.InterruptRefusedDisabled, message.Destination);
            return RuleId.InterruptRefusedDisabled;
        }

        return SvsmIpi.Send(cpu, ((ulong)cpu.Machine.InitialApicId(target) << 32) | IcrOf(message));
    }

    private static ulong IcrOf(InterruptMessage message) => message.Vector | (message.Mode == DeliveryMode.Nmi ? NmiBits : 0);
}
