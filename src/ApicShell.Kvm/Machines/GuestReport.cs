using System.Collections.Generic;
using ApicShell.Architecture;

namespace ApicShell.Kvm.Machines;

/// <summary>An access that left KVM, as nothing in it answers there.</summary>
/// <param name="Address">The physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsWrite">Write or read.</param>
public readonly record struct KvmMmioExit(ulong Address, byte Size, bool IsWrite);

/// <summary>What a vCPU's last entry into its guest brought beside its registers.</summary>
internal sealed class GuestReport
{
    private readonly List<KvmMmioExit> _mmioExits = [];
    private readonly List<byte> _ioApicEois = [];

    /// <summary>The exception, or None.</summary>
    public GuestFault Fault { get; private set; }

    /// <summary>The exception's error code.</summary>
    public ulong ErrorCode { get; private set; }

    /// <summary>Accesses that left KVM; one across the end of a page is two.</summary>
    public IReadOnlyList<KvmMmioExit> MmioExits => _mmioExits;

    /// <summary>Vectors whose EOI an I/O APIC outside KVM has to hear of, since they were last taken from here.</summary>
    public List<byte> IoApicEois => _ioApicEois;

    public void Clear()
    {
        (Fault, ErrorCode) = (GuestFault.None, 0);
        _mmioExits.Clear();
    }

    public void SetException(GuestFault fault, ulong errorCode) => (Fault, ErrorCode) = (fault, errorCode);

    public void AddMmioExit(ulong address, byte size, bool isWrite) => _mmioExits.Add(new(address, size, isWrite));

    public void AddIoApicEoi(byte vector) => _ioApicEois.Add(vector);
}
