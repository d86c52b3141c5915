using System;
using System.Runtime.InteropServices;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm;

/// <summary>What the kernel's KVM offers on this host.</summary>
internal sealed unsafe class KvmOffer
{
    /// <summary>More entries than a CPUID has.</summary>
    public const int MostCpuidEntries = 256;

    private const uint AddressLeaf = 0x8000_0008;

    public KvmOffer(KvmHandle device)
    {
        MaxVcpus = Ask(device, KvmCapability.KVM_CAP_MAX_VCPUS);
        MaxVcpuId = Math.Max(MaxVcpus, Ask(device, KvmCapability.KVM_CAP_MAX_VCPU_ID));
        HasSmm = Ask(device, KvmCapability.KVM_CAP_X86_SMM) > 0;
        HasSplitIrqchip = Ask(device, KvmCapability.KVM_CAP_SPLIT_IRQCHIP) > 0;
        HasBusCycles = Ask(device, KvmCapability.KVM_CAP_X86_APIC_BUS_CYCLES_NS) > 0;
        X2ApicFlags = (ulong)Ask(device, KvmCapability.KVM_CAP_X2APIC_API);
        Quirks = (ulong)Ask(device, KvmCapability.KVM_CAP_DISABLE_QUIRKS2);
        RunPageSize = device.Call(KvmCall.KVM_GET_VCPU_MMAP_SIZE);
        Cpuid = SupportedCpuid(device);
    }

    public int MaxVcpus { get; }

    /// <summary>One more than the highest APIC ID.</summary>
    public int MaxVcpuId { get; }

    public bool HasSmm { get; }

    public bool HasSplitIrqchip { get; }

    public bool HasBusCycles { get; }

    /// <summary>Flags of KVM_CAP_X2APIC_API that it knows.</summary>
    public ulong X2ApicFlags { get; }

    /// <summary>Quirks that can be turned off.</summary>
    public ulong Quirks { get; }

    public int RunPageSize { get; }

    public CpuidEntry[] Cpuid { get; }

    public int PhysicalAddressBits
    {
        get
        {
            CpuidEntry leaf = Array.Find(Cpuid, entry => entry.Function == AddressLeaf);
            return leaf.Eax == 0 ? 36 : (byte)leaf.Eax;
        }
    }

    private static int Ask(KvmHandle device, KvmCapability capability) => device.Call(KvmCall.KVM_CHECK_EXTENSION, (nint)capability);

    private static CpuidEntry[] SupportedCpuid(KvmHandle device)
    {
        var table = new CpuidTable(MostCpuidEntries);
        fixed (byte* at = table.Bytes)
        {
            device.Call(KvmCall.KVM_GET_SUPPORTED_CPUID, (nint)at);
        }

        return table.Entries.ToArray();
    }
}

/// <summary>kvm_cpuid2: a number of entries, and the entries.</summary>
internal readonly struct CpuidTable
{
    private const int HeadSize = 8;

    /// <summary>Room for entries.</summary>
    public CpuidTable(int count)
    {
        Bytes = new byte[HeadSize + (count * Marshal.SizeOf<CpuidEntry>())];
        MemoryMarshal.Write(Bytes, count);
    }

    /// <summary>Entries.</summary>
    public CpuidTable(ReadOnlySpan<CpuidEntry> entries)
        : this(entries.Length) => entries.CopyTo(Entries);

    public byte[] Bytes { get; }

    public Span<CpuidEntry> Entries =>
        MemoryMarshal.Cast<byte, CpuidEntry>(Bytes.AsSpan(HeadSize))[..MemoryMarshal.Read<int>(Bytes)];
}
