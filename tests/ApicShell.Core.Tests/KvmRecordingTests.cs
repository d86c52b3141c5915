using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Model Kvm against what a real KVM guest saw, line for line.</summary>
public class KvmRecordingTests
{
    public static TheoryData<string> Scripts =>
        [.. Directory.GetFiles(VectorFile.PathOf("kvm"), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Fact]
    public void There_are_recordings() => Assert.True(Scripts.Count >= 16);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Model_kvm_answers_as_kvm_did(string name)
    {
        IReadOnlyList<string> actual = KvmScript.Run(File.ReadLines(VectorFile.PathOf($"kvm/{name}.txt")));
        string[] expected = File.ReadAllLines(VectorFile.PathOf($"kvm/{name}.expected.jsonl"));
        Assert.Equal(expected.Length, actual.Count);
        string[] different = [.. expected.Zip(actual).Where(pair => pair.First != pair.Second).Take(5).Select(pair => $"expected {pair.First}\n     got {pair.Second}")];
        Assert.True(different.Length == 0, string.Join('\n', different));
    }
}
