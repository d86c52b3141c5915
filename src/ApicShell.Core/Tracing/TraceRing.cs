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

    /// <summary>Makes an empty ring.</summary>
    /// <param name="capacity">Entries kept at the most, 64 or more.</param>
    public TraceRing(int capacity = DefaultCapacity) => Capacity = Math.Max(capacity, _entries.Length);

    /// <summary>Entries kept at the most.</summary>
    public int Capacity { get; }

    /// <summary>Entries kept now.</summary>
    public int Count => (int)Math.Min(_written - _cleared, _entries.Length);

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
    public override void OnHop(int vcpu, in Hop hop) => Add(new(_written + 1, AccessNumber, vcpu, null, default, hop, null));

    /// <inheritdoc/>
    public override void OnInterrupt(in InterruptEvent interrupt) => Add(new(_written + 1, AccessNumber, interrupt.Vcpu, null, default, null, interrupt));

    /// <inheritdoc/>
    public override void OnAnswer(int vcpu, in Access access, in Answer answer)
    {
        _inAccess = false;
        Add(new(_written + 1, ++_accesses, vcpu, access, answer, null, null));
    }

    /// <summary>Number of the access that is under way, or 0.</summary>
    private long AccessNumber => _inAccess ? _accesses + 1 : 0;

    private void Add(in TraceEntry entry)
    {
        if (_written == _entries.Length && _entries.Length < Capacity)
        {
            // Still unwrapped: every entry so far stands at its own index.
            Array.Resize(ref _entries, Math.Min(_entries.Length * 2, Capacity));
        }

        _entries[_written % _entries.Length] = entry;
        _written++;
    }
}
