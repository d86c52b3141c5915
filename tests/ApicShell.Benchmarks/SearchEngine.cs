using System;
using System.Diagnostics;
using System.Globalization;
using ApicShell.Exploration;

namespace ApicShell.Benchmarks;

/// <summary>
/// What the search itself costs, apart from the machine that is searched: a space in which a step is an exclusive or and its fingerprint two multiplications.
/// Each state has 200 words, of which as many differ from the root's as in a machine that has done some steps.
/// </summary>
internal static class SearchEngine
{
    private const int Runs = 3;

    public static int Measure(int bits)
    {
        Run(Math.Min(bits, 18), 2);
        foreach (int workers in (int[])[1, 2])
        {
            for (int run = 0; run < Runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                SearchResult result = Run(bits, workers);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"SearchEngine workers {workers}: {result.Successors / seconds / 1e6:F1} million successors a second, {seconds / result.Successors * 1e9:F1} ns each; "
                    + $"{result.States} states, {(double)result.MemoryBytes / result.States:F1} bytes a state with the frontier"));
            }
        }

        return 0;
    }

    private static SearchResult Run(int bits, int workers)
    {
        SearchResult result = Search.Run(() => new Switches(bits), new() { Workers = workers, MaxMemory = 16L << 30 });
        return result.Status == SearchStatus.Complete && result.States == 1L << bits
            ? result
            : throw new InvalidOperationException("The search did not do what it is to measure.");
    }

    private sealed class Switches(int bits) : StateSpace
    {
        private const int ChangedWords = 12;
        private ulong _entered;
        private ulong _moved;

        public override int WordCount => 200;

        public override int LetterCount => bits;

        public override Fingerprint Identity => new(1, (ulong)bits);

        public override Fingerprint WriteRoot(ulong[] words, int offset)
        {
            _moved = 0;
            Save(words, offset);
            return FingerprintOf(0);
        }

        public override void Enter(ulong[] words, int offset) => _entered = words[offset];

        public override StepOutcome Try(int letter)
        {
            _moved = _entered ^ (1UL << letter);
            return StepOutcome.Moved(FingerprintOf(_moved));
        }

        public override void Save(ulong[] words, int offset)
        {
            Array.Clear(words, offset, WordCount);
            for (int word = 0; word < ChangedWords; word++)
            {
                words[offset + (word * 16)] = _moved >> word;
            }
        }

        private static Fingerprint FingerprintOf(ulong state)
        {
            ulong high = (state + 1) * 0x9E37_79B9_7F4A_7C15;
            ulong low = (state + 1) * 0xD6E8_FEB8_6659_FD93;
            return new((high ^ (high >> 29)) * 0xBF58_476D_1CE4_E5B9, (low ^ (low >> 31)) * 0x94D0_49BB_1331_11EB);
        }
    }
}
