namespace ApicShell.Exploration;

/// <summary>256 vectors, as four words.</summary>
internal unsafe struct VectorSet
{
    private fixed ulong _words[4];

    public readonly bool IsEmpty => (_words[0] | _words[1] | _words[2] | _words[3]) == 0;

    /// <summary>The highest, or -1.</summary>
    public readonly int Highest
    {
        get
        {
            for (int word = 3; word >= 0; word--)
            {
                uint high = (uint)(_words[word] >> 32);
                if (_words[word] != 0)
                {
                    return (word * 64) + (high != 0 ? 32 + Compatibility.Bits.Highest(high) : Compatibility.Bits.Highest((uint)_words[word]));
                }
            }

            return -1;
        }
    }

    public readonly bool Has(int vector) => (_words[vector >> 6] & (1UL << (vector & 63))) != 0;

    public void Add(int vector) => _words[vector >> 6] |= 1UL << (vector & 63);

    /// <summary>Adds 32 vectors: of word 0 those from 0 to 31, and so on.</summary>
    public void AddWord(int word, uint bits) => _words[word >> 1] |= (ulong)bits << ((word & 1) * 32);

    /// <summary>Adds those of another set.</summary>
    public void Add(in VectorSet other)
    {
        for (int i = 0; i < 4; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>Those of both sets.</summary>
    public readonly VectorSet And(in VectorSet other)
    {
        VectorSet result = default;
        for (int i = 0; i < 4; i++)
        {
            result._words[i] = _words[i] & other._words[i];
        }

        return result;
    }

    /// <summary>Those that another set lacks.</summary>
    public readonly VectorSet Without(in VectorSet other)
    {
        VectorSet result = default;
        for (int i = 0; i < 4; i++)
        {
            result._words[i] = _words[i] & ~other._words[i];
        }

        return result;
    }
}
