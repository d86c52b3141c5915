using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Campaigns;
using ApicShell.Emulation;
using ApicShell.Kvm;
using ApicShell.Kvm.Threads;

namespace ApicShell.Benchmarks;

/// <summary>Machines of the emulator and of the kernel's KVM, the latter's vCPUs all on one thread.</summary>
internal static class Backends
{
    private static readonly string? s_absence = KvmDevice.WhyUnavailable()?.Message;

    /// <summary>Whether there is a KVM; says why not.</summary>
    public static bool HasKvm(string name)
    {
        if (s_absence is not null)
        {
            Console.WriteLine($"{name}: skipped. {s_absence}");
        }

        return s_absence is null;
    }

    public static CampaignMachine Emulator { get; } = new("Emulator", static (traits, ids) => new Machine(traits, new NativePlatform(), ids));

    /// <summary>Machines of the kernel, on a thread that is there.</summary>
    public static CampaignMachine Kvm(VcpuThread thread) => new("Kvm", (traits, ids) => NewKvm(traits, ids, thread));

    /// <summary>A machine of the kernel, as wide as the host lets it be.</summary>
    public static KvmMachine NewKvm(ApicTraits traits, IReadOnlyList<uint> ids, VcpuThread? thread)
    {
        using var device = KvmDevice.Open();
        return new(new() { Traits = traits with { PhysicalAddressBits = Math.Min(traits.PhysicalAddressBits, device.PhysicalAddressBits) }, ApicIds = ids }, thread);
    }
}
