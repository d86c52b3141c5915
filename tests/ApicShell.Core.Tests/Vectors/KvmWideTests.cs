using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Campaigns;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Recordings that reach further than the emulator does: what it lacks and in what it differs is counted, so that it cannot grow unseen.</summary>
public class KvmWideTests
{
    private const string Operation = "operation ";

    /// <summary>The operations that the runner lacks, and how many recordings meet each first.</summary>
    private static readonly (string Operation, int Recordings)[] s_lacking = [("events", 3), ("hpage", 23), ("hsregs", 40)];

    private static readonly IReadOnlyDictionary<string, KvmRecording> s_wide = Named("kvm/wide.packed");
    private static readonly IReadOnlyDictionary<string, KvmRecording> s_kinds = Named("kvm/kinds.packed");
    private static readonly KvmRecording[] s_runnable = [.. s_wide.Values.Where(recording => !recording.Operations.Any(IsLacking))];

    public static TheoryData<string> Runnable => [.. s_runnable.Select(recording => recording.Name)];

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Runnable))]
    public void Model_kvm_answers_as_kvm_did_or_a_kind_is_known_by_which_it_does_not(string number)
    {
        KvmRecording recording = s_wide[number];
        if (recording.Difference() is { } difference)
        {
            Assert.True(ReachedBy(recording.Operations).Any(), $"{number}: {difference}");
        }
    }

    [Fact]
    public void No_runnable_recording_differs_by_a_known_kind() => Assert.Equal(
        [],
        s_runnable.Where(recording => recording.Difference() is not null)
            .SelectMany(recording => ReachedBy(recording.Operations)).CountBy(kind => kind.Name));

    [Fact]
    public void What_the_runner_lacks_is_counted()
    {
        Assert.Equal((200, 134), (s_wide.Count, s_runnable.Length));
        string[] refused = [.. s_wide.Values.Except(s_runnable).Select(recording => recording.Difference() ?? recording.Name)];
        Assert.Equal(
            s_lacking.Select(row => $"{Operation}{row.Operation}: {row.Recordings}"),
            refused.CountBy(message => message).Select(pair => $"{pair.Key}: {pair.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary>A script that stands for a kind and agrees means that the kind is gone, and its row has to go.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_that_is_known_still_differs_and_is_recognised(string name)
    {
        KvmRecording recording = s_kinds[name];
        Assert.NotNull(recording.Difference());
        Assert.Contains(KindOf(name), ReachedBy(recording.Operations).Select(kind => kind.Name));
    }

    [Fact]
    public void Every_kind_has_a_script() => Assert.Equal(KvmKinds.All.Select(kind => kind.Name).Order(), s_kinds.Keys.Select(KindOf).Distinct().Order());

    /// <summary>A predicate that recognised everything would excuse everything.</summary>
    [Fact]
    public void Few_recordings_that_agree_are_taken_for_a_kind()
    {
        KvmRecording[] agreeing = [.. KvmRecordingTests.Files().Select(KvmRecording.OfFile), .. s_runnable];
        Assert.All(
            agreeing.SelectMany(recording => ReachedBy(recording.Operations)).CountBy(kind => kind.Name),
            pair => Assert.True(pair.Value * 6 < agreeing.Length, $"{pair.Key}: {pair.Value} of {agreeing.Length}"));
    }

    [Fact]
    public void A_kind_is_not_seen_where_it_is_not_reached()
    {
        Assert.Empty(ReachedBy(["mmiow 0 0xf0 0x1ff", "mmiow 0 0x320 0x30", "mmiow 0 0x380 1000", "wait 5000", "nop 0", "lapic 0"]));
        Assert.Equal(["K17"], ReachedBy(["msi 0xfee00000 0x200"]).Select(kind => kind.Name));
        Assert.Equal(["K1"], ReachedBy(["wrmsr 0 0x832 0x60030"]).Select(kind => kind.Name));
    }

    /// <summary>The kinds that a script may reach.</summary>
    private static IEnumerable<KnownDifference> ReachedBy(IEnumerable<string> operations)
    {
        var text = new ScriptText(operations);
        return KvmKinds.All.Where(kind => kind.Reaches(text));
    }

    private static Dictionary<string, KvmRecording> Named(string file) => KvmRecording.Packed(file).ToDictionary(recording => recording.Name);

    private static bool IsLacking(string operation) => s_lacking.Any(row => row.Operation == VectorFile.Words(operation)[0]);

    /// <summary>K3b-suppress-… and K3-… are of K3.</summary>
    private static string KindOf(string name) => name.Split('-')[0].TrimEnd('b', 'c');
}
