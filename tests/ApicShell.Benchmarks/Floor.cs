using System;
using System.Numerics;

namespace ApicShell.Benchmarks;

/// <summary>
/// The minimal loop: IRR, ISR and TPR as bits, nothing decoded, no mode, no rule. What the memory work alone costs in C#.
/// </summary>
internal sealed class Floor(int apics)
{
    private readonly Apic[] _apics = new Apic[apics];
    private ulong _vector = 0x20;

    public void Run(string name, int rounds)
    {
        switch (name)
        {
            case "W1" or "W1x":
                TaskPriority(rounds);
                break;
            case "W2":
                Post(0, 0, rounds);
                break;
            case "W3" or "W3_1023":
                Post(1, 1, rounds);
                break;
            case "W4_64" or "W4_1024":
                Post(0, _apics.Length - 1, rounds);
                break;
            case "W8_1":
                Clusters(rounds, one: true);
                break;
            case "W8_16":
                Clusters(rounds, one: false);
                break;
        }
    }

    private void TaskPriority(int rounds)
    {
        ref Apic apic = ref _apics[0];
        uint seen = 0;
        for (int i = 0; i < rounds; i++)
        {
            apic.Tpr = (uint)(i & 15) << 4;
            seen ^= Math.Max(apic.Tpr, (uint)apic.Highest(isr: true) & 0xF0);
        }

        GC.KeepAlive(seen);
    }

    private void Post(int first, int last, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            int vector = Next();
            for (int apic = first; apic <= last; apic++)
            {
                _apics[apic].Request(vector);
            }

            for (int apic = first; apic <= last; apic++)
            {
                _apics[apic].TakeAndEnd(vector);
            }
        }
    }

    private void Clusters(int rounds, bool one)
    {
        int cluster = 0;
        for (int i = 0; i < rounds; i++)
        {
            int vector = Next();
            cluster = (cluster + 7) & 63;
            uint members = one ? 1u << (i & 15) : 0xFFFF;
            for (uint left = members; left != 0; left &= left - 1)
            {
                _apics[(cluster * 16) + BitOperations.TrailingZeroCount(left)].Request(vector);
            }

            for (uint left = members; left != 0; left &= left - 1)
            {
                _apics[(cluster * 16) + BitOperations.TrailingZeroCount(left)].TakeAndEnd(vector);
            }
        }
    }

    private int Next()
    {
        ulong now = _vector;
        _vector = now == 0xFF ? 0x20 : now + 1;
        return (int)now;
    }

    private unsafe struct Apic
    {
        private fixed ulong _irr[4];
        private fixed ulong _isr[4];

        public uint Tpr;

        public void Request(int vector) => _irr[vector >> 6] |= 1UL << (vector & 63);

        public void TakeAndEnd(int vector)
        {
            int requested = Highest(isr: false);
            if (requested != vector)
            {
                throw new InvalidOperationException("The loop is wrong.");
            }

            _irr[requested >> 6] &= ~(1UL << (requested & 63));
            _isr[requested >> 6] |= 1UL << (requested & 63);
            int ended = Highest(isr: true);
            _isr[ended >> 6] &= ~(1UL << (ended & 63));
        }

        public readonly int Highest(bool isr)
        {
            for (int word = 3; word >= 0; word--)
            {
                ulong bits = isr ? _isr[word] : _irr[word];
                if (bits != 0)
                {
                    return (word * 64) + BitOperations.Log2(bits);
                }
            }

            return 0;
        }
    }
}
