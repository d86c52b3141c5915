using System;

namespace ApicShell.Emulation;

/// <summary>Running timers by the time they end: a binary heap in which a vCPU's timer is also found by its index.</summary>
internal sealed class TimerQueue
{
    /// <summary>The time of a timer that does not run.</summary>
    public const ulong Never = ulong.MaxValue;

    private Entry[] _heap = [];
    private int[] _places = [];

    public int Count { get; private set; }

    /// <summary>When the first timer ends; <see cref="Never"/> where none runs.</summary>
    public ulong FirstTime { get; private set; } = Never;

    /// <summary>Whose timer ends first; there must be one. Of several at one time, the lowest index.</summary>
    public int First => _heap[0].Vcpu;

    /// <summary>Whether a vCPU's timer runs.</summary>
    public bool Contains(int vcpu) => vcpu < _places.Length && _places[vcpu] != 0;

    /// <summary>Starts a vCPU's timer, or moves its end.</summary>
    public void Set(int vcpu, ulong time)
    {
        if (vcpu >= _places.Length || (_places[vcpu] == 0 && Count == _heap.Length))
        {
            Grow(vcpu);
        }

        if (_places[vcpu] == 0)
        {
            _places[vcpu] = ++Count;
        }

        int place = _places[vcpu] - 1;
        _heap[place] = new(time, vcpu);
        if (Count > 1)
        {
            Down(Up(place));
        }

        FirstTime = _heap[0].Time;
    }

    /// <summary>Stops a vCPU's timer, if it runs.</summary>
    public void Remove(int vcpu)
    {
        if (!Contains(vcpu))
        {
            return;
        }

        int place = _places[vcpu] - 1;
        _places[vcpu] = 0;
        Count--;
        if (place != Count)
        {
            Put(place, _heap[Count]);
            Down(Up(place));
        }

        FirstTime = Count == 0 ? Never : _heap[0].Time;
    }

    private void Grow(int vcpu)
    {
        if (vcpu >= _places.Length)
        {
            Array.Resize(ref _places, Math.Max(vcpu + 1, _places.Length * 2));
        }

        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Math.Max(1, Count * 2));
        }
    }

    private int Up(int place)
    {
        Entry entry = _heap[place];
        while (place > 0 && entry.IsBefore(_heap[(place - 1) / 2]))
        {
            Put(place, _heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, entry);
        return place;
    }

    private void Down(int place)
    {
        Entry entry = _heap[place];
        while (true)
        {
            int child = (2 * place) + 1;
            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (child >= Count || !_heap[child].IsBefore(entry))
            {
                Put(place, entry);
                return;
            }

            Put(place, _heap[child]);
            place = child;
        }
    }

    private void Put(int place, Entry entry)
    {
        _heap[place] = entry;
        _places[entry.Vcpu] = place + 1;
    }

    private readonly struct Entry(ulong time, int vcpu)
    {
        public ulong Time { get; } = time;

        public int Vcpu { get; } = vcpu;

        public bool IsBefore(Entry other) => Time < other.Time || (Time == other.Time && Vcpu < other.Vcpu);
    }
}
