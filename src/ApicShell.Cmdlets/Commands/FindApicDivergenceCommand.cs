using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Searching;

namespace ApicShell.Commands;

/// <summary>Find-ApicDivergence: searches for the shortest way to break a design.</summary>
[Cmdlet(VerbsCommon.Find, "ApicDivergence")]
[OutputType(typeof(ApicDivergence))]
public sealed class FindApicDivergenceCommand : ApicCommand
{
    private const int ProgressActivity = 0x4150;
    private const double Million = 1e6;

    private ExceptionDispatchInfo? _stopped;

    /// <summary>The designs, by name or as objects.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DesignCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public DesignArgument[] Design { get; set; } = [];

    /// <summary>The world, by name or as an object.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [ValidateNotNull]
    public WorldArgument World { get; set; } = WorldArgument.Usual;

    /// <summary>What may be done next, by name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AlphabetCompleter))]
    [ValidateNotNull]
    public string[] Alphabet { get; set; } = ["Firmware"];

    /// <summary>What may be done beside it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(StepCompleter))]
    [ValidateNotNull]
    public string[] Step { get; set; } = [];

    /// <summary>What may not, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNull]
    public string[] ExcludeStep { get; set; } = [];

    /// <summary>How many vCPUs.</summary>
    [Parameter]
    [ValidateRange(1, DesignProblem.MostVcpus)]
    public int VcpuCount { get; set; } = 1;

    /// <summary>What has to hold.</summary>
    [Parameter]
    [FlatArgument]
    public DesignProperties Property { get; set; } = DesignProperties.All;

    /// <summary>The platform.</summary>
    [Parameter]
    [FlatArgument]
    public ApicPlatform Platform { get; set; } = ApicPlatform.SevSnp;

    /// <summary>On SevSnp, whether all VMPLs of a vCPU share a local APIC, where that is not as the world has it.</summary>
    [Parameter]
    [FlatArgument]
    public ApicScope ApicScope { get; set; }

    /// <summary>Who has the timer, where that is not as the design says.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmTimer SvsmTimer { get; set; }

    /// <summary>How guests reach their APICs.</summary>
    [Parameter]
    [FlatArgument]
    public GuestLibrary Library { get; set; } = GuestLibrary.Ovmf;

    /// <summary>The boot that runs before the search begins.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BootCompleter))]
    [ValidateNotNull]
    public BootArgument? Boot { get; set; }

    /// <summary>The phase of it after which the search begins.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PhaseCompleter))]
    [ValidateNotNullOrEmpty]
    public string? After { get; set; }

    /// <summary>Steps at the most.</summary>
    [Parameter]
    [ValidateRange(1, SearchOptions.DepthLimit)]
    public int MaxDepth { get; set; } = 12;

    /// <summary>Bytes that the states may take.</summary>
    [Parameter]
    [ValidateRange(1L << 16, long.MaxValue)]
    public long MaxMemory { get; set; } = SearchMemory.Default;

    /// <summary>How long it may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecondsArgument? TimeLimit { get; set; }

    /// <summary>How many threads search.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Which part of the search.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int Part { get; set; } = 1;

    /// <summary>Of how many parts.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int Of { get; set; } = 1;

    /// <summary>The file that the search is kept in, and goes on from.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResumePath { get; set; }

    /// <summary>Take vCPUs that can do the same as different.</summary>
    [Parameter]
    public SwitchParameter NoFolding { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (DesignArgument argument in Design)
        {
            Guard(() =>
            {
                foreach (ApicDesign design in argument.Resolve(State))
                {
                    Guard(() => Find(design.Core));
                }
            });
        }
    }

    private void Find(Firmware.ApicDesign design)
    {
        DesignProblem problem = Problem(design);
        SearchOptions options = Options();
        WarnOfBoot(problem);
        var task = new SearchTask(problem, options, TimeLimit?.ToTimeSpan(), (progress, time, tried) => Report(design, progress, time, tried));
        ApicDivergence found = Run(task, options);

        // Before it is emitted: of a pipeline that was stopped nothing comes out any more, and Get-ApicDivergence shows it.
        State.LastDivergence = found;
        _stopped?.Throw();
        Warn(found);
        WriteObject(found);
    }

