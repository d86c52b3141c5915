using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;

namespace ApicShell.Tests.Fuzzing;

/// <summary>Looks for inputs that break a reader: READER [SECONDS [SEED [FOLDER]]].</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length is 0 or > 4)
        {
            Console.Error.WriteLine("ApicShell.Fuzzing READER [SECONDS [SEED [FOLDER]]]");
            return 1;
        }

        Coverage.Instrument();
        Run(arguments);
        return 0;
    }

    /// <summary>A method of its own: its caller must not load what it uses.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(string[] arguments)
    {
        string folder = arguments.ElementAtOrDefault(3) ?? Directory.CreateTempSubdirectory("findings").FullName;
        Directory.CreateDirectory(folder);
        ReaderTarget target = ReaderTargets.All.Single(one => string.Equals(one.Name, arguments[0], StringComparison.OrdinalIgnoreCase));
        new FuzzLoop(
            target,
            int.Parse(arguments.ElementAtOrDefault(2) ?? "1"),
            TimeSpan.FromSeconds(int.Parse(arguments.ElementAtOrDefault(1) ?? "600")),
            folder).Run();
    }
}
