using System;
using System.Diagnostics;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Machines from one vCPU to the most there may be, and what the interrupt paths cost in them.</summary>
[Collection(MeasuredAlone.Name)]
public class ScaleTests
{
    [Fact]
    public void The_largest_machine_delivers_to_sparse_ids_and_to_all()
    {
        uint[] ids = [.. Enumerable.Range(0, Machine.MaxVcpuCount).Select(index => (uint)index * 0xFFFF)];
        ids[^1] = Machine.MaxApicId;
        Machine machine = X2Apic(ids);

        Assert.Equal(RuleId.IpiAccepted, machine.WriteMsr(0, 0x830, ((ulong)Machine.MaxApicId << 32) | 0x41).Rule);
        Assert.Equal(0x41, machine.StateOf(ids.Length - 1, AccessOrigin.Guest).HighestRequested);
        Assert.Equal(RuleId.IpiNotAccepted, machine.WriteMsr(0, 0x830, (0x1234_5678UL << 32) | 0x42).Rule);

        machine.WriteMsr(0, 0x830, 0xFFFF_FFFF_0000_0050);
        Assert.All(Enumerable.Range(0, ids.Length), vcpu => Assert.Equal(0x50, machine.Acknowledge(vcpu, spuriously: false).Vector));
    }

    /// <summary>All that is allocated to make it, what is thrown away again included.</summary>
    [Fact]
    public void A_vcpu_costs_at_most_540_bytes()
    {
        uint[] ids = [.. Enumerable.Range(0, 1024).Select(id => (uint)id)];
        _ = new Machine(new ApicTraits(), new NativePlatform(), [0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = new Machine(new ApicTraits(), new NativePlatform(), ids);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / ids.Length, 1, 540);
    }

    /// <summary>Loosely bound, as tests must be; the benchmarks have the figures.</summary>
    [Fact]
    public void An_ipi_costs_the_same_in_a_machine_of_two_and_of_65536()
    {
        Machine small = X2Apic([0, 1]);
        Machine large = X2Apic([.. Enumerable.Range(0, Machine.MaxVcpuCount).Select(id => (uint)id)]);
        double ratio = Enumerable.Range(0, 7).Select(_ => Ipis(large, Machine.MaxVcpuCount - 1) / Ipis(small, 1)).Order().ElementAt(3);
        Assert.InRange(ratio, 0, 10);
    }

    [Fact]
    public void The_access_and_interrupt_paths_allocate_nothing()
    {
        Machine machine = X2Apic([.. Enumerable.Range(0, 64).Select(id => (uint)id)]);
        Paths(machine);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Paths(machine);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Paths(Machine machine)
    {
        for (ulong vector = 0x20; vector < 0x100; vector++)
        {
            machine.Execute(0, Access.WriteMsr(0x808, 0x10));
            machine.ReadMsr(0, 0x80A);
            machine.WriteMsr(0, 0x83F, vector);
            machine.WriteMsr(0, 0x830, (63UL << 32) | vector);
            machine.WriteMsr(0, 0x830, (0x3_FFFFUL << 32) | 0x800 | vector);
            machine.WriteMsr(0, 0x830, (0x3_FFFFUL << 32) | 0x900 | vector);
            machine.WriteMsr(0, 0x830, 0xC0000 | vector);
            machine.SendMsi(0xFEE0_0000, (uint)vector | 0x8000);
            for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
            {
                machine.Acknowledge(vcpu, spuriously: false);
                machine.WriteMsr(vcpu, 0x80B, 0);
            }

            machine.WriteMsr(0, 0x832, vector);
            machine.WriteMsr(0, 0x838, 100);
            machine.Advance(1000);
        }
    }

    private static double Ipis(Machine machine, int target)
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 20_000; i++)
        {
            machine.WriteMsr(0, 0x830, ((ulong)target << 32) | 0x40);
            machine.Acknowledge(target, spuriously: false);
            machine.WriteMsr(target, 0x80B, 0);
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private static Machine X2Apic(uint[] ids)
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new NativePlatform(), ids);
        for (int vcpu = 0; vcpu < ids.Length; vcpu++)
        {
            machine.WriteMsr(vcpu, 0x80F, 0x1FF);
        }

        return machine;
    }
}
