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

    private readonly VcpuThread _thread = new();

    public static TheoryData<string> Scripts =>
        [.. Directory.GetFiles(VectorFile.PathOf("kvm"), "*.txt", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(VectorFile.PathOf("kvm"), path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Packed => [.. s_packed.Keys];

    public void Dispose() => _thread.Dispose();

    [KvmTheory]
    [MemberData(nameof(Scripts))]
    public void A_recording_is_repeated(string name) => Assert.Null(Live(KvmRecording.OfFile(VectorFile.PathOf($"kvm/{name}"))));

    [KvmTheory]
    [MemberData(nameof(Packed))]
    public void A_packed_recording_is_repeated(string name) => Assert.Null(Live(s_packed[name]));

    /// <summary>The whole script runs on the thread of its vCPUs.</summary>
    private string? Live(KvmRecording recording) => _thread.Run(() => recording.Difference(Make));

    private IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds) => new KvmMachine(new KvmOptions { Traits = traits, ApicIds = apicIds }, _thread);
}
