using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Threads;
using ApicShell.Tests;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>The recordings, live: what a real guest saw it sees again through this library.</summary>
public sealed class RecordingTests : IDisposable
{
    private static readonly string[] s_files = ["wide", "kinds"];
    private static readonly Dictionary<string, KvmRecording> s_packed = s_files
        .SelectMany(file => KvmRecording.Packed($"kvm/{file}.packed").Select(recording => (Name: $"{file}/{recording.Name}", recording)))
        .ToDictionary(pair => pair.Name, pair => pair.recording);

    private static readonly string[] s_lacking = ["hsregs", "hpage", "events", "gsiroute"];

    /// <summary>
    /// What the runner does not say of a machine, not what the machine does not do: reserved words of the page, the half of an access that left, and flag 8
    /// of KVM_CAP_X2APIC_API, which no trait has.
    /// </summary>
    private static readonly string[] s_unsaid = ["kinds/K11-page-reserved-words", "kinds/K12-write-across-page-end", "kinds/K3c-suppress-eoi-broadcast-disabled"];

    private readonly VcpuThread _thread = new();

    public static TheoryData<string> Scripts =>
        [.. Directory.GetFiles(VectorFile.PathOf("kvm"), "*.txt", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(VectorFile.PathOf("kvm"), path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Packed => [.. s_packed.Where(pair => !pair.Value.Operations.Any(IsLacking)).Select(pair => pair.Key).Except(s_unsaid)];

    public static TheoryData<string> Unsaid => [.. s_unsaid];

    public void Dispose() => _thread.Dispose();

    [KvmTheory]
    [MemberData(nameof(Scripts))]
    public void A_recording_is_repeated(string name) => AssertNone(Live(KvmRecording.OfFile(VectorFile.PathOf($"kvm/{name}"))));

    [KvmTheory]
    [MemberData(nameof(Packed))]
    public void A_packed_recording_is_repeated(string name) => AssertNone(Live(s_packed[name]));

    /// <summary>When one of them is said, its row has to go.</summary>
    [KvmTheory]
    [MemberData(nameof(Unsaid))]
    public void What_the_runner_does_not_say_differs(string name) => Assert.NotNull(Live(s_packed[name]));

    [Fact]
    public void Most_recordings_are_repeated() => Assert.True(Packed.Count >= 140 && Scripts.Count >= 400, $"{Packed.Count}, {Scripts.Count}");

    private static bool IsLacking(string operation) => s_lacking.Contains(operation.Split(' ')[0]);

    private static void AssertNone(string? difference) => Assert.True(difference is null, difference);

    /// <summary>The whole script runs on the thread of its vCPUs.</summary>
    private string? Live(KvmRecording recording) => _thread.Run(() => recording.Difference(Make));

    private IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds) => new KvmMachine(new KvmOptions { Traits = traits, ApicIds = apicIds }, _thread);
}
