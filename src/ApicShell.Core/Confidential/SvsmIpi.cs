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

    private const uint Broadcast = 0xFFFF_FFFF;

    /// <summary>Destination mode and shorthand, the parts of an ICR value that the notification keeps.</summary>
    private const uint KeptBits = 0x000C_0800;

    /// <summary>Message type, destination mode and shorthand: with none of them an IPI is fixed and physical.</summary>
    private const uint NotPlain = 0x000C_0F00;

    /// <summary>Sends the IPI of an ICR value that is allowed.</summary>
    public static RuleId Send(SnpPlatform platform, Machine machine, int vcpu, ulong icr)
    {
        if ((icr & NotPlain) == 0 && machine.Observer is null && TrySendPlainly(platform, machine, vcpu, icr))
        {
            return RuleId.SvsmIpiSent;
        }

        return SendMessage(platform, machine, vcpu, icr);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RuleId SendMessage(SnpPlatform platform, Machine machine, int vcpu, ulong icr)
    {
        var message = InterruptMessage.OfIcr((uint)icr, (uint)(icr >> 32));
        machine.Observer?.OnInterrupt(new(InterruptEventKind.Sent, vcpu, message.Vector, message.Mode, RuleId.SvsmIpiSent, message.Destination));
        bool isBroadcast = message.Shorthand == DestinationShorthand.None && message.Destination == Broadcast;
        if (message.Shorthand == DestinationShorthand.None && !isBroadcast)
        {
            return message.IsLogical
                ? SendLogical(platform, machine, vcpu, icr, message)
                : SendPhysical(platform, machine, vcpu, icr, message);
        }

        bool others = message.Shorthand != DestinationShorthand.Self;
        bool notifies = false;
        for (int target = 0; others && target < machine.VcpuCount; target++)
        {
            notifies |= target != vcpu && Post(platform, machine, target, message) == RuleId.SvsmIpiPosted;
        }

        if (message.Shorthand != DestinationShorthand.AllButSelf)
        {
            GiveSelf(platform, machine, vcpu, message);
        }

        return notifies ? Notify(platform, machine, vcpu, icr, isBroadcast) : RuleId.SvsmIpiSent;
    }

    /// <summary>A fixed IPI of the sender to itself.</summary>
    public static RuleId SendSelf(SnpPlatform platform, Machine machine, int vcpu, ref SnpVcpuState state, byte vector) =>
        SvsmDelivery.TryGive(machine, vcpu, ref state, vector)
            ? RuleId.SvsmIpiSent
            : SvsmDelivery.Accept(platform, machine, vcpu, vector, RuleId.SvsmIpiSent);

    /// <summary>The short way of a fixed IPI by physical ID to another vCPU that can take it and be notified.</summary>
    /// <returns>Whether it was sent; else nothing has happened.</returns>
    private static bool TrySendPlainly(SnpPlatform platform, Machine machine, int vcpu, ulong icr)
    {
        int target = machine.VcpuOfApicId((uint)(icr >> 32));
        if (target < 0 || target == vcpu || (byte)icr < Acceptance.FirstLegalVector)
        {
            return false;
        }

        ApicPlane plane = machine.SvsmPlane;
        ref LocalApicState sender = ref plane.Apics[vcpu];
        ref LocalApicState apic = ref plane.Apics[target];
        ref SnpVcpuState state = ref platform.At(target);

        // A vCPU that can be notified is under Alternate Injection, so it has emulation.
        if (!HypervisorDelivery.CanNotifyOne(platform, plane, sender, apic, state))
        {
            return false;
        }

        platform.ExitCount++;
        HypervisorDelivery.NotifyOne(ref sender, ref apic, (icr & ~0xFFFF_FFFFUL) | NotificationVector);
        SvsmEntry.Deliver(platform, machine, target, ref state, (byte)icr);
        return true;
    }

    private static RuleId SendLogical(SnpPlatform platform, Machine machine, int vcpu, ulong icr, in InterruptMessage message)
    {
        bool notifies = false;
        for (uint bits = message.Destination & 0xFFFF; bits != 0; bits &= bits - 1)
        {
            uint id = (message.Destination >> 16 << 4) + (uint)Bits.Lowest(bits);
            int target = machine.VcpuOfApicId(id);
            if (target == vcpu)
            {
                GiveSelf(platform, machine, vcpu, message);
            }
            else if (target >= 0)
            {
                notifies |= Post(platform, machine, target, message) == RuleId.SvsmIpiPosted;
            }
        }

        return notifies ? Notify(platform, machine, vcpu, icr, isBroadcast: false) : RuleId.SvsmIpiSent;
    }

    private static RuleId SendPhysical(SnpPlatform platform, Machine machine, int vcpu, ulong icr, in InterruptMessage message)
    {
        int target = machine.VcpuOfApicId(message.Destination);
        if (target == vcpu)
        {
            GiveSelf(platform, machine, vcpu, message);
            return RuleId.SvsmIpiSent;
        }

        if (target < 0)
        {
            return RuleId.SvsmIpiNobody;
        }

        bool asFixed = platform.Options.Has(SvsmBehavior.NmiSentAsFixed);
        RuleId posted = Post(platform, machine, target, asFixed ? message with { Mode = DeliveryMode.Fixed } : message);
        return posted == RuleId.SvsmIpiPosted ? Notify(platform, machine, vcpu, icr, isBroadcast: false) : posted;
    }

    private static void GiveSelf(SnpPlatform platform, Machine machine, int vcpu, in InterruptMessage message)
    {
        if (message.Mode == DeliveryMode.Nmi)
        {
            ref SvsmApicState apic = ref platform.At(vcpu).Svsm;
            Tell(machine, apic.Nmi == 0 ? InterruptEventKind.Accepted : InterruptEventKind.Merged, vcpu, message, RuleId.SvsmIpiSent);
            (apic.Nmi, apic.UpdateRequired) = (1, 1);
        }
        else
        {
            SvsmDelivery.Accept(platform, machine, vcpu, message.Vector, RuleId.SvsmIpiSent);
        }
    }

    /// <summary>Leaves the IPI where the target's SVSM finds it. A target that refuses is not notified: its guest would get the notification.</summary>
    private static RuleId Post(SnpPlatform platform, Machine machine, int target, in InterruptMessage message)
    {
        ref SnpVcpuState state = ref platform.At(target);
        RuleId rule = Refusal(platform, state, message);
        if (rule != RuleId.None)
        {
            Tell(machine, InterruptEventKind.Refused, target, message, rule);
            return rule;
        }

        bool isNmi = message.Mode == DeliveryMode.Nmi;
        bool isNew = isNmi ? state.Svsm.PostedNmi == 0 : state.Svsm.Post(message.Vector);
        state.Svsm.PostedNmi |= (byte)(isNmi ? 1 : 0);
        Tell(machine, isNew ? InterruptEventKind.Accepted : InterruptEventKind.Merged, target, message, RuleId.SvsmIpiPosted);
        return RuleId.SvsmIpiPosted;
    }

    private static RuleId Refusal(SnpPlatform platform, in SnpVcpuState target, in InterruptMessage message) =>
        target.Emulates == 0 ? RuleId.SvsmTargetWithoutEmulation
        : message.Mode == DeliveryMode.Fixed && message.Vector < Acceptance.FirstLegalVector && !platform.Options.Has(SvsmBehavior.TakesIllegalVectors)
            ? RuleId.SvsmIllegalVector
        : RuleId.None;

    /// <summary>
    /// Has the host interrupt the targets' SVSMs: the same destination, the notification's vector, fixed; the sender is left out where the shorthand
    /// can say so.
    /// </summary>
    private static RuleId Notify(SnpPlatform platform, Machine machine, int vcpu, ulong icr, bool isBroadcast)
    {
        const ulong AllShorthand = (ulong)DestinationShorthand.All << 18;
        const ulong AllButSelfShorthand = (ulong)DestinationShorthand.AllButSelf << 18;
        ulong value = (icr & 0xFFFF_FFFF_0000_0000) | (icr & KeptBits) | NotificationVector;
        if ((icr & AllButSelfShorthand) == AllShorthand || (isBroadcast && !platform.Options.Has(SvsmBehavior.BroadcastNotifiesSender)))
        {
            value |= AllButSelfShorthand;
        }

        bool done = (platform.Features & HypervisorFeatures.RestrictedInjection) != 0
            ? platform.Exit(machine, vcpu, Vmpl.Svsm, new(GhcbExitCode.HvIpi, value)).Info1 == GhcbReply.Success
            : platform.Exit(machine, vcpu, Vmpl.Svsm, GhcbRequest.WriteMsr(ApicMsr.X2First + 0x30, value)).Info1 == GhcbReply.Success;
        return done ? RuleId.SvsmIpiSent : RuleId.SvsmNotNotified;
    }

    private static void Tell(Machine machine, InterruptEventKind kind, int vcpu, in InterruptMessage message, RuleId rule) =>
        machine.Observer?.OnInterrupt(new(kind, vcpu, message.Vector, message.Mode, rule, message.Destination));
}
