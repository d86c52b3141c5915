using System.Runtime.CompilerServices;

namespace ApicShell.Architecture;

/// <summary>How an access names its register.</summary>
public enum AccessKind : byte
{
    /// <summary>RDMSR or WRMSR.</summary>
    Msr,

    /// <summary>A memory access to the page at APIC_BASE.</summary>
    Mmio,
}

/// <summary>One vCPU reads or writes one register, by MSR or by memory.</summary>
public readonly record struct Access
{
    // Kind 7:0, write 8, size 23:16, origin 31:24, address 63:32. Two numbers, which go in two processor registers: parts stored one by one and loaded as a
    // whole would stall the processor.
    private const int WriteShift = 8;
    private const int SizeShift = 16;
    private const int OriginShift = 24;
    private const int AddressShift = 32;

    private readonly ulong _packed;

    // The parts are inlined wherever they are read: one that is called, if only where it is rare, keeps the whole in memory.

    /// <summary>An access.</summary>
    /// <param name="kind">By MSR or by memory.</param>
    /// <param name="isWrite">Write or read.</param>
    /// <param name="address">MSR number, or offset in the page (0 to 0xFFF).</param>
    /// <param name="value">What is written; 0 for a read.</param>
    /// <param name="size">Bytes of a memory access: 1, 2, 4 or 8; 8 for an MSR.</param>
    /// <param name="origin">Who issues it.</param>
    public Access(AccessKind kind, bool isWrite, uint address, ulong value, byte size, AccessOrigin origin) => (_packed, Value) = (
        (ulong)kind | (isWrite ? 1UL << WriteShift : 0) | ((ulong)size << SizeShift) | ((ulong)origin << OriginShift) | ((ulong)address << AddressShift), value);

    private Access(ulong packed, ulong value) => (_packed, Value) = (packed, value);

    /// <summary>All of it but the value, as one number, which <see cref="OfBits"/> takes back.</summary>
    public ulong Bits => _packed;

    /// <summary>By MSR or by memory.</summary>
    public AccessKind Kind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (AccessKind)(byte)_packed;
    }

    /// <summary>Write or read.</summary>
    public bool IsWrite
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_packed & (1UL << WriteShift)) != 0;
    }

    /// <summary>Bytes of a memory access: 1, 2, 4 or 8; 8 for an MSR.</summary>
    public byte Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)(_packed >> SizeShift);
    }

    /// <summary>Who issues it.</summary>
    public AccessOrigin Origin
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (AccessOrigin)(byte)(_packed >> OriginShift);
    }

    /// <summary>MSR number, or offset in the page (0 to 0xFFF).</summary>
    public uint Address
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint)(_packed >> AddressShift);
    }

    /// <summary>What is written; 0 for a read.</summary>
    public ulong Value { get; init; }

    /// <summary>The access of the numbers that <see cref="Bits"/> and <see cref="Value"/> gave.</summary>
    public static Access OfBits(ulong bits, ulong value) => new(bits, value);

    /// <summary>RDMSR.</summary>
    public static Access ReadMsr(uint msr, AccessOrigin origin = AccessOrigin.Guest) => new(AccessKind.Msr, false, msr, 0, 8, origin);

    /// <summary>WRMSR.</summary>
    public static Access WriteMsr(uint msr, ulong value, AccessOrigin origin = AccessOrigin.Guest) => new(AccessKind.Msr, true, msr, value, 8, origin);

    /// <summary>A read of memory.</summary>
    public static Access ReadMmio(uint offset, byte size = 4, AccessOrigin origin = AccessOrigin.Guest) => new(AccessKind.Mmio, false, offset, 0, size, origin);

    /// <summary>A write of memory.</summary>
    public static Access WriteMmio(uint offset, ulong value, byte size = 4, AccessOrigin origin = AccessOrigin.Guest) =>
        new(AccessKind.Mmio, true, offset, value, size, origin);

    /// <summary>An access to a place of the page by code that knows its place only: as memory, or as the MSR that x2APIC mode has for it.</summary>
    /// <param name="asMsr">By MSR or by memory.</param>
    /// <param name="isWrite">Write or read.</param>
    /// <param name="offset">Offset in the page.</param>
    /// <param name="value">What is written; a read has none.</param>
    public static Access At(bool asMsr, bool isWrite, uint offset, ulong value) => (asMsr, isWrite) switch
    {
        (true, true) => WriteMsr(ApicMsr.X2First + (offset >> 4), value),
        (true, false) => ReadMsr(ApicMsr.X2First + (offset >> 4)),
        (false, true) => WriteMmio(offset, value),
        (false, false) => ReadMmio(offset),
    };

    /// <summary>The register that the address names, or None.</summary>
    public ApicRegister Register => (Kind, Address) switch
    {
        (AccessKind.Msr, ApicMsr.ApicBase) => ApicRegister.ApicBase,
        (AccessKind.Msr, ApicMsr.TscDeadline) => ApicRegister.TscDeadline,
        (AccessKind.Msr, _) => RegisterCatalogue.AtMsr(Address)?.Register ?? ApicRegister.None,
        _ => RegisterCatalogue.AtOffset(Address)?.Register ?? ApicRegister.None,
    };

    /// <summary>The access as an APIC at the end of a way sees it: a #VC handler may have made an MSR exit of a memory access.</summary>
    public Access AsSeenBy(Route route) => route != Route.GhcbMsr || Kind == AccessKind.Msr ? this
        : IsWrite ? WriteMsr(ApicMsr.X2First + (Address >> 4), Value, Origin)
        : ReadMsr(ApicMsr.X2First + (Address >> 4), Origin);

    /// <summary>The access as a person writes it: <c>WRMSR 0x01B = 0xFEE00500</c>.</summary>
    public override string ToString()
    {
        string head = Kind == AccessKind.Msr
            ? $"{(IsWrite ? "WRMSR" : "RDMSR")} 0x{Address:X3}"
            : $"{(IsWrite ? "MMIO write" : "MMIO read")} 0x{Address:X3}{(Size == 4 ? "" : $" ({Size} byte{(Size == 1 ? "" : "s")})")}";
        return IsWrite ? $"{head} = 0x{Value:X8}" : head;
    }
}
