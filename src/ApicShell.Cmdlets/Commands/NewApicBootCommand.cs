using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>New-ApicBoot: makes boots of steps, of a file or of a recorded trace.</summary>
[Cmdlet(VerbsCommon.New, "ApicBoot", DefaultParameterSetName = PhaseSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicBoot))]
public sealed class NewApicBootCommand : ApicCommand
{
    private const string PhaseSet = "Phase";
    private const string PathSet = "Path";
    private const string TraceSet = "Trace";

    private static readonly string s_tooLong = $"more than {BootCatalogue.LongestChain} boots would run one after the other.";

    private readonly List<TraceRecord> _records = [];

    /// <summary>The boot's name.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = PhaseSet)]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = TraceSet)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Phases and their steps, in order.</summary>
    [Parameter(Position = 1, Mandatory = true, ParameterSetName = PhaseSet)]
    [ValidateNotNull]
    public IDictionary? Phase { get; set; }

    /// <summary>How the code of the phases reaches the APIC.</summary>
    [Parameter(ParameterSetName = PhaseSet)]
    [FlatArgument]
    public GuestLibrary Library { get; set; } = GuestLibrary.Ovmf;

    /// <summary>The number of vCPUs that it is meant for.</summary>
    [Parameter(ParameterSetName = PhaseSet)]
    [ValidateNotNull]
    public int VcpuCount { get; set; } = 2;

    /// <summary>The boot that comes before it.</summary>
    [Parameter(ParameterSetName = PhaseSet)]
    [ArgumentCompleter(typeof(BootCompleter))]
    [ValidateNotNull]
    public BootArgument? After { get; set; }

    /// <summary>What it is, in one line.</summary>
    [Parameter(ParameterSetName = PhaseSet)]
    [Parameter(ParameterSetName = TraceSet)]
    [ValidateNotNull]
    public string Title { get; set; } = "";

    /// <summary>Files of boots.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>A recorded trace of one vCPU.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TraceSet)]
    [ValidateNotNull]
    public TraceRecord[] Trace { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == PhaseSet)
        {
            Guard(() => Add(OfPhases()));
        }

        foreach (string path in Path)
        {
            Guard(() => Read(path));
        }

        _records.AddRange(Trace);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == TraceSet)
        {
            Guard(() => Add(OfTrace()));
        }
    }

    private void Add(Firmware.ApicBoot core)
    {
        GivenText.Check(core);
        if (RunspaceState.IsReservedBoot(core.Name))
        {
            throw ApicErrors.BootNameTaken(core.Name);
        }

        if (core.Name.Any(char.IsWhiteSpace) || Wildcards.In(core.Name))
        {
            throw ApicErrors.BootInvalid(core.Name, "a name is one word without wildcards.");
        }

        if (!BootCatalogue.HasChain(core))
        {
            throw ApicErrors.BootInvalid(core.Name, s_tooLong);
        }

        var boot = new ApicBoot(core);
        if (ShouldProcess($"boot {boot}", $"Make of {string.Join(", ", boot.Phase.Select(phase => phase.Name))}"))
        {
            State.Add(boot);
            WriteObject(boot);
        }
    }

    private Firmware.ApicBoot OfPhases()
    {
        if (Phase is Hashtable { Count: > 1 })
        {
            throw ApicErrors.BootInvalid(Name, "a plain table has no order. Write -Phase ([ordered]@{ SEC = ...; PEI = ... }).");
        }

        if (VcpuCount is < 1 or > Emulation.Machine.MaxVcpuCount)
        {
            throw ApicErrors.VcpuCountInvalid(VcpuCount);
        }

        IReadOnlyList<ApicBoot> before = After?.Resolve(State) ?? [];
        if (After is not null && before.Count != 1)
        {
            throw ApicErrors.BootNotFound($"{After}", []);
        }

        var phases = new List<BootPhase>();
        foreach (DictionaryEntry entry in Phase!)
        {
            string phase = $"{entry.Key}";
            phases.Add(new(phase, Library, "", StepLines.Read(entry.Value, $"Boot \"{Name}\", phase {phase}", State)));
        }

        return phases.Count == 0
            ? throw ApicErrors.BootInvalid(Name, "it has no phase.")
            : new(Name, Title, VcpuCount, before.Count == 0 ? null : before[0].Name, phases) { Previous = before.Count == 0 ? null : before[0].Core };
    }

    private Firmware.ApicBoot OfTrace()
    {
        TraceBoot trace = TraceBoot.Of(Name, Title.Length != 0 ? Title : "a recorded trace", _records);
        if (trace.Boot.Phases.All(phase => phase.Steps.Count == 0))
        {
            throw ApicErrors.BootInvalid(Name, "the trace has no access to a register.");
        }

        if (trace.LeftOut > 0)
        {
            WriteWarning($"{trace.LeftOut} access{(trace.LeftOut == 1 ? " was" : "es were")} left out: IPIs, for which a trace of one vCPU has no targets, and accesses that name no register.");
        }

        return trace.Boot;
    }

    private void Read(string path)
    {
        InputFile input = Input(InputKind.Boots);
        string file = input.Literal(path);
        Firmware.ApicBoot[] boots;
        try
        {
            boots = BootReader.Read(input.ReadText(file), file, [.. State.Boots.Select(boot => boot.Core)]);
        }
        catch (StepFormatException error)
        {
            throw ApicErrors.BootFileInvalid(file, error);
        }

        if (boots.Length == 0)
        {
            throw ApicErrors.BootInvalid(file, "the file has no boot. A boot begins with: boot NAME VCPUS [after NAME] : TITLE.");
        }

        foreach (Firmware.ApicBoot boot in boots)
        {
            Guard(() => Add(boot.After is null ? boot : boot with { Previous = Previous(boot, boots, []) }));
        }
    }

    /// <summary>The boot that one of a file comes after: of the same file, of the session or of the catalogue.</summary>
    private static Firmware.ApicBoot? Previous(Firmware.ApicBoot boot, Firmware.ApicBoot[] boots, List<string> seen)
    {
        if (boot.After is not { } after)
        {
            return null;
        }

        if (seen.Contains(boot.Name))
        {
            throw ApicErrors.BootInvalid(boot.Name, $"it comes after itself: {string.Join(" after ", seen)} after {boot.Name}.");
        }

        if (seen.Count == BootCatalogue.LongestChain)
        {
            throw ApicErrors.BootInvalid(boot.Name, s_tooLong);
        }

        seen.Add(boot.Name);
        return Array.Find(boots, one => one.Name == after) is { } found
            ? found with { Previous = Previous(found, boots, seen) }
            : State.FindBoot(after)?.Core ?? throw ApicErrors.BootNotFound(after, Suggestion.For(after, State.Boots.Select(one => one.Name)));
    }
}
