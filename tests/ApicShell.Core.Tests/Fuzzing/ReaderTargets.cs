using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Serialization;
using ApicShell.Texts;
using ApicShell.Tracing;

namespace ApicShell.Tests.Fuzzing;

/// <summary>Every reader of what somebody else may have written.</summary>
internal static class ReaderTargets
{
    private static readonly string[] s_steps = [.. StepGrammar.Forms.SelectMany(form => form.Words.Split(' ')), "aps:", "all:", "v0:", "v1:", "when", "ai", "snp", "native", "others", "Tpr", "Svr", "Icr", "0x40", "X2Apic", "Edk2"];

    /// <summary>The readers.</summary>
    public static IReadOnlyList<ReaderTarget> All { get; } =
    [
        new("QemuLog", [.. Lines(Log(), 40)], Bytes(["apic_mem_readl", "apic_mem_writel", "apic_register_read", "register ", " = ", "cpu_set_apic_base", "apic_deliver_irq",
            "dest", "delivery_mode", "vector", "apic_local_deliver", "delivery mode", "17@1700000000.000001:", "0xfee00d00", "0x800", "\n"]), ReadLog),
        new("ResumeFile", ResumeFileInputs.Seeds, [[1, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255]], ResumeFileInputs.Read),
        new("SearchText", [.. Searches().Select(SearchText.Write).Select(Encoding.UTF8.GetBytes)], Bytes([.. s_steps, "null", "true", "[]", "{}", "\"\"", ",", ":", "\"phase\"", "\"title\"", "\"name\"",
            "\"instead\"", "\"steps\"", "\"letters\"", "\"states\"", "\"counterexample\"", "advance 9223372036854775807", "\"Broken\"", "\"Complete\"", "\\u000d", "\\ud800"]), ReadSearch),
        new("Boots", [.. Blocks(BootsText())], Bytes([.. s_steps, "boot ", "phase ", "include ", " : ", " after ", " of ", "Ovmf", "Linux", "#", "\n"]), ReadBoots),
        new("Designs", [.. Designs().Select(Encoding.UTF8.GetBytes)], Bytes([.. s_steps, "phase SEC", "Before", "Instead", "BeforeAps", "True", "False", "\n"]), ReadDesigns),
    ];

    private static void ReadLog(byte[] input)
    {
        List<TraceRecord> records = [];
        try
        {
            using var lines = new TraceLineReader(new StreamReader(new MemoryStream(input)));
            var parser = new QemuTraceParser("log");
            while (lines.ReadLine() is { } line)
            {
                if (parser.Parse(line, lines.Line) is { } record)
                {
                    records.Add(record);
                }
            }
        }
        catch (TraceFormatException error)
        {
            RequirePlain(error.Message);
        }

        foreach (TraceRecord record in records)
        {
            RequirePlain(record.Text);
        }

        TraceBoot.Of("Fuzz", "", records);
        var script = new StringWriter();
        var writer = new KvmApicWriter(script, _ => null);
        writer.WriteHead(null, "fuzz");
        records.ForEach(writer.Write);
        foreach (string line in script.ToString().Split(script.NewLine))
        {
            RequirePlain(line);
        }
    }

    private static void ReadSearch(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        SearchRecord record;
        try
        {
            record = SearchText.Read(text);
        }
        catch (TextFormatException error)
        {
            RequirePlain(error.Message);
            return;
        }

        ApicDesign design = record.Problem.Design;
        RequireNames([design.Name, .. design.Firmware.Select(change => change.Phase), .. record.Problem.Before.SelectMany(NamesOf)]);
        RequirePlain(string.Concat(design.Title, design.For, design.Against, design.Source, design.World) + string.Concat(design.Changes));
        string again = SearchText.Write(record);
        ReaderTarget.Require(again == SearchText.Write(SearchText.Read(again)), "What was written again is read as something else.");
    }

    private static void ReadBoots(byte[] input)
    {
        try
        {
            ApicBoot[] boots = BootReader.Read(Encoding.UTF8.GetString(input), "file", BootCatalogue.All);
            RequireNames(boots.SelectMany(NamesOf));
            RequirePlain(string.Concat(boots.Select(boot => boot.Title).Concat(boots.SelectMany(boot => boot.Phases).Select(phase => phase.Source))));
        }
        catch (StepFormatException error)
        {
            RequirePlain(error.Message);
        }
    }

    private static void ReadDesigns(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        foreach (string line in text.Split('\n'))
        {
            try
            {
                string step = StepGrammar.Parse(line).ToString();
                RequirePlain(step);
                ReaderTarget.Require(step == StepGrammar.Parse(step).ToString(), "A step is written as another.");
            }
            catch (StepFormatException error)
            {
                RequirePlain(error.Message);
            }
        }

        foreach (DesignKnob knob in DesignKnob.All)
        {
            try
            {
                knob.Read(new ApicDesign(), text);
            }
            catch (StepFormatException error)
            {
                RequirePlain(error.Message);
            }
        }
    }

    private static IEnumerable<string> NamesOf(ApicBoot boot) => [boot.Name, .. boot.Phases.Select(phase => phase.Name)];

    private static void RequireNames(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            ReaderTarget.Require(PlainText.WhyNoName(name) is null, $"\"{name}\" became a name.");
        }
    }

    private static void RequirePlain(string text) => ReaderTarget.Require(PlainText.IsPlain(text), $"\"{text}\" cannot be shown.");

    private static IReadOnlyList<byte[]> Bytes(IEnumerable<string> words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    private static string Log() => File.ReadAllText(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data"), "*.log").First())
        + "apic_register_read register 0x08 = 0x20\ncpu_set_apic_base 0x00000000fee00d00\napic_deliver_irq dest 1 dest_mode 0 delivery_mode 0 vector 48 trigger_mode 0\napic_local_deliver vector 0 delivery mode 0\n";

    private static IEnumerable<byte[]> Lines(string text, int count) => text.Split('\n').Chunk(count).Select(chunk => Encoding.UTF8.GetBytes(string.Join('\n', chunk)));

    private static string BootsText()
    {
        using Stream stream = typeof(BootCatalogue).GetTypeInfo().Assembly.GetManifestResourceStream("ApicShell.Firmware.Boots.Boots.txt")!;
        return new StreamReader(stream).ReadToEnd();
    }

    private static IEnumerable<byte[]> Blocks(string text) => text.Split("\nboot ").Skip(1).Select(block => Encoding.UTF8.GetBytes("boot " + block));

    private static IEnumerable<string> Designs() => DesignCatalogue.All.SelectMany(design => DesignKnob.All.Select(knob => knob.Write(design))).Where(text => text.Length > 0).Distinct();

    private static IEnumerable<SearchRecord> Searches()
    {
        ApicBoot boot = new("Mine", "", 1, null, [new("SEC", GuestLibrary.Ovmf, "", [StepGrammar.Parse("mode X2Apic"), StepGrammar.Parse("write TimerInitial 0x100")])]);
        foreach ((string design, int depth, ApicBoot[] before) in new[] { ("None", 4, Array.Empty<ApicBoot>()), ("C", 1, [boot]), ("J", 1, []) })
        {
            var problem = new DesignProblem(DesignCatalogue.Find(design)!, new BootEnvironment { World = WorldCatalogue.Find("Edk2") }, 1, [.. AlphabetCatalogue.Find("Firmware")!.Steps(1)]) { Before = before };
            yield return new(problem, Search.Run(() => new DesignSpace(problem), new SearchOptions { MaxDepth = depth, Workers = 1 }, CancellationToken.None), TimeSpan.FromSeconds(1), 5);
        }
    }
}
