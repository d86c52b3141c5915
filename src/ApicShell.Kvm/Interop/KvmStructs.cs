using System.Runtime.InteropServices;

namespace ApicShell.Kvm.Interop;

/// <summary>kvm_enable_cap.</summary>
[StructLayout(LayoutKind.Sequential, Size = 104)]
internal struct EnableCapability
{
    public KvmCapability Capability;
    public uint Flags;
    public ulong Argument;
}

/// <summary>kvm_userspace_memory_region.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestAddress;
    public ulong Size;
    public ulong HostAddress;
}

/// <summary>kvm_msi.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct MsiMessage
{
    public uint AddressLow;
    public uint AddressHigh;
    public uint Data;
    public uint Flags;
}

/// <summary>kvm_msrs with one entry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OneMsr
{
    public uint Count;
    private readonly uint _pad;
    public uint Index;
    private readonly uint _reserved;
    public ulong Data;
}

/// <summary>kvm_signal_mask with the kernel's set of 64 signals.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct SignalMask
{
    public uint Length;
    public ulong Blocked;
}

/// <summary>kvm_cpuid_entry2.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal struct CpuidEntry
{
    public const uint SignificantIndex = 1;

    public uint Function;
    public uint Index;
    public uint Flags;
    public uint Eax;
    public uint Ebx;
    public uint Ecx;
    public uint Edx;
}

/// <summary>kvm_mp_state: what a vCPU is at.</summary>
internal enum MpState : uint
{
    Runnable = 0,
    Uninitialized = 1,
    InitReceived = 2,
    Halted = 3,
    SipiReceived = 4,
}

/// <summary>kvm_regs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Registers
{
    public ulong Rax;
    public ulong Rbx;
    public ulong Rcx;
    public ulong Rdx;
    public ulong Rsi;
    public ulong Rdi;
    public ulong Rsp;
    public ulong Rbp;
    public fixed ulong R8ToR15[8];
    public ulong Rip;
    public ulong Rflags;
}

/// <summary>kvm_segment.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct Segment
{
    public ulong Base;
    public uint Limit;
    public ushort Selector;
    public byte Type;
    public byte Present;
    public byte Dpl;
    public byte Db;
    public byte IsCodeOrData;
    public byte IsLong;
    public byte Granularity;
    public byte Available;
    public byte Unusable;
}

/// <summary>kvm_dtable.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct DescriptorTable
{
    public ulong Base;
    public ushort Limit;
}

/// <summary>kvm_sregs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemRegisters
{
    public Segment Cs;
    public Segment Ds;
    public Segment Es;
    public Segment Fs;
    public Segment Gs;
    public Segment Ss;
    public Segment Tr;
    public Segment Ldt;
    public DescriptorTable Gdt;
    public DescriptorTable Idt;
    public ulong Cr0;
    public ulong Cr2;
    public ulong Cr3;
    public ulong Cr4;
    public ulong Cr8;
    public ulong Efer;
    public ulong ApicBase;
    public fixed ulong InterruptBitmap[4];
}

/// <summary>kvm_vcpu_events: what is on its way into the vCPU.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct VcpuEvents
{
    public const uint ValidNmiPending = 1;
    public const uint ValidSipiVector = 2;
    public const uint ValidSmm = 8;

    [FieldOffset(8)]
    public byte InterruptInjected;
    [FieldOffset(9)]
    public byte InterruptVector;
    [FieldOffset(12)]
    public byte NmiInjected;
    [FieldOffset(13)]
    public byte NmiPending;
    [FieldOffset(14)]
    public byte NmiMasked;
    [FieldOffset(16)]
    public uint SipiVector;
    [FieldOffset(20)]
    public uint Flags;
    [FieldOffset(27)]
    public byte LatchedInit;
}

/// <summary>kvm_run: what a vCPU shares with the kernel, as far as it is looked at.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct RunPage
{
    /// <summary>KVM_SYNC_X86_REGS.</summary>
    public const ulong SyncRegisters = 1;

    /// <summary>KVM_SYNC_X86_EVENTS.</summary>
    public const ulong SyncEvents = 4;

    [FieldOffset(8)]
    public ExitReason Exit;
    [FieldOffset(24)]
    public ulong ApicBase;

    // By the exit: io, mmio, eoi, internal.
    [FieldOffset(32)]
    public byte IoIsOut;
    [FieldOffset(34)]
    public ushort IoPort;
    [FieldOffset(32)]
    public ulong MmioAddress;
    [FieldOffset(40)]
    public ulong MmioData;
    [FieldOffset(48)]
    public uint MmioLength;
    [FieldOffset(52)]
    public byte MmioIsWrite;
    [FieldOffset(32)]
    public byte EoiVector;
    [FieldOffset(32)]
    public uint InternalSuberror;

    [FieldOffset(288)]
    public ulong ValidParts;
    [FieldOffset(296)]
    public ulong DirtyParts;
    [FieldOffset(304)]
    public Registers Registers;
    [FieldOffset(760)]
    public VcpuEvents Events;
}

/// <summary>Why KVM_RUN came back.</summary>
internal enum ExitReason : uint
{
    Io = 2,
    Mmio = 6,
    IrqWindowOpen = 7,
    Shutdown = 8,
    Interrupted = 10,
    InternalError = 17,
    IoApicEoi = 26,
}
