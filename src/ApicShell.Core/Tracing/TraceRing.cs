using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>Keeps the newest entries of a machine's trace in bounded memory. No part of the machine's state.</summary>
public sealed class TraceRing : MachineObserver
{
    /// <summary>Entries kept at the most, unless told otherwise.</summary>
    public const int DefaultCapacity = 16384;

    private TraceEntry[] _entries = new TraceEntry[64];
    private long _written;
    private long _cleared;
    private long _accesses;
    private bool _inAccess;
    private MachineCommand? _message;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="capacity">Entries kept at the most, 64 or more.</param>
    public TraceRing(int capacity = DefaultCapacity) => Capacity = Math.Max(capacity, _entries.Length);

    /// <summary>Entries kept at the most.</summary>
    public int Capacity { get; }

    /// <summary>The machine whose clock the entries get; without one it is 0 in all.</summary>
    public IMachine? Machine { get; set; }

    /// <summary>Entries kept now.</summary>
    public int Count => (int)Math.Min(_written - _cleared, _entries.Length);

    /// <summary>Number of the newest entry, forgotten ones included; 0 where there was none yet.</summary>
    public long LastNumber => _written;

    /// <summary>Entries that are gone because newer ones took their place.</summary>
    public long Lost => _written - _cleared - Count;

    /// <summary>An entry.</summary>
    /// <param name="index">0, the oldest kept, to <see cref="Count"/> - 1.</param>
    public TraceEntry this[int index] =>
        index >= 0 && index < Count ? _entries[(_written - Count + index) % _entries.Length] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Forgets all entries; numbers go on.</summary>
    public void Clear() => _cleared = _written;

    /// <inheritdoc/>
    public override void OnCommand(long number, in MachineCommand command)
    {
        _inAccess = command.Kind == CommandKind.Access;
        _message = command.Kind == CommandKind.Message ? command : null;
        if (!_inAccess && _message is null && !IsToldByEvents(command.Kind) && command.Kind != CommandKind.Restored)
        {
            Add(number, command.Vcpu, command);
        }
    }

    /// <inheritdoc/>
    public override void OnHop(long number, int vcpu, in Hop hop) => Add(number, vcpu, hop: hop);

    /// <inheritdoc/>
    public override void OnInterrupt(long number, in InterruptEvent interrupt)
    {
        // A device's message is one entry: what the device wrote, and that it was sent.
        Add(number, interrupt.Vcpu, _message, interrupt: interrupt);
        _message = null;
    }

    /// <inheritdoc/>
    public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
        if (command.Kind == CommandKind.Access)
        {
            _inAccess = true;
            Add(number, command.Vcpu, command, answer);
            _inAccess = false;
            _accesses++;
        }
        else if (command.Kind == CommandKind.Restored)
        {
            // It belongs to the time that the machine went back to.
            Add(number, command.Vcpu, command);
        }
    }

    /// <summary>Whether what a command causes says all of it, so that it has no entry of its own: a take, and what platforms do.</summary>
    private static bool IsToldByEvents(CommandKind kind) => kind is CommandKind.Take or CommandKind.Acknowledge or >= CommandKind.FirstOfPlatform;

    private void Add(long cause, int vcpu, MachineCommand? command = null, Answer answer = default, Hop? hop = null, InterruptEvent? interrupt = null)
    {
        if (_written == _entries.Length && _entries.Length < Capacity)
        {
            // Still unwrapped: every entry so far stands at its own index.
            Array.Resize(ref _entries, Math.Min(_entries.Length * 2, Capacity));
        }

        long access = _inAccess ? _accesses + 1 : 0;
        _entries[_written % _entries.Length] = new(_written + 1, cause, access, vcpu, command, answer, hop, interrupt, Machine?.Clock ?? 0);
        _written++;
    }
}
