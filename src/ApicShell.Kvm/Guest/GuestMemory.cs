using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm.Guest;

/// <summary>
/// The guest's memory: 64 KiB below 4 GiB, where a firmware would be; linear addresses are physical ones there. Beside them each vCPU has a window of two
/// pages, through which it reaches any other physical address, wherever an APIC's page is put.
/// </summary>
internal static class GuestMemory
{
    public const int Size = 0x1_0000;
    public const int PageSize = 0x1000;
    public const ulong Base = 0xFFFF_0000;

    private const int RamSize = 0x40_0000;
    private const uint RamSlot = 0;
    private const uint GuestSlot = 1;

    // Its pages, by their offsets.
    private const int DescriptorPage = 0x0000;
    private const int InterruptPage = 0x1000;
    private const int StubPage = 0x2000;
    private const int RoutinePage = 0x3000;
    private const int RootTable = 0x4000;
    private const int GigabyteTable = 0x5000;
    private const int WindowDirectory = 0x6000;
    private const int WindowTable = 0x7000;
    private const int MemoryDirectory = 0x8000;
    private const int VcpuArea = 0x9000;
    private const int ResetVectorAt = 0xFFF0;

    // Of a vCPU: its task state segment, and a stack as large as the frame of an exception needs.
    private const int VcpuAreaSize = 0x100;

    private const ulong WindowBase = 1UL << 30;
    private const int WindowPages = 2;
    private const ushort CodeSelector = 0x08;
    private const ushort DataSelector = 0x10;
    private const ushort TaskSelector = 0x18;
    private const ulong Present = 0x63;
    private const ulong LargePage = 0x80;
    private const ulong InterruptGate = 0x8EUL << 40;
    private const int GateSize = 16;
    private const int ErrorCodeSize = 8;
    private const int FrameSize = 40;

    private static readonly byte[] s_image = MakeImage();

    /// <summary>Where stubs begin.</summary>
    public static ulong Stubs => Base + StubPage;

    /// <summary>Memory with the guest in it, given to a machine.</summary>
    public static MemoryMap CreateFor(KvmHandle machine) => Create(machine, GuestSlot, Base, Size, memory =>
    {
        s_image.CopyTo(memory.Bytes);
        GuestProgram.ResetVector.CopyTo(memory.Bytes[ResetVectorAt..]);
    });

    /// <summary>Memory from address 0 on, which the guest does not use: it is there for what a script does with it.</summary>
    public static MemoryMap CreateRamFor(KvmHandle machine) => Create(machine, RamSlot, 0, RamSize, _ => { });

    /// <summary>Takes the guest's memory away from a machine.</summary>
    public static void Remove(KvmHandle machine)
    {
        var region = new MemoryRegion { Slot = GuestSlot, GuestAddress = Base };
        machine.Try(KvmCall.KVM_SET_USER_MEMORY_REGION, ref region);
    }

    /// <summary>Whether it is here that an access would go: what the guest is made of is not to be changed by it.</summary>
    public static bool Holds(ulong address, int size) => address < Base + Size && address + (ulong)size > Base;

    /// <summary>Where a routine begins.</summary>
    public static ulong AddressOf(Routine routine) => Base + RoutinePage + (ulong)GuestProgram.OffsetOf(routine);

    /// <summary>The top of a vCPU's stack.</summary>
    public static ulong StackOf(int vcpu) => Base + VcpuArea + (ulong)((vcpu + 1) * VcpuAreaSize);

    /// <summary>Where a vCPU's window is.</summary>
    public static ulong WindowOf(int vcpu) => WindowBase + (ulong)(vcpu * WindowPages * PageSize);

    /// <summary>The registers of the routine that lets a vCPU's window show a page and the one behind it.</summary>
    public static Registers WindowRegisters(int vcpu, ulong page, int addressBits) => new()
    {
        Rax = page | Present,
        Rcx = page + PageSize < 1UL << addressBits ? (page + PageSize) | Present : 0,
        Rbx = Base + WindowTable + (ulong)(vcpu * WindowPages * sizeof(ulong)),
        Rdx = WindowOf(vcpu),
    };

