namespace ApicShell.Exploration;

/// <summary>Packs states into a frontier; one worker's.</summary>
internal sealed class FrontierWriter(ChunkPool pool, StatePacking packing)
{
    private readonly int _stateBytes = packing.MaxBytes;
    private FrontierChunk? _chunk;

    /// <summary>The frontier that full chunks go to.</summary>
    public Frontier? Target { get; set; }

    /// <summary>Sees to it that any state fits.</summary>
    /// <returns>Whether there is memory for it.</returns>
    public bool Reserve() => (_chunk is { } chunk && chunk.Bytes.Length - chunk.Length >= _stateBytes) || TryRent();

    /// <summary>Packs a state; <see cref="Reserve"/> must have said that it fits.</summary>
    public void Add(Fingerprint fingerprint, ulong[] words)
    {
        FrontierChunk chunk = _chunk!;
        chunk.Length = packing.Pack(fingerprint, words, chunk.Bytes, chunk.Length);
        chunk.Count++;
    }

    /// <summary>Copies a packed state.</summary>
    /// <returns>Whether there is memory for it.</returns>
    public bool TryCopy(byte[] bytes, int start)
    {
        if (!Reserve())
        {
            return false;
        }

        FrontierChunk chunk = _chunk!;
        int length = StatePacking.LengthAt(bytes, start);
        System.Buffer.BlockCopy(bytes, start, chunk.Bytes, chunk.Length, length);
        chunk.Length += length;
        chunk.Count++;
        return true;
    }

    /// <summary>Hands over the states packed so far.</summary>
    public void Flush()
    {
        if (_chunk is { } chunk)
        {
            Target!.Add(chunk);
            _chunk = null;
        }
    }

    private bool TryRent()
    {
        Flush();
        _chunk = pool.Rent();
        return _chunk is not null;
    }
}
