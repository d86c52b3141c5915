using BenchmarkDotNet.Attributes;

namespace ApicShell.Benchmarks;

/// <summary>The workloads under BenchmarkDotNet: time and allocation of one round. The baseline is the C# twin of the minimal loop.</summary>
// In this process: what BenchmarkDotNet would generate and build does not keep to the repository's rules for warnings.
[InProcess]
[MemoryDiagnoser]
public class Workloads
{
    private const int Rounds = 4096;
    private Workload _work = Workload.Find("W1")!;
    private Floor _floor = new(1024);

    /// <summary>The workload, by name.</summary>
    [Params("W1", "W1x", "W2", "W3", "W3_1023", "W4_64", "W4_1024", "W5", "W6", "W8_1", "W8_16")]
    public string Name { get; set; } = "W1";

    /// <summary>Makes the machine.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _work = Workload.Find(Name)!;
        _floor = new Floor(Name == "W4_64" ? 64 : 1024);
    }

    /// <summary>ApicShell.</summary>
    [Benchmark(OperationsPerInvoke = Rounds)]
    public void ApicShell() => _work.Run(Rounds);

    /// <summary>The least memory work with the same meaning; none for what the minimal loop does not have.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rounds)]
    public void Minimal() => _floor.Run(Name, Rounds);
}

/// <summary>W7: a machine of 1,024 vCPUs; bytes allocated divided by 1,024 are bytes a vCPU.</summary>
[InProcess]
[MemoryDiagnoser]
public class Creation
{
    private readonly Workload _work = Workload.Find("W7")!;

    /// <summary>Makes a machine.</summary>
    [Benchmark]
    public void W7() => _work.Run(1);
}