    /// <summary>The error code of the exception whose frame RSP points to; 0 where it has none.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="vcpu">The vCPU, whose stack was empty.</param>
    /// <param name="stack">RSP.</param>
    public static ulong ErrorCode(MemoryMap memory, int vcpu, ulong stack) => StackOf(vcpu) - stack == FrameSize + ErrorCodeSize
        ? MemoryMarshal.Read<ulong>(memory.Bytes[(int)(stack - Base)..])
        : 0;

    /// <summary>Puts a vCPU into 64-bit mode, interrupts off.</summary>
    public static void SetLongMode(ref SystemRegisters system, int vcpu)
    {
        var code = new Segment
        {
            Selector = CodeSelector,
            Limit = uint.MaxValue,
            Type = 11,
            Present = 1,
            IsCodeOrData = 1,
            IsLong = 1,
            Granularity = 1,
        };
        Segment data = code with { Selector = DataSelector, Type = 3, IsLong = 0, Db = 1 };
        (system.Cs, system.Ds, system.Es, system.Fs, system.Gs, system.Ss) = (code, data, data, data, data, data);
        system.Tr = new()
        {
            Base = Base + VcpuArea + (ulong)(vcpu * VcpuAreaSize),
            Limit = 0x67,
            Selector = TaskSelector,
            Type = 11,
            Present = 1,
        };
        system.Ldt = new() { Unusable = 1 };
        system.Gdt = new() { Base = Base + DescriptorPage, Limit = 0x17 };
        system.Idt = new() { Base = Base + InterruptPage, Limit = PageSize - 1 };

        // PG, NE, ET, MP, PE; OSXMMEXCPT, OSFXSR, PAE; LMA, LME.
        (system.Cr0, system.Cr3, system.Cr4, system.Efer) = (0x8000_0033, Base + RootTable, 0x620, 0x500);
    }

    private static unsafe MemoryMap Create(KvmHandle machine, uint slot, ulong address, int size, Action<MemoryMap> fill)
    {
        var memory = MemoryMap.Anonymous(size);
        try
        {
            fill(memory);
            var region = new MemoryRegion { Slot = slot, GuestAddress = address, Size = (ulong)size, HostAddress = (ulong)memory.Address };
            machine.Call(KvmCall.KVM_SET_USER_MEMORY_REGION, ref region);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static byte[] MakeImage()
    {
        byte[] image = new byte[VcpuArea];
        Put(image, DescriptorPage + CodeSelector, 0x00AF_9B00_0000_FFFF);
        Put(image, DescriptorPage + DataSelector, 0x00CF_9300_0000_FFFF);
        GuestProgram.Routines.CopyTo(image, RoutinePage);
        GuestProgram.Stubs.CopyTo(image, StubPage);
        for (int vector = 0; vector < PageSize / GateSize; vector++)
        {
            ulong stub = Stubs + (ulong)(vector * GuestProgram.StubSize);
            Put(image, InterruptPage + (vector * GateSize), (stub & 0xFFFF) | ((ulong)CodeSelector << 16) | InterruptGate | ((stub >> 16) << 48));
        }

        // Four levels: the windows are in the second gigabyte, this memory at the end of the fourth.
        PutEntry(image, RootTable, 0, Base + GigabyteTable);
        PutEntry(image, GigabyteTable, 1, Base + WindowDirectory);
        PutEntry(image, GigabyteTable, 3, Base + MemoryDirectory);
        PutEntry(image, WindowDirectory, 0, Base + WindowTable);
        PutEntry(image, MemoryDirectory, 511, 0xFFE0_0000 | LargePage);
        return image;
    }

    private static void PutEntry(byte[] image, int table, int index, ulong value) => Put(image, table + (index * sizeof(ulong)), value | Present);

    private static void Put(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
}
