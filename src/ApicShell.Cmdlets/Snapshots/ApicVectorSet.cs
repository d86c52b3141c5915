using System;
using System.Collections;
using System.Collections.Generic;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>A set of vectors, 0 to 255, lowest first: IRR, ISR, TMR or IER at one moment.</summary>
public sealed class ApicVectorSet : IReadOnlyCollection<byte>
{
    private const int WordBits = 32;
    private const int Vectors = 256;

    private readonly uint[] _words = new uint[Vectors / WordBits];

    /// <summary>The set of eight registers.</summary>
    /// <param name="apic">The local APIC.</param>
    /// <param name="first">Isr0, Tmr0, Irr0 or Ier0.</param>
    internal ApicVectorSet(in LocalApicState apic, ApicRegister first)
    {
        for (int word = 0; word < _words.Length; word++)
        {
            _words[word] = apic[first + (byte)word];
        }
    }

    /// <summary>The set of eight words.</summary>
    /// <param name="word">A word by its number, 0 to 7.</param>
    internal ApicVectorSet(Func<int, uint> word)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] = word(i);
        }
    }

    private ApicVectorSet(uint[] words) => _words = words;

    /// <summary>How many vectors it has.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (uint word in _words)
            {
                count += CountOf(word);
            }

            return count;
        }
    }

    /// <summary>The highest vector; null where there is none.</summary>
    public byte? Highest
    {
        get
        {
            for (int vector = Vectors - 1; vector >= 0; vector--)
            {
                if (Contains(vector))
                {
                    return (byte)vector;
                }
            }

            return null;
        }
    }

    /// <summary>Its vectors as text, those in a row as a range: <c>0x30-0x33, 0x41</c>; none where it is empty. PowerShell itself writes a set out one by one.</summary>
    public string Ranges => ToString();

    /// <summary>Whether it has a vector.</summary>
    /// <param name="vector">The vector; one outside 0 to 255 is in no set.</param>
    public bool Contains(int vector) => vector is >= 0 and < Vectors && (_words[vector / WordBits] & (1u << (vector % WordBits))) != 0;

    /// <inheritdoc/>
    public IEnumerator<byte> GetEnumerator()
    {
        for (int vector = 0; vector < Vectors; vector++)
        {
            if (Contains(vector))
            {
                yield return (byte)vector;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int vector = 0; vector < Vectors; vector++)
        {
            if (!Contains(vector))
            {
                continue;
            }

            int last = vector;
            while (Contains(last + 1))
            {
                last++;
            }

            text.Append(text.Length == 0 ? "" : ", ").Append($"0x{vector:X2}").Append(last == vector ? "" : $"-0x{last:X2}");
            vector = last;
        }

        return text.Length == 0 ? "none" : text.ToString();
    }

    /// <summary>The vectors that both have.</summary>
    internal ApicVectorSet Intersect(ApicVectorSet other)
    {
        uint[] words = new uint[_words.Length];
        for (int word = 0; word < words.Length; word++)
        {
            words[word] = _words[word] & other._words[word];
        }

        return new(words);
    }

    private static int CountOf(uint word)
    {
        int count = 0;
        for (; word != 0; word &= word - 1)
        {
            count++;
        }

        return count;
    }
}
