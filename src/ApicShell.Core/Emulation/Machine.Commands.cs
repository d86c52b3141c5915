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
    public void Stop()
    {
    }

    /// <inheritdoc/>
    public bool Can(MachineCapability capability) => capability != MachineCapability.Platform || _platform.HasCommands;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Answer Do(in MachineCommand command)
    {
        // Inlined where a command is made, and handed on in parts: a command of the machine's own has two numbers, which so stay in registers.
        _commands++;
        if (command.Kind >= CommandKind.FirstOfPlatform)
        {
            // A copy: what is handed on as a whole is kept in memory, on the other ways too.
            MachineCommand whole = command;
            return DoPlatforms(whole);
        }

        return Observer is not null
            ? DoWatched(command.Kind, command.Vcpu, command.Address, command.Data)
            : Carry(command.Kind, command.Vcpu, command.Address, command.Data);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Answer DoWatched(CommandKind kind, int vcpu, ulong address, ulong data)
    {
        MachineObserver observer = Observer!;
        var command = new MachineCommand(kind, vcpu, address, data);
        observer.OnCommand(_commands, command);
        Answer answer = Carry(kind, vcpu, address, data);
        observer.OnAnswer(_commands, command, answer);
        return answer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Answer DoPlatforms(in MachineCommand command)
    {
        Observer?.OnCommand(_commands, command);
        Answer answer = _platform.Do(command);
        Observer?.OnAnswer(_commands, command, answer);
        return answer;
    }

    /// <summary>Tells who watches of an interrupt, as caused by the command that is being done.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Tell(in InterruptEvent interrupt) => Observer?.OnInterrupt(_commands, interrupt);

    /// <summary>Tells who watches of a hop.</summary>
    internal void Tell(int vcpu, in Hop hop) => Observer?.OnHop(_commands, vcpu, hop);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Answer Carry(CommandKind kind, int vcpu, ulong address, ulong data) => kind switch
    {
        // Not left to the runtime's guess: a native machine's platform answers where the command is made.
        CommandKind.Access when _native is { } native => native.Execute(vcpu, Access.OfBits(address, data)),
        CommandKind.Access => _platform.Execute(vcpu, Access.OfBits(address, data)),
        CommandKind.Take => TakeNext(vcpu).AsAnswer(),
        CommandKind.Acknowledge => AcknowledgeNext(vcpu, data != 0).AsAnswer(),
        CommandKind.ClockStep => StepClock(data),
        _ => CarryOther(kind, vcpu, address, data),
    };

    private Answer CarryOther(CommandKind kind, int vcpu, ulong address, ulong data)
    {
        switch (kind)
        {
            case CommandKind.InterruptFlag:
                _vcpus[vcpu].InterruptFlag = (byte)data;
                _platform.AfterVcpuChange(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Cr8:
                return SetCr8(vcpu, data);
            case CommandKind.Message:
                return Deliver(InterruptMessage.OfBits(data));
            case CommandKind.DirectMessage:
                return Accepted(Acceptance.Give(_guest, vcpu, InterruptMessage.OfBits(data)));
            case CommandKind.Nmi:
                return Answer.Done(TakeInNmi(vcpu));
            case CommandKind.Pin:
                return Answer.Done(LocalVector.SetPin(_guest, vcpu, (int)address, (data & 0x100) != 0, (byte)data));
            case CommandKind.LocalInterrupt:
                return Answer.Done(LocalVector.Raise(_guest, vcpu, (ApicRegister)address));
            case CommandKind.Pause:
                return SetPaused(vcpu, (byte)data);
            case CommandKind.HostWord:
                return SetHostWord(vcpu, (uint)address, (uint)data);
            case CommandKind.Init:
                TakeInInit(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Startup:
                return TakeInStartup(vcpu, (byte)data) ? Answer.Done(RuleId.None) : Answer.Dropped(RuleId.StartupIgnored);
            case CommandKind.Reset:
                ResetState(vcpu);
                return Answer.Done(RuleId.None);
            case CommandKind.Added:
                return AddOne((uint)data);
            case CommandKind.Halt:
                return HaltOne(vcpu, data);
            case CommandKind.Restored when _checkpoint is not null:
                return Load(_checkpoint);
            default:
                return _platform.Do(new(kind, vcpu, address, data));
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
