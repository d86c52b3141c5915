using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using BenchmarkDotNet.Attributes;

namespace ApicShell.Benchmarks;

/// <summary>The access path, model Kvm, trace off. One call is one operation of the name's workload.</summary>
// In this process: what BenchmarkDotNet would generate and build does not keep to the repository's rules for warnings.
[InProcess]
[MemoryDiagnoser]
public class AccessWorkloads
{
    private static readonly RegisterSpec[] s_readable = System.Array.FindAll(
        [.. RegisterCatalogue.All], spec => spec.X2ApicAccess(ApicModel.Kvm).HasFlag(RegisterAccess.Read));

    private readonly Machine _xapic = new(new ApicTraits(), new NativePlatform(), [0]);
    private readonly Machine _x2apic = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new NativePlatform(), [0]);
    private readonly Machine _snp = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), [0]);
    private readonly uint[] _ids = [.. Enumerable.Range(0, 1024).Select(id => (uint)id)];
    private uint _next;

    /// <summary>Makes the machines.</summary>
    public AccessWorkloads() => ((SnpPlatform)_snp.Platform).EnableAlternateInjection(_snp, 0, VcHandler.Proposal);

    /// <summary>W1 in x2APIC mode: a TPR write and a PPR read.</summary>
    [Benchmark]
    public ulong W1X2Apic()
    {
        _x2apic.Execute(0, Access.WriteMsr(0x808, (_next++ & 15) << 4));
        return _x2apic.Execute(0, Access.ReadMsr(0x80A)).Value;
    }

    /// <summary>W1 in xAPIC mode.</summary>
    [Benchmark]
    public ulong W1XApic()
    {
        _xapic.Execute(0, Access.WriteMmio(0x080, (_next++ & 15) << 4));
        return _xapic.Execute(0, Access.ReadMmio(0x0A0)).Value;
    }

    /// <summary>The same two accesses of an SNP guest that the SVSM serves, by handler Proposal.</summary>
    [Benchmark]
    public ulong W1Svsm()
    {
        _snp.Execute(0, Access.WriteMsr(0x808, (_next++ & 15) << 4));
        return _snp.Execute(0, Access.ReadMsr(0x80A)).Value;
    }

    /// <summary>W6: every register that can be read in x2APIC mode.</summary>
    [Benchmark]
    public ulong W6()
    {
        ulong sum = 0;
        foreach (RegisterSpec spec in s_readable)
        {
            sum += _x2apic.Execute(0, Access.ReadMsr(spec.Msr)).Value;
        }

        return sum;
    }

    /// <summary>W7: a machine of 1,024 vCPUs; bytes allocated divided by 1,024 are bytes a vCPU.</summary>
    [Benchmark]
    public Machine W7() => new(new ApicTraits(), new NativePlatform(), _ids);
}
