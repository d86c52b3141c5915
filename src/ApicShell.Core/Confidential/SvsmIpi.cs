using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Compatibility;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// IPIs of the SVSM's APIC: posted where the target's SVSM finds them, with one notification by the host for all targets but the sender
/// (coconut-svsm cpu/apic.rs, send_ipi).
/// </summary>
internal static class SvsmIpi
{
    /// <summary>The vector by which SVSMs notify each other: an arbitrary choice of coconut-svsm.</summary>
    public const byte NotificationVector = 0x50;

    /// <summary>Destination mode and shorthand, the parts of an ICR value that the notification keeps.</summary>
    private const uint KeptBits = InterruptMessage.LogicalBit | InterruptMessage.ShorthandMask;

    /// <summary>Sends the IPI of an ICR value that is allowed.</summary>
    public static RuleId Send(SnpVcpu cpu, ulong icr)
    {
        var message = InterruptMessage.OfIcr((uint)icr, (uint)(icr >> 32));
        Tell(cpu, InterruptEventKind.Sent, message, SnpRule.SvsmIpiSent);
        bool isBroadcast = message.Shorthand == DestinationShorthand.None && message.Destination == InterruptMessage.X2Broadcast;
        if (message.Shorthand == DestinationShorthand.None && !isBroadcast)
        {
            return message.IsLogical
                ? SendLogical(cpu, icr, message)
                : SendPhysical(cpu, icr, message);
        }

        bool others = message.Shorthand != DestinationShorthand.Self;
        bool notifies = false;
        for (int target = 0; others && target < cpu.Machine.VcpuCount; target++)
        {
            notifies |= target != cpu.Index && Post(cpu.Of(target), message) == SnpRule.SvsmIpiPosted;
        }

        if (message.Shorthand != DestinationShorthand.AllButSelf)
        {
            GiveSelf(cpu, message);
        }

        return notifies ? Notify(cpu, icr, isBroadcast) : SnpRule.SvsmIpiSent;
    }

    /// <summary>A fixed IPI of the sender to itself.</summary>
    public static RuleId SendSelf(SnpVcpu cpu, byte vector) => SvsmDelivery.Accept(cpu, vector, SnpRule.SvsmIpiSent);

    private static RuleId SendLogical(SnpVcpu cpu, ulong icr, InterruptMessage message)
    {
        bool notifies = false;
        var destination = new LogicalId(message.Destination);
        for (uint bits = destination.InX2Cluster; bits != 0; bits &= bits - 1)
        {
            uint id = LogicalId.FirstOfX2Cluster(destination.X2Cluster) + (uint)Bits.Lowest(bits);
            int target = cpu.Machine.VcpuOfApicId(id);
            if (target == cpu.Index)
            {
                GiveSelf(cpu, message);
            }
            else if (target >= 0)
            {
                notifies |= Post(cpu.Of(target), message) == SnpRule.SvsmIpiPosted;
            }
        }

        return notifies ? Notify(cpu, icr, isBroadcast: false) : SnpRule.SvsmIpiSent;
    }

    private static RuleId SendPhysical(SnpVcpu cpu, ulong icr, InterruptMessage message)
    {
        int target = cpu.Machine.VcpuOfApicId(message.Destination);
        if (target == cpu.Index)
        {
            GiveSelf(cpu, message);
            return SnpRule.SvsmIpiSent;
        }

        if (target < 0)
        {
            return SnpRule.SvsmIpiNobody;
        }

        bool asFixed = cpu.Has(SvsmBehavior.NmiSentAsFixed);
        RuleId posted = Post(cpu.Of(target), asFixed ? message.As(DeliveryMode.Fixed) : message);
        return posted == SnpRule.SvsmIpiPosted ? Notify(cpu, icr, isBroadcast: false) : posted;
    }

    private static void GiveSelf(SnpVcpu cpu, InterruptMessage message)
    {
        if (message.Mode == DeliveryMode.Nmi)
        {
            ref SvsmApicState apic = ref cpu.State.Svsm;
            Tell(cpu, apic.Nmi == 0 ? InterruptEventKind.Accepted : InterruptEventKind.Merged, message, SnpRule.SvsmIpiSent);
            (apic.Nmi, apic.UpdateRequired) = (1, 1);
        }
        else
        {
            SvsmDelivery.Accept(cpu, message.Vector, SnpRule.SvsmIpiSent);
        }
    }

    /// <summary>Leaves the IPI where the target's SVSM finds it. A target that refuses is not notified: its guest would get the notification.</summary>
    private static RuleId Post(SnpVcpu target, InterruptMessage message)
    {
        ref SnpVcpuState state = ref target.State;
        RuleId rule = Refusal(target, message);
        if (rule != RuleId.None)
        {
            Tell(target, InterruptEventKind.Refused, message, rule);
            return rule;
        }

        bool isNmi = message.Mode == DeliveryMode.Nmi;
        bool isNew = isNmi ? state.Svsm.PostedNmi == 0 : state.Svsm.Post(message.Vector);
        state.Svsm.PostedNmi |= (byte)(isNmi ? 1 : 0);
        Tell(target, isNew ? InterruptEventKind.Accepted : InterruptEventKind.Merged, message, SnpRule.SvsmIpiPosted);
        return SnpRule.SvsmIpiPosted;
    }

    private static RuleId Refusal(SnpVcpu target, InterruptMessage message) =>
        target.State.Emulates == 0 ? SnpRule.SvsmTargetWithoutEmulation
        : message.Mode == DeliveryMode.Fixed && message.Vector < Acceptance.FirstLegalVector && !target.Has(SvsmBehavior.TakesIllegalVectors)
            ? SnpRule.SvsmIllegalVector
        : RuleId.None;

    /// <summary>
    /// Has the host interrupt the targets' SVSMs: the same destination, the notification's vector, fixed; the sender is left out where the shorthand
    /// can say so.
    /// </summary>
    private static RuleId Notify(SnpVcpu cpu, ulong icr, bool isBroadcast)
    {
        const ulong AllShorthand = (ulong)DestinationShorthand.All << InterruptMessage.ShorthandShift;
        const ulong AllButSelfShorthand = (ulong)DestinationShorthand.AllButSelf << InterruptMessage.ShorthandShift;
        ulong value = (icr & 0xFFFF_FFFF_0000_0000) | (icr & KeptBits) | NotificationVector;
        if ((icr & InterruptMessage.ShorthandMask) == AllShorthand || (isBroadcast && !cpu.Has(SvsmBehavior.BroadcastNotifiesSender)))
        {
            value |= AllButSelfShorthand;
        }

        bool done = (cpu.Platform.Features & HypervisorFeatures.RestrictedInjection) != 0
            ? cpu.ExitOfSvsm(GhcbExitCode.HvIpi, value)
            : Hypervisor.Exit(cpu, Vmpl.Svsm, GhcbRequest.WriteMsr(ApicMsr.X2First + 0x30, value)).Failure == 0;
        return done ? SnpRule.SvsmIpiSent : SnpRule.SvsmNotNotified;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tell(SnpVcpu cpu, InterruptEventKind kind, InterruptMessage message, RuleId rule) =>
        cpu.Tell(kind, message.Vector, message.Mode, rule, message.Destination);
}
