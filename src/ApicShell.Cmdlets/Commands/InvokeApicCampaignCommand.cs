using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Threading.Tasks;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Campaigns;
using ApicShell.Errors;
using ApicShell.Exploration;
using ApicShell.Scripts;
using ApicShell.Searching;
using ApicShell.Serialization;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicCampaign: random scripts on two machines, and the shortest script of each difference.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicCampaign")]
[OutputType(typeof(ApicCampaign))]
public sealed class InvokeApicCampaignCommand : ApicCommand
{
    private const int ProgressActivity = 0x4152;
    private const int LooksPerSecond = 5;
    private const long UsualCount = 1000;
    private static readonly TimeSpan s_betweenSaves = TimeSpan.FromSeconds(10);

    private CampaignState? _reached;

    /// <summary>What the two machines run on.</summary>
    [Parameter(Position = 0)]
    [ValidateCount(2, 2)]
    [FlatArgument]
    public ApicBackend[] Backend { get; set; } = [ApicBackend.Emulator, ApicBackend.Kvm];

    /// <summary>Quirks that the second machine has off.</summary>
    [Parameter]
    [FlatArgument]
    public KvmQuirks[] DisableQuirk { get; set; } = [];

    /// <summary>Quirks that the second machine has on.</summary>
    [Parameter]
    [FlatArgument]
    public KvmQuirks[] EnableQuirk { get; set; } = [];

    /// <summary>Which scripts are made.</summary>
    [Parameter]
    [ValidateNotNull]
    public ulong Seed { get; set; } = 1;

    /// <summary>How many scripts at the most.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Count { get; set; } = UsualCount;

    /// <summary>How long it may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecondsArgument? TimeLimit { get; set; }

    /// <summary>Which part of the campaign.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int Part { get; set; } = 1;

    /// <summary>Of how many parts.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int Of { get; set; } = 1;

    /// <summary>Files of known differences.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] KnownPath { get; set; } = [];

    /// <summary>The file that the campaign is kept in, and goes on from.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ResumePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        if (Part > Of)
        {
            throw ApicErrors.OptionsConflict($"-Part {Part} -Of {Of}: parts go from 1 to their number.");
        }

        KnownDifference[] known = [.. KvmKinds.All, .. KnownPath.SelectMany(Known)];
        using IMachinePlace place = Backend.Contains(ApicBackend.Kvm) ? KvmBackend.Place() : new EmulatorPlace();
        using var emulator = new EmulatorPlace();
        IMachinePlace[] places = [.. Backend.Select(backend => backend == ApicBackend.Kvm ? place : emulator)];
        var sides = new CampaignSides(Backend, DisableQuirk, EnableQuirk);
        CampaignMachine[] machines =
        [
            new(sides.Names[0], places[0].Make),
            new(sides.Names[1], (traits, ids) => places[1].Make(traits with { Quirks = sides.Changed(traits.Quirks) }, ids)),
        ];
        string[] about = [$"model Kvm on {places[0].Description}", $"model Kvm on {places[1].Description}{sides.Changes}"];
        string? file = ResumePath is null ? null : OutputFile.Resolve(SessionState, ResumePath);
        CampaignRecord record = Begun(file, about);
        long before = record.State.Scripts;
        var clock = Stopwatch.StartNew();
        record = record with { State = Run(record, machines, known, place, clock, file) };
        Save(file, record);
        WriteObject(new ApicCampaign(record, sides, record.State.Scripts - before, clock.Elapsed));
    });

    private IEnumerable<KnownDifference> Known(string path)
    {
        InputFile input = Input(InputKind.KnownDifferences);
        foreach (string file in input.Matching(path))
        {
            IReadOnlyList<KnownDifference> read;
            try
            {
                read = KnownDifferenceReader.Read(input.ReadText(file).Split('\n').Select(line => line.TrimEnd('\r')));
            }
            catch (ScriptFormatException error)
            {
                throw ApicErrors.KnownDifferencesInvalid(file, error);
            }

            foreach (KnownDifference one in read)
            {
                yield return one;
            }
        }
    }

    /// <summary>The campaign that a file keeps, or a new one.</summary>
    private CampaignRecord Begun(string? file, string[] about)
    {
        var asked = new CampaignRecord { First = about[0], Second = about[1], State = new() { Seed = Seed, Part = Part, Of = Of } };
        if (file is null || !File.Exists(file))
        {
            return asked;
        }

        CampaignRecord kept;
        try
        {
            kept = CampaignRecordText.Read(Input(InputKind.Campaign).ReadText(file));
        }
        catch (TextFormatException error)
        {
            throw ApicErrors.CampaignFileInvalid(file, error.Message, error);
        }

        string? other = kept.State.Seed != Seed ? $"its seed is {kept.State.Seed}, and {Seed} was asked for."
            : (kept.State.Part, kept.State.Of) != (Part, Of) ? $"it is part {kept.State.Part} of {kept.State.Of}, and part {Part} of {Of} was asked for."
            : (kept.First, kept.Second) != (asked.First, asked.Second) ? $"its machines are {kept.First} and {kept.Second}, and {asked.First} and {asked.Second} were asked for."
            : null;
        return other is null ? kept : throw ApicErrors.CampaignFileInvalid(file, other);
    }

    /// <summary>Runs it where its machines are quickest, and looks a few times a second how it gets on.</summary>
    private CampaignState Run(
        CampaignRecord record, CampaignMachine[] machines, KnownDifference[] known, IMachinePlace place, Stopwatch clock, string? file)
    {
        TimeSpan? limit = TimeLimit?.ToTimeSpan();
        bool counted = MyInvocation.BoundParameters.ContainsKey(nameof(Count));
        var options = new CampaignOptions
        {
            MostScripts = counted || limit is null ? Count : long.MaxValue,
            Known = known,
            IsTimeOver = () => limit is { } most && clock.Elapsed >= most,
            Progress = state => _reached = state,
        };
        CampaignState? ended = null;
        var work = Task.Run(() => place.Run(() => ended = Campaign.Run(record.State, machines[0], machines[1], options, StopToken)));
        TimeSpan saved = clock.Elapsed;
        while (!((IAsyncResult)work).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(1.0 / LooksPerSecond)))
        {
            CampaignState now = _reached ?? record.State;
            Report(now, now.Scripts - record.State.Scripts, options.MostScripts, limit, clock.Elapsed);
            if (clock.Elapsed - saved >= s_betweenSaves)
            {
                saved = clock.Elapsed;
                Save(file, record with { State = now });
            }
        }

        work.GetAwaiter().GetResult();
        return ended!;
    }

    private void Report(CampaignState state, long ran, long most, TimeSpan? limit, TimeSpan elapsed)
    {
        if (Stopping)
        {
            return;
        }

        double done = Math.Max(most == long.MaxValue ? 0 : (double)ran / most, limit is { } time && time > TimeSpan.Zero ? elapsed.TotalSeconds / time.TotalSeconds : 0);
        WriteProgress(new ProgressRecord(
            ProgressActivity, "Campaign", $"{state.Scripts} scripts, {state.Different} differ, {state.Findings.Count(finding => finding.IsNew)} new kinds")
        {
            PercentComplete = (int)(Math.Min(done, 1) * 100),
        });
    }

    private static void Save(string? file, CampaignRecord record)
    {
        if (file is not null)
        {
            OutputFile.Guard(file, () => WholeFile.Write(file, stream =>
            {
                byte[] bytes = Encoding.ASCII.GetBytes(CampaignRecordText.Write(record));
                stream.Write(bytes, 0, bytes.Length);
            }));
        }
    }
}