    private ApicDivergence Run(SearchTask task, SearchOptions options)
    {
        try
        {
            return new(task.Run(StopToken));
        }
        catch (SearchFileException error)
        {
            throw ApicErrors.SearchFile(ResumePath!, error);
        }
        catch (DesignException error)
        {
            throw ApicErrors.DesignInvalid(error);
        }
        catch (Exception error) when (options.Checkpoint is not null && error is IOException or UnauthorizedAccessException)
        {
            throw ApicErrors.FileUnwritable(ResumePath!, error.Message, error);
        }
    }

    private DesignProblem Problem(Firmware.ApicDesign design)
    {
        if (Platform == ApicPlatform.Native && (Has(nameof(ApicScope)) || Has(nameof(SvsmTimer)) || Has(nameof(World))))
        {
            throw ApicErrors.OptionsConflict("-World, -ApicScope and -SvsmTimer are for platform SevSnp: a native guest has no VMPLs and no SVSM.");
        }

        IReadOnlyList<MachineStep> letters = SearchLetters.Of(design.Name, VcpuCount, Alphabet, Step, ExcludeStep);
        var environment = new BootEnvironment
        {
            IsNative = Platform == ApicPlatform.Native,
            World = Platform == ApicPlatform.Native ? null : World.ResolveOne(State).Core,
            Scope = Has(nameof(ApicScope)) ? ApicScope : null,
            Timer = Has(nameof(SvsmTimer)) ? SvsmTimer : null,
        };
        try
        {
            return new(design, environment, VcpuCount, letters, Property)
            {
                Library = Library,
                FoldsSymmetry = !NoFolding,
                Before = SearchBoots.Of(State, Boot, After),
            };
        }
        catch (DesignException error)
        {
            throw ApicErrors.StepNotSearchable(SearchLetters.Refused(letters, error), error);
        }
    }

    private SearchOptions Options() => Part > Of || Has(nameof(Part)) != Has(nameof(Of))
        ? throw ApicErrors.SearchPartInvalid(Part, Of)
        : new()
        {
            MaxDepth = MaxDepth,
            MaxMemory = MaxMemory,
            Workers = ThrottleLimit,
            Part = Part,
            PartCount = Of,
            Checkpoint = ResumePath is null ? null : new(OutputFile.Resolve(SessionState, ResumePath)),
        };

    private void WarnOfBoot(DesignProblem problem)
    {
        if (problem.Before.Count != 0 && ProblemText.Of(problem.Start()) is { Length: > 0 } wrong)
        {
            WriteWarning($"Design {problem.Design.Name} has a problem before the search begins: {wrong}.");
        }
    }

    private void Warn(ApicDivergence found)
    {
        if (found.Status == SearchStatus.MemoryBound)
        {
            WriteWarning($"{found}. Allow more by -MaxMemory (now {MaxMemory} bytes), or split the search by -Part and -Of.");
        }
    }

    /// <summary>What a stopped pipeline throws here would end the search without its result; it is kept, and thrown when that is there.</summary>
    private void Report(Firmware.ApicDesign design, SearchProgress progress, TimeSpan time, long tried)
    {
        double rate = time > TimeSpan.Zero ? tried / time.TotalSeconds / Million : 0;
        string status = string.Format(
            CultureInfo.InvariantCulture, "depth {0}: {1:N0} states, {2:N0} steps ({3:F2} million a second), {4:N0} MB",
            progress.Depth, progress.States, progress.Successors, rate, progress.MemoryBytes / Million);
        try
        {
            WriteProgress(new(ProgressActivity, $"Searching design {design.Name}", status));
        }
        catch (PipelineStoppedException stopped)
        {
            _stopped = ExceptionDispatchInfo.Capture(stopped);
            Stop();
        }
    }

    private bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
