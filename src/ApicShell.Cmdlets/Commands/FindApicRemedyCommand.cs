using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using System.Threading;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.Remedies;
using ApicShell.Searching;

namespace ApicShell.Commands;

/// <summary>Find-ApicRemedy: finds every minimal set of changes with which a boot works in a world.</summary>
[Cmdlet(VerbsCommon.Find, "ApicRemedy")]
[OutputType(typeof(ApicRemedyResult))]
public sealed class FindApicRemedyCommand : ApicCommand
{
    private const int ProgressActivity = 0x4151;
    private const string UsualBoot = "LinuxX2Apic";

    private ExceptionDispatchInfo? _stopped;

    /// <summary>The worlds, by name or as objects.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public WorldArgument[] World { get; set; } = [WorldArgument.Usual];

    /// <summary>The boot that has to come to its end.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BootCompleter))]
    [ValidateNotNull]
    public BootArgument Boot { get; set; } = new(UsualBoot);

    /// <summary>How many vCPUs.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int VcpuCount { get; set; }

    /// <summary>Conditions that have to be survived beside it.</summary>
    [Parameter]
    [ValidateNotNull]
    [FlatArgument]
    public DesignCondition[] Condition { get; set; } = [];

    /// <summary>Guest, SVSM and hypervisor have to agree after each phase.</summary>
    [Parameter]
    public SwitchParameter MustAgree { get; set; }

    /// <summary>Every step between modes has to be one that APM figure 16-32 draws.</summary>
    [Parameter]
    public SwitchParameter MustBeDrawn { get; set; }

    /// <summary>The changes that may be made.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChangeCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public ChangeArgument[] Change { get; set; } = [new("*")];

    /// <summary>The changes that may not.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChangeCompleter))]
    [SupportsWildcards]
    [ValidateNotNull]
    public ChangeArgument[] ExcludeChange { get; set; } = [];

    /// <summary>The parties that change nothing.</summary>
    [Parameter]
    [ValidateNotNull]
    [FlatArgument]
    public Party[] Refuse { get; set; } = [];

    /// <summary>The only parties that change anything.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public Party[] Only { get; set; } = (Party[])Enum.GetValues(typeof(Party));

    /// <summary>What a change costs, by party.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Cost { get; set; } = new Hashtable();

    /// <summary>How long it may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecondsArgument? TimeLimit { get; set; }

    /// <summary>How many threads search.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (WorldArgument argument in World)
        {
            Guard(() =>
            {
                foreach (ApicWorld world in argument.Resolve(State))
                {
                    Guard(() => Find(world.Core));
                }
            });
        }
    }

    private void Find(Firmware.ApicWorld world)
    {
        Party[] refused = [.. Refuse.Union(((Party[])Enum.GetValues(typeof(Party))).Except(Only)).OrderBy(party => party)];
        Dictionary<Party, double> costs = Costs();
        RemedyProblem problem = Problem(world, refused);
        using CancellationTokenSource both = SearchTask.Limited(TimeLimit?.ToTimeSpan(), StopToken);

        var clock = Stopwatch.StartNew();
        RemedyResult result = new RemedySearch(problem).Run(ThrottleLimit, progress => Report(world, progress), both.Token);
        var found = new ApicRemedyResult(problem, result, clock.Elapsed, costs, refused);

        // Before it is emitted: of a pipeline that was stopped nothing comes out any more, and Get-ApicRemedy shows it.
        State.LastRemedy = found;
        _stopped?.Throw();
        WriteProgress(new(ProgressActivity, $"Seeking remedies in world {world.Name}", "done") { RecordType = ProgressRecordType.Completed });
        WriteObject(found);
    }

    private RemedyProblem Problem(Firmware.ApicWorld world, Party[] refused)
    {
        HashSet<string> left = [.. ExcludeChange.SelectMany(one => one.Resolve(State)).Select(change => change.Name)];
        Firmware.ApicChange[] candidates = [.. Change.SelectMany(one => one.Resolve(State)).Select(change => change.Core).Distinct()
            .Where(change => !left.Contains(change.Name) && !change.Parties.Any(refused.Contains))];
        int acting = candidates.Count(change => change.Acts(world.AsItStands));
        IReadOnlyList<ApicBoot> boots = Boot.Resolve(State);
        return acting > RemedyProblem.MostChanges ? throw ApicErrors.TooManyChanges(acting, RemedyProblem.MostChanges)
            : boots.Count != 1 ? throw ApicErrors.NotOne(Boot.ToString(), "boots", "Get-ApicBoot", boots.Count)
            : new(world, boots[0].Core, candidates)
            {
                VcpuCount = MyInvocation.BoundParameters.ContainsKey(nameof(VcpuCount)) ? VcpuCount : null,
                Conditions = Condition,
                MustAgree = MustAgree,
                MustBeDrawn = MustBeDrawn,
            };
    }

    /// <summary>What changes cost, as a user gives it: <c>@{ Kvm = 5; Edk2 = 1 }</c>.</summary>
    private Dictionary<Party, double> Costs()
    {
        var costs = new Dictionary<Party, double>();
        foreach (DictionaryEntry entry in Cost)
        {
            if (!Enum.TryParse($"{entry.Key}", ignoreCase: true, out Party party) || !Enum.IsDefined(typeof(Party), party))
            {
                throw ApicErrors.OptionsConflict(
                    $"-Cost: \"{entry.Key}\" is no party. {ApicErrors.Meant(Suggestion.For($"{entry.Key}", Enum.GetNames(typeof(Party))))}Parties are {string.Join(", ", Enum.GetNames(typeof(Party)))}.");
            }

            costs[party] = LanguagePrimitives.TryConvertTo(entry.Value, CultureInfo.InvariantCulture, out double cost) && cost is >= 0 and < double.PositiveInfinity
                ? cost
                : throw ApicErrors.OptionsConflict($"-Cost: \"{entry.Value}\" is no cost of {party}. A cost is a number from 0 on.");
        }

        return costs;
    }

    /// <summary>What a stopped pipeline throws here would end the search in its midst; it is kept, and thrown when the search has ended.</summary>
    private void Report(Firmware.ApicWorld world, RemedyProgress progress)
    {
        try
        {
            WriteProgress(new(
                ProgressActivity,
                $"Seeking remedies in world {world.Name}",
                string.Format(CultureInfo.InvariantCulture, "sets of {0} changes: {1:N0} left to run, {2:N0} run so far, {3} remedies", progress.Size, progress.Waiting, progress.Trials, progress.Found)));
        }
        catch (PipelineStoppedException stopped)
        {
            _stopped = ExceptionDispatchInfo.Capture(stopped);
            Stop();
        }
    }
}
