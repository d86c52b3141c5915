using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using SharpFuzz;
using SharpFuzz.Common;

namespace ApicShell.Tests.Fuzzing;

/// <summary>Which branches an input reaches, and how often, as SharpFuzz writes it into the assemblies under test.</summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    private static readonly string[] s_assemblies = ["ApicShell.Core.dll", "ApicShell.Serialization.dll"];

    // Of the emulator itself no reader's branch is made.
    private static readonly string[] s_left = ["ApicShell.Architecture.", "ApicShell.Emulation.", "ApicShell.Confidential."];

    private readonly byte[] _seen = new byte[Size];

    /// <summary>How many branches were reached.</summary>
    public int Branches => _seen.Count(one => one != 0);

    /// <summary>Writes into the assemblies beside this program, before any of them is loaded.</summary>
    public static void Instrument()
    {
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
        foreach (string assembly in s_assemblies)
        {
            string path = Path.Combine(AppContext.BaseDirectory, assembly);
            try
            {
                List<string> types = [.. Fuzzer.Instrument(path, type => !s_left.Any(left => type.StartsWith(left, StringComparison.Ordinal)), Options.Value)];
                Console.WriteLine($"{assembly} is instrumented.");
            }
            catch (InstrumentationException error)
            {
                // By an earlier run.
                Console.WriteLine($"{assembly}: {error.Message}");
            }
        }
    }

    /// <summary>Forgets what was reached last.</summary>
    public static void Begin()
    {
        new Span<byte>(Trace.SharedMem, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether something was reached that never was, or far more often than ever.</summary>
    public bool IsNew()
    {
        bool isNew = false;
        for (int at = 0; at < Size; at++)
        {
            byte reached = Trace.SharedMem[at];
            if (reached != 0)
            {
                // By its magnitude: a loop that runs once more is nothing new.
                byte magnitude = (byte)(1 << System.Numerics.BitOperations.Log2(reached));
                isNew |= (_seen[at] & magnitude) == 0;
                _seen[at] |= magnitude;
            }
        }

        return isNew;
    }
}
