namespace ApicShell.Exploration;

/// <summary>Packed states in a row.</summary>
internal sealed class FrontierChunk(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>Bytes that are filled.</summary>
    public int Length { get; set; }

    /// <summary>States in them.</summary>
    public int Count { get; set; }

    /// <summary>States in slices that somebody holds or that are still to be taken; at 0 the chunk is free.</summary>
    public int Left { get; set; }
}
