using System;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <content>The one way in: whatever is done to the machine from outside is a command, passes here, and is told to who watches.</content>
public sealed partial class Machine
{
    /// <summary>Number of the last command, or of the one that is being done: from 1, never used twice in a machine.</summary>
    public long CommandCount => _commands;

    /// <inheritdoc/>
    public bool Can(MachineCapability capability) => capability != MachineCapability.Platform || _platform.HasCommands;

    /// <inheritdoc/>
    public Answer Do(in MachineCommand command)
    {
        _commands++;
        return Observer is null ? Carry(command) : CarryWatched(Observer, command);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Answer CarryWatched(MachineObserver observer, in MachineCommand command)
    {
        observer.OnCommand(_commands, command);
        Answer answer = Carry(command);
        observer.OnAnswer(_commands, command, answer);
        return answer;
    }

    /// <summary>Tells who watches of an interrupt, as caused by the command that is being done.</summary>
    internal void Tell(in InterruptEvent interrupt) => Observer?.OnInterrupt(_commands, interrupt);

    /// <summary>Tells who watches of a hop.</summary>
    internal void Tell(int vcpu, in Hop hop) => Observer?.OnHop(_commands, vcpu, hop);

    // Inlined where it is called, so that an access, which most commands are, costs no more than the call that answers it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Answer Carry(in MachineCommand command) =>
        command.Kind == CommandKind.Access ? _platform.Execute(command.Vcpu, command.Access) : CarryOther(command);

    private Answer CarryOther(in MachineCommand command)
    {
        int vcpu = command.Vcpu;
        switch (command.Kind)
        {
            case CommandKind.Take:
                return TakeNext(vcpu).AsAnswer();
            case CommandKind.Acknowledge:
                return AcknowledgeNext(vcpu, command.Data != 0).AsAnswer();
            case CommandKind.InterruptFlag:
                _vcpus[vcpu].InterruptFlag = (byte)command.Data;
                _platform.AfterVcpuChange(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Cr8:
                return SetCr8(vcpu, command.Data);
            case CommandKind.ClockStep:
                return StepClock(command.Data);
            case CommandKind.Message:
                return Deliver(command.Message);
            case CommandKind.DirectMessage:
                return Accepted(Acceptance.Give(_guest, vcpu, command.Message));
            case CommandKind.Nmi:
                return Answer.Done(TakeInNmi(vcpu));
            case CommandKind.Pin:
                return Answer.Done(LocalVector.SetPin(_guest, vcpu, (int)command.Address, (command.Data & 0x100) != 0, (byte)command.Data));
            case CommandKind.LocalInterrupt:
                return Answer.Done(LocalVector.Raise(_guest, vcpu, (ApicRegister)command.Address));
            case CommandKind.Pause:
                return SetPaused(vcpu, (byte)command.Data);
            case CommandKind.HostWord:
                return SetHostWord(vcpu, (uint)command.Address, (uint)command.Data);
            case CommandKind.Init:
                TakeInInit(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Startup:
                return TakeInStartup(vcpu, (byte)command.Data) ? Answer.Done(RuleId.None) : Answer.Dropped(RuleId.StartupIgnored);
            case CommandKind.Reset:
                ResetState(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Added:
                return AddOne((uint)command.Data);
            case CommandKind.Restored when _checkpoint is not null:
                return Load(_checkpoint);
            default:
                return _platform.Do(command);
        }
    }

    private static Answer Accepted(int count) => new(count > 0 ? Outcome.Done : Outcome.Dropped, RuleId.None, (ulong)count);

    /// <summary>A device's message, to those whom its destination names.</summary>
    private Answer Deliver(in InterruptMessage message)
    {
        Tell(new(InterruptEventKind.Sent, -1, message.Vector, message.Mode, RuleId.IpiAccepted, message.Destination));
        return Accepted(_guest.Destinations.Send(_guest, -1, message));
    }

    private Answer SetCr8(int vcpu, ulong value)
    {
        if (value > 0xF)
        {
            return Answer.Refuse(AccessOrigin.Guest, RuleId.Cr8ReservedBits);
        }

        _platform.WriteCr8(vcpu, (byte)value);
        return Answer.Done(RuleId.None);
    }

    private Answer SetPaused(int vcpu, byte flag)
    {
        _vcpus[vcpu].Paused = flag;
        foreach (ApicPlane plane in _planes)
        {
            ApicTimer.Deliver(plane, vcpu);
        }

        _platform.AfterVcpuChange(vcpu);
        return Answer.Done(RuleId.None);
    }

    private Answer SetHostWord(int vcpu, uint offset, uint value) =>
        KvmPage.Set(_guest, vcpu, (offset & 0xF) == 0 ? RegisterCatalogue.AtOffset(offset) : null, value)
            ? Answer.Done(RuleId.None)
            : new(Outcome.Rejected, RuleId.KvmHostPageId);

    private Answer AddOne(uint apicId)
    {
        int vcpu = VcpuCount;
        Reserve(vcpu + 1);
        VcpuCount++;
        foreach (ApicPlane plane in _planes)
        {
            plane.Add(apicId);
        }

        ResetState(vcpu);
        foreach (ApicPlane plane in _planes)
        {
            plane.Apics[vcpu].Unmapped = (byte)((Traits.Quirks & KvmQuirks.LastVcpuUnmapped) != 0 ? 1 : 0);
        }

        return Answer.Done(RuleId.None);
    }

    /// <summary>Makes room for vCPUs, so that adding many grows the arrays once.</summary>
    private void Reserve(int count)
    {
        if (count > _vcpus.Length)
        {
            Array.Resize(ref _vcpus, count);
            _platform.Attach(this, count);
            foreach (ApicPlane plane in _planes)
            {
                plane.Reserve(count);
            }
        }
    }

    private void ResetState(int vcpu)
    {
        foreach (ApicPlane plane in _planes)
        {
            plane.Reset(vcpu);
        }

        _vcpus[vcpu] = default;
        _platform.Reset(vcpu);
    }
}
