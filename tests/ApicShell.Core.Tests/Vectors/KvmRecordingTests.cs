using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Model Kvm against what a real KVM guest saw, line for line.</summary>
public class KvmRecordingTests
{
    private const string CorpusVariable = "APICSHELL_KVM_CORPUS";

    public static TheoryData<string> Scripts =>
        [.. Files().Select(path => Path.GetRelativePath(VectorFile.PathOf("kvm"), path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_recordings() => Assert.True(Scripts.Count >= 400);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Model_kvm_answers_as_kvm_did(string name) =>
        Assert.Null(KvmRecording.OfFile(VectorFile.PathOf($"kvm/{name}")).Difference());

    internal static string[] Files() => Directory.GetFiles(VectorFile.PathOf("kvm"), "*.txt", SearchOption.AllDirectories);

    /// <summary>Recordings that are not in the repository: a folder named by the environment, with NAME.txt and NAME.expected.jsonl at any depth.</summary>
    [Fact]
    public void Model_kvm_answers_as_kvm_did_in_the_corpus_named_by_the_environment()
    {
        string? folder = Environment.GetEnvironmentVariable(CorpusVariable);
        if (string.IsNullOrEmpty(folder))
        {
            return;
        }

        string[] scripts = [.. Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories)
            .Where(path => File.Exists(KvmRecording.AnswersOf(path))).Order(StringComparer.Ordinal)];
        Assert.True(scripts.Length > 0, $"{CorpusVariable}: there is no NAME.txt with a NAME.expected.jsonl in {folder}");
        List<string> different = [];
        foreach (string script in scripts)
        {
            if (KvmRecording.OfFile(script).Difference() is { } difference)
            {
                different.Add($"{Path.GetRelativePath(folder, script)}: {difference}");
            }
        }

        Assert.True(different.Count == 0, $"{different.Count} of {scripts.Length} scripts differ\n{string.Join('\n', different)}");
    }
}
