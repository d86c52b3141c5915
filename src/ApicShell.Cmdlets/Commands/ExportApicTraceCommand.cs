using System;
using System.IO;
using System.Management.Automation;
using System.Text;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Formats that a trace can be exported to.</summary>
public enum ApicExportFormat
{
    /// <summary>A script of operations for the local APICs of a real KVM guest.</summary>
    KvmApic,
}

/// <summary>Export-ApicTrace: writes what a machine did, or recorded events, as a script that a real KVM can run.</summary>
[Cmdlet(VerbsData.Export, "ApicTrace", DefaultParameterSetName = MachineSet, SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ExportApicTraceCommand : ApicCommand
{
    private const string MachineSet = "Machine";
    private const string InputSet = "InputObject";

    private StreamWriter? _file;
    private KvmApicWriter? _writer;
    private ApicMachine? _machine;
    private bool _done;

    /// <summary>The file, as it is named.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The machine whose trace is written; without one, the newest.</summary>
    [Parameter(ParameterSetName = MachineSet)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNull]
    public ApicMachine? Machine { get; set; }

    /// <summary>Events of a machine, of a file, or the machine itself.</summary>
    [Parameter(ParameterSetName = InputSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>The format.</summary>
    [Parameter]
    [FlatArgument]
    public ApicExportFormat Format { get; set; } = ApicExportFormat.KvmApic;

    /// <summary>Write a file that is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Do not write a file that is there.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // Of a command that was stopped or has its error.
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        if (ParameterSetName == MachineSet)
        {
            Write(Machine ?? CurrentMachine);
            return;
        }

        foreach (PSObject item in InputObject)
        {
            if (Stopping || _done)
            {
                return;
            }

            Write(item.BaseObject);
        }
    });

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // What a disk has no place for may be noticed only now.
        Guard(() => OutputFile.Guard(Path, () => _file?.Dispose()));
        if (_writer is { Unsaid: > 0 } writer)
        {
            WriteWarning($"{writer.Unsaid} event{(writer.Unsaid == 1 ? "" : "s")} cannot be said in format {Format} and stand{(writer.Unsaid == 1 ? "s" : "")} in \"{Path}\" as comments; the first: {writer.FirstUnsaid}.");
        }
    }

    private void Write(object item)
    {
        switch (item)
        {
            case ApicMachine machine:
                Write(machine);
                break;
            case ApicTraceEvent one:
                if (Open(one.Machine, one.Number, $"What machine \"{one.Machine.Name}\" of ApicShell did (model {one.Machine.Model}, platform {one.Machine.Platform})."))
                {
                    Put(() => _writer!.Write(one.Entry));
                }

                break;
            case TraceRecord record:
                if (Open(null, 1, $"Accesses of a recorded trace{(record.Path.Length == 0 ? "" : $", {System.IO.Path.GetFileName(record.Path)}")}."))
                {
                    Put(() => _writer!.Write(record));
                }

                break;
            default:
                throw ApicErrors.InputInvalid(item);
        }
    }

    private void Write(ApicMachine machine)
    {
        if (machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(machine);
        }

        ApicTraceEvent[] events = machine.Events(out _);
        if (events.Length == 0)
        {
            throw ApicErrors.NothingToExport(machine);
        }

        foreach (ApicTraceEvent one in events)
        {
            if (Stopping || _done)
            {
                return;
            }

            Write((object)one);
        }
    }

    /// <summary>Opens the file and writes its head, once; every event must be of the same machine or of files.</summary>
    private bool Open(ApicMachine? machine, long firstNumber, string source)
    {
        if (_writer is not null)
        {
            return ReferenceEquals(machine, _machine) ? true : throw ApicErrors.TraceMixed(machine);
        }

        if (_done)
        {
            return false;
        }

        // Whatever keeps the file from being made keeps all events from being written; it is said once.
        _done = true;
        string file = OutputFile.Resolve(SessionState, Path);
        if (!ShouldProcess($"file {file}", $"Export trace as {Format}"))
        {
            return false;
        }

        if (firstNumber > 1)
        {
            WriteWarning($"The trace of machine \"{machine!.Name}\" starts with event {firstNumber}; a script starts at RESET, so that its answers may be others.");
        }

        _machine = machine;
        _file = Create(file);
        _writer = new KvmApicWriter(_file, SnpHop.NameOf);
        Put(() => Locked(machine, () => _writer.WriteHead(machine?.Core, source)));
        _done = false;
        return true;
    }

    private static void Locked(ApicMachine? machine, Action action)
    {
        using (machine?.Take() ?? default)
        {
            action();
        }
    }

    private void Put(Action write)
    {
        bool written = false;
        try
        {
            OutputFile.Guard(Path, write);
            written = true;
        }
        finally
        {
            _done |= !written;
        }
    }

    private StreamWriter Create(string file)
    {
        if (NoClobber && File.Exists(file))
        {
            throw ApicErrors.FileExists(file);
        }

        StreamWriter? writer = null;
        OutputFile.Guard(file, () =>
        {
            if (Force && File.Exists(file))
            {
                File.SetAttributes(file, File.GetAttributes(file) & ~FileAttributes.ReadOnly);
            }

            // With -NoClobber no file is opened that is there, not even by a link that leads nowhere yet.
            var stream = new FileStream(file, NoClobber ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.Read);
            writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        });
        return writer!;
    }
}
