using System;
using System.Collections.Generic;

namespace ApicShell.Tests.Fuzzing;

/// <summary>A reader of what somebody else may have written, and what must hold of it for every input.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Seeds">Inputs that it reads.</param>
/// <param name="Words">Pieces that inputs are made of.</param>
/// <param name="Read">
/// Reads an input. It throws where the reader threw what it does not document, and where what was read breaks a property.
/// </param>
internal sealed record ReaderTarget(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, Action<byte[]> Read)
{
    /// <summary>The most that an input may take.</summary>
    public static TimeSpan LongestRead => TimeSpan.FromSeconds(5);

    /// <summary>The most bytes that may be allocated for an input.</summary>
    public const long MostBytes = 512L << 20;

    /// <summary>Reads an input, and holds the reader to its time and its memory.</summary>
    public void Hold(byte[] input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Read(input);
        TimeSpan taken = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Require(taken < LongestRead, $"It took {taken}.");
        Require(bytes < MostBytes, $"It allocated {bytes} bytes.");
    }

    /// <summary>A property.</summary>
    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenPropertyException(what);
        }
    }
}

/// <summary>What was read breaks a property.</summary>
internal sealed class BrokenPropertyException(string message) : Exception(message);
