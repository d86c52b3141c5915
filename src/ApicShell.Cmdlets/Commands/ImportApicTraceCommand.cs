using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Errors;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Formats that a trace can be imported from.</summary>
public enum ApicTraceFormat
{
    /// <summary>QEMU's log trace backend.</summary>
    Qemu,
}

/// <summary>Import-ApicTrace: reads recorded events, one at a time.</summary>
[Cmdlet(VerbsData.Import, "ApicTrace", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TraceRecord))]
public sealed class ImportApicTraceCommand : ApicCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string TextSet = "Text";
    private const int LinesPerReport = 200_000;

    private long _left;

    /// <summary>Files, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files, as they are named.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Lines of a trace instead of a file.</summary>
    [Parameter(ParameterSetName = TextSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Text { get; set; } = [];

    /// <summary>The format.</summary>
    [Parameter]
    [FlatArgument]
    public ApicTraceFormat Format { get; set; } = ApicTraceFormat.Qemu;

    /// <summary>Only events of these kinds.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public TraceRecordKind[]? Kind { get; set; }

    /// <summary>Only events of this thread of QEMU, as the prefix of a line names it.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Thread { get; set; }

    /// <summary>Stop after this many events.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override void BeginProcessing() => _left = First;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == TextSet)
        {
            Read("", new StringReader(string.Join("\n", Text)), null);
            return;
        }

        foreach (string path in ParameterSetName == PathSet ? Path : LiteralPath)
        {
            if (Stopping || _left == 0)
            {
                return;
            }

            InputFile input = Input(InputKind.Trace);
            Guard(() => ReadFiles(input, ParameterSetName == PathSet ? input.Matching(path) : [input.Literal(path)]));
        }
    }

    private void ReadFiles(InputFile input, IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            if (Stopping || _left == 0)
            {
                return;
            }

            Guard(() => input.Read(file, stream => Read(file, new StreamReader(stream), stream)));
        }
    }

    private void Read(string name, TextReader text, Stream? progress)
    {
        using var lines = new TraceLineReader(text);
        var parser = new QemuTraceParser(name);
        name = name.Length == 0 ? "text" : name;
        var threads = new ThreadWatch();
        long events = 0;
        try
        {
            while (_left > 0 && !Stopping && lines.ReadLine() is { } line)
            {
                if (Parse(parser, line, lines.Line, name, ref events) is { } record)
                {
                    Write(record, threads, name);
                }

                if (progress is not null && lines.Line % LinesPerReport == 0)
                {
                    Report(name, progress);
                }
            }

            if (events != 0 && threads.IsEmpty && Thread != 0)
            {
                WriteWarning($"{name}: no APIC event is of thread {Thread}. Group-Object Thread shows what threads there are.");
            }

            if (events == 0 && !Stopping && _left > 0)
            {
                WriteError(ApicErrors.TraceEmpty(name, lines.Line).ToErrorRecord());
            }
        }
        catch (TraceFormatException error)
        {
            // What is no text, or has no line ends, cannot be read on; what came before was handed on.
            WriteError(ApicErrors.TraceInvalid(name, error).ToErrorRecord());
        }
    }

    private void Write(TraceRecord record, ThreadWatch threads, string name)
    {
        if (Thread != 0 && record.Thread != Thread)
        {
            return;
        }

        if (threads.Second(record) is { } pair)
        {
            WriteWarning(
                $"{name}: line {record.Line} is of thread {pair.Other}, those before of thread {pair.First}. With KVM and with multi-threaded TCG each vCPU has a thread of its own: "
                + $"-Thread takes the events of one, and Group-Object Thread shows them all.");
        }

        if (Kind is null || Kind.Contains(record.Kind))
        {
            _left--;
            WriteObject(record);
        }
    }

    /// <summary>The event of a line; a torn one is reported, and reading goes on with the next.</summary>
    private TraceRecord? Parse(QemuTraceParser parser, string line, long number, string name, ref long events)
    {
        try
        {
            TraceRecord? record = parser.Parse(line, number);
            events += record is null ? 0 : 1;
            return record;
        }
        catch (TraceFormatException error)
        {
            events++;
            WriteError(ApicErrors.TraceInvalid(name, error).ToErrorRecord());
            return null;
        }
    }

    private void Report(string name, Stream stream) => WriteProgress(new ProgressRecord(1, "Import-ApicTrace", name)
    {
        PercentComplete = stream.Length > 0 ? (int)(stream.Position * 100 / stream.Length) : -1,
    });
}
