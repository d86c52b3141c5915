namespace ApicShell.Searching;

/// <summary>How much memory a search takes that is not told.</summary>
internal static class SearchMemory
{
    /// <summary>A quarter of what the machine has, and 256 MB at the least; 1 GB where that cannot be asked.</summary>
#if NET
    public static long Default => System.Math.Max(256L << 20, System.GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
#else
    public static long Default => 1L << 30;
#endif
}
