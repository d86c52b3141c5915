using System;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Interop;
using ApicShell.Kvm.Machines;
using ApicShell.Kvm.Threads;

namespace ApicShell.Kvm;

/// <content>The commands, as the thread does them.</content>
public sealed partial class KvmMachine
{
    private const uint LvtTimerOffset = 0x320;
    private const uint TimerInitialOffset = 0x380;
    private const uint TimerCurrentOffset = 0x390;

    // A timer's entry that the host gave a message type: then it may send anything, at any time.
    private bool _timersMaySendAnything;

    private static Answer HostDone(ulong value = 0) => new(Outcome.Done, RuleId.KernelAnswered, value, Responder.Kvm, Route.HostApi);

    private Answer Carry(in MachineCommand command, ThreadSignals signals)
    {
        _changes++;
        _disturbances += command.Kind == CommandKind.Take || (command.Kind == CommandKind.Access && !command.Access.IsWrite) ? 0 : 1;
        DeliveryMode? sent = SentBy(command);
        if (sent == DeliveryMode.Smi && _hasSmm)
        {
            // It would be taken at once, by a handler that the guest does not have.
            return s_refused;
        }

        _sends += sent is null ? 0 : 1;
        if (sent == DeliveryMode.Nmi)
        {
            _vcpus.ForEach(slot => slot.MayHaveNmi = true);
        }

        if (command.Kind == CommandKind.Message)
        {
            _events.Add(new(InterruptEventKind.Sent, -1, command.Message.Vector, command.Message.Mode, RuleId.KernelAnswered, command.Message.Destination));
        }

        DeliveryWatch? watch = sent is not null && Observer is { WatchesDelivery: true } ? new DeliveryWatch(_vcpus) : null;
        Answer answer = CarryOut(command, signals);
        if (sent is DeliveryMode.Init or DeliveryMode.Startup || _timersMaySendAnything)
        {
            TellStarts();
        }

        watch?.Tell(_vcpus, _events);
        return answer;
    }

    private Answer CarryOut(in MachineCommand command, ThreadSignals signals) => command.Kind switch
    {
        CommandKind.Access when command.Access.Origin == AccessOrigin.Guest => GuestAccess(_vcpus[command.Vcpu], command.Access, signals),
        CommandKind.Access when command.Access.Origin == AccessOrigin.Host => HostAccess(_vcpus[command.Vcpu], command.Access),
        CommandKind.Take => TakeNext(command.Vcpu, isAsked: false, signals),
        CommandKind.Acknowledge => TakeNext(command.Vcpu, isAsked: true, signals),
        CommandKind.InterruptFlag => SetInterruptFlag(_vcpus[command.Vcpu], command.Data != 0),
        CommandKind.Cr8 => SetCr8(_vcpus[command.Vcpu], command.Data, signals),
        CommandKind.ClockStep => StepClock(command.Data, signals),
        CommandKind.Halt => Halt(command.Vcpu, command.Data, signals),
        CommandKind.Message => SendMessage(command.Message),
        CommandKind.Nmi => PostNmi(_vcpus[command.Vcpu]),
        CommandKind.HostWord => SetHostWord(_vcpus[command.Vcpu], (uint)command.Address, (uint)command.Data),
        CommandKind.Init => Initialize(_vcpus[command.Vcpu]),
        CommandKind.Startup => Start(_vcpus[command.Vcpu], (byte)command.Data),
        CommandKind.Reset => Reset(_vcpus[command.Vcpu]),
        CommandKind.Added => AddOne((uint)command.Data),
        _ => s_refused,
    };

