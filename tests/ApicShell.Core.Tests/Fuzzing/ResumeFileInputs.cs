using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Exploration;
using ApicShell.Firmware;

namespace ApicShell.Tests.Fuzzing;

/// <summary>
/// Files to go on with. Their checksums would refuse nearly every input at the door, so that the first byte of an input says whether they are made
/// right again: somebody who wants to harm knows how.
/// </summary>
internal static class ResumeFileInputs
{
    private const int HeaderWords = 23;
    private const int ChecksumWords = 2;
    private const byte AsItIs = (byte)'r';

    private static readonly string s_path = Path.Combine(Directory.CreateTempSubdirectory("fuzz").FullName, "search");
    private static readonly DesignProblem s_problem = new(DesignCatalogue.Find("C")!, new BootEnvironment { World = WorldCatalogue.Find("Mail") }, 1, [.. AlphabetCatalogue.Find("Firmware")!.Steps(1)]);

    /// <summary>A search after each of its first levels.</summary>
    public static IReadOnlyList<byte[]> Seeds { get; } = [.. new[] { 1, 2, 3 }.SelectMany(depth =>
    {
        File.Delete(s_path);
        Run(depth);
        byte[] file = File.ReadAllBytes(s_path);
        return new byte[][] { [AsItIs, .. file], [0, .. file] };
    })];

    /// <summary>Goes on with a file.</summary>
    public static void Read(byte[] input)
    {
        byte[] file = input.Length > 0 ? input[1..] : [];
        if (input.Length > 0 && input[0] != AsItIs)
        {
            file = Repaired(file);
        }

        try
        {
            GoOn(file);
        }
        catch (Exception error) when (error is SearchFileException or DesignException)
        {
            // What no search can have written shows late.
            ReaderTarget.Require(error is not SearchFileException { Problem: not SearchFileProblem.Corrupt } || file.AsSpan().SequenceEqual(File.ReadAllBytes(s_path)), "A file that is refused was changed.");
        }

        ReaderTarget.Require(Directory.GetFiles(Path.GetDirectoryName(s_path)!).Length == 1, "Something was left beside the file.");
    }

    /// <summary>Goes on with a file, to the second level.</summary>
    public static void GoOn(byte[] file)
    {
        File.WriteAllBytes(s_path, file);
        Run(2);
    }

    private static void Run(int depth) => Search.Run(
        () => new DesignSpace(s_problem), new SearchOptions { MaxDepth = depth, Workers = 1, MaxMemory = 32 << 20, Checkpoint = new(s_path) });

    /// <summary>Makes length and checksums those of the contents.</summary>
    public static byte[] Repaired(byte[] contents)
    {
        int words = Math.Max(HeaderWords, (contents.Length / 8) - ChecksumWords);
        byte[] file = new byte[(words + ChecksumWords) * 8];
        contents.AsSpan(0, Math.Min(contents.Length, file.Length)).CopyTo(file);
        ulong[] all = [.. Enumerable.Range(0, words).Select(word => BitConverter.ToUInt64(file.AsSpan()[(word * 8)..]))];
        all[2] = (ulong)words;
        var head = Fingerprint.Of(all, 0, HeaderWords - 2);
        (all[HeaderWords - 2], all[HeaderWords - 1]) = (head.High, head.Low);
        using var stream = new MemoryStream(file);
        var writer = new SearchFileWriter(stream);
        foreach (ulong word in all)
        {
            writer.Word(word);
        }

        writer.Checksum();
        return file;
    }
}
