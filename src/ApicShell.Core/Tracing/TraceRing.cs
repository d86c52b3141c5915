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
    private MachineAction? _message;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="capacity">Entries kept at the most, 64 or more.</param>
    public TraceRing(int capacity = DefaultCapacity) => Capacity = Math.Max(capacity, _entries.Length);

    /// <summary>Entries kept at the most.</summary>
    public int Capacity { get; }

    /// <summary>The machine whose clock the entries get; without one it is 0 in all.</summary>
    public Machine? Machine { get; set; }

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
    public override void OnAccess(int vcpu, in Access access) => _inAccess = true;

    /// <inheritdoc/>
    public override void OnHop(int vcpu, in Hop hop) => Add(vcpu, hop: hop);

    /// <inheritdoc/>
    public override void OnInterrupt(in InterruptEvent interrupt)
    {
        // A device's message is one entry: what the device wrote, and that it was sent.
        Add(interrupt.Vcpu, interrupt: interrupt, action: _message);
        _message = null;
    }

    /// <inheritdoc/>
    public override void OnAction(in MachineAction action)
    {
        if (action.Kind == ActionKind.Message)
        {
            _message = action;
        }
        else
        {
            Add(action.Vcpu, action: action);
        }
    }

    /// <inheritdoc/>
    public override void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
        _inAccess = true;
        Add(vcpu, access, answer);
        _inAccess = false;
        _accesses++;
    }

    private void Add(
        int vcpu, Access? access = null, Answer answer = default, Hop? hop = null, InterruptEvent? interrupt = null, MachineAction? action = null)
    {
        if (_written == _entries.Length && _entries.Length < Capacity)
        {
            // Still unwrapped: every entry so far stands at its own index.
            Array.Resize(ref _entries, Math.Min(_entries.Length * 2, Capacity));
        }

        long number = _inAccess ? _accesses + 1 : 0;
        _entries[_written % _entries.Length] = new(_written + 1, number, vcpu, access, answer, hop, interrupt, action, Machine?.Clock ?? 0);
        _written++;
    }
}