    /// <summary>What a command sends to APICs, if it does what it says; null for nothing.</summary>
    private static DeliveryMode? SentBy(in MachineCommand command)
    {
        switch (command.Kind)
        {
            case CommandKind.Message:
                return command.Message.Mode;
            case CommandKind.Nmi:
                return DeliveryMode.Nmi;
            case CommandKind.Init:
                return DeliveryMode.Init;
            case CommandKind.Startup:
                return DeliveryMode.Startup;
            case CommandKind.Access when command.Access.IsWrite:
                Access access = command.Access;
                return access.Register switch
                {
                    ApicRegister.Icr => InterruptMessage.OfIcr((uint)access.Value, 0).Mode,
                    ApicRegister.SelfIpi => DeliveryMode.Fixed,
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static Answer HostAccess(VcpuSlot slot, in Access access)
    {
        if (access.Kind != AccessKind.Msr)
        {
            return s_refused;
        }

        NoteTimer(slot, access);
        if (access.IsWrite)
        {
            slot.IsChangedByHost = true;
            return slot.Vcpu.WriteMsr(access.Address, access.Value) ? HostDone() : HostRejected();
        }

        return slot.Vcpu.ReadMsr(access.Address) is { } value
            ? new(Outcome.Value, RuleId.KernelAnswered, value, Responder.Kvm, Route.HostApi)
            : HostRejected();
    }

    private static Answer HostRejected() => new(Outcome.Rejected, RuleId.KernelAnswered, 0, Responder.Kvm, Route.HostApi);

    /// <summary>Notes that a vCPU's timer may run from now on.</summary>
    private static void NoteTimer(VcpuSlot slot, in Access access) =>
        slot.HasTimer |= access.IsWrite && access.Register is ApicRegister.TimerInitial or ApicRegister.TscDeadline && access.Value != 0;

    private static Answer SetInterruptFlag(VcpuSlot slot, bool on)
    {
        slot.InterruptFlag = on;
        return HostDone();
    }

    private Answer SendMessage(in InterruptMessage message)
    {
        ulong address = message.MsiAddress;
        var msi = new MsiMessage { AddressLow = (uint)address, AddressHigh = (uint)(address >> 32), Data = message.MsiData };
        int count = _parts.Machine.Try(KvmCall.KVM_SIGNAL_MSI, ref msi);
        count = count < 0 && Errno.Last != Errno.EPERM ? -Errno.Last : count;
        return new(count > 0 ? Outcome.Done : Outcome.Dropped, RuleId.KernelAnswered, (ulong)count, Responder.Kvm, Route.HostApi);
    }

    private static Answer PostNmi(VcpuSlot slot)
    {
        slot.Vcpu.PostNmi();
        return HostDone();
    }

    private Answer SetHostWord(VcpuSlot slot, uint offset, uint value)
    {
        byte[] page = new byte[HostPage.Size];
        if (offset > HostPage.Size - sizeof(uint))
        {
            return s_refused;
        }

        slot.Vcpu.GetPage(page);
        BitConverter.TryWriteBytes(page.AsSpan((int)offset), value);
        slot.IsChangedByHost = true;
        slot.HasTimer |= offset is TimerInitialOffset or TimerCurrentOffset;
        if (offset == LvtTimerOffset && (value & InterruptMessage.ModeMask) != 0)
        {
            _timersMaySendAnything = true;
            _vcpus.ForEach(each => each.MayHaveNmi = true);
        }

        return slot.Vcpu.SetPage(page) ? HostDone() : HostRejected();
    }

    /// <summary>INIT as a host restores it: that it came, and nothing of it was done yet.</summary>
    private static Answer Initialize(VcpuSlot slot)
    {
        VcpuEvents events = slot.Vcpu.GetEvents();
        (events.LatchedInit, events.Flags) = (1, VcpuEvents.ValidSmm);
        slot.Vcpu.SetEvents(events);
        return HostDone();
    }

    /// <summary>A start-up as a host restores it: the vector, and that it came.</summary>
    private static Answer Start(VcpuSlot slot, byte vector)
    {
        if (!slot.IsWaiting)
        {
            return new(Outcome.Dropped, RuleId.StartupIgnored, 0, Responder.Kvm, Route.HostApi);
        }

        VcpuEvents events = slot.Vcpu.GetEvents();
        (events.SipiVector, events.Flags) = (vector, VcpuEvents.ValidSipiVector);
        slot.Vcpu.SetEvents(events);
        slot.Vcpu.SetMpState(MpState.SipiReceived);
        return HostDone();
    }

    /// <summary>RESET as a host does it: it sets what it noted when the vCPU was made.</summary>
    private static Answer Reset(VcpuSlot slot)
    {
        Vcpu vcpu = slot.Vcpu;
        vcpu.WriteMsr(ApicMsr.TscDeadline, 0);
        if (!vcpu.WriteMsr(ApicMsr.ApicBase, slot.ResetBase) || !vcpu.SetPage(slot.ResetPage))
        {
            throw new KvmException($"The kernel did not take back the state that vCPU {vcpu.ApicId} was made in.");
        }

        vcpu.SetEvents(new VcpuEvents { Flags = VcpuEvents.ValidNmiPending | VcpuEvents.ValidSipiVector });
        vcpu.SetMpState(MpState.Runnable);
        vcpu.EnterLongMode();
        slot.ForgetAll();
        return HostDone();
    }

    private Answer AddOne(uint apicId)
    {
        CheckIds([apicId]);
        _parts.AddVcpus([apicId]);
        return HostDone();
    }
}
