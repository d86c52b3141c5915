using System;
using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>
/// What a VMPL has of the #HV doorbell page: 64 bytes, status, IRR of vectors 32 to 255 and ISR (coconut-svsm sev/hv_doorbell.rs).
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public unsafe struct DoorbellDescriptor
{
    /// <summary>Bytes.</summary>
    public const int Size = 64;

    /// <summary>Status bit 8: an NMI.</summary>
    public const uint NmiBit = 1u << 8;

    /// <summary>Status bit 9: a machine check.</summary>
    public const uint MachineCheckBit = 1u << 9;

    /// <summary>Status bit 10: the vector in bits 7:0 is level-triggered.</summary>
    public const uint LevelBit = 1u << 10;

    /// <summary>Status bit 14: vectors are in the IRR, and in bit 31.</summary>
    public const uint MultipleBit = 1u << 14;

    /// <summary>Status bit 27: an IPI is requested. Nothing seen sets or reads it.</summary>
    public const uint IpiRequestedBit = 1u << 27;

    /// <summary>Status bit 31: vector 31, for which the IRR has no bit.</summary>
    public const uint Vector31Bit = 1u << 31;

    private const uint Words = 7;

    /// <summary>The status word.</summary>
    public uint Status;

    private fixed uint _irr[7];
    private fixed uint _isr[8];

    /// <summary>The single vector of the status, 0 for none.</summary>
    public readonly byte Vector => (byte)Status;

    /// <summary>A word of the IRR.</summary>
    /// <param name="word">1 to 7: vectors 32 * word and up.</param>
    public readonly uint Irr(int word) => _irr[Checked(word - 1)];

    /// <summary>A word of the ISR.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Isr(int word) => (uint)word > Words ? throw new ArgumentOutOfRangeException(nameof(word)) : _isr[word];

    internal void OrIrr(int word, uint bits) => _irr[word - 1] |= bits;

    internal uint TakeIrr(int word)
    {
        uint bits = _irr[word - 1];
        _irr[word - 1] = 0;
        return bits;
    }

    internal void SetIsr(int word, uint bits) => _isr[word] = bits;

    private static int Checked(int index) => (uint)index >= Words ? throw new ArgumentOutOfRangeException(nameof(index)) : index;
}

/// <summary>
/// A #HV doorbell page, as far as it has a meaning: byte 0 vector, 1 flags, 2 no_eoi_required, 3 events a VMPL, 64 to 255 a descriptor for each of
/// VMPL 1 to 3 (coconut-svsm sev/hv_doorbell.rs; of the first 64 bytes KVM's restricted injection series). Of the descriptors only VMPL2's, the
/// guest's, is kept: nobody writes the others.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct HvDoorbell
{
    /// <summary>Bytes of the page that have a meaning.</summary>
    public const int Size = 256;

    /// <summary>Flags bit 0: an NMI.</summary>
    public const byte NmiBit = 1 << 0;

    /// <summary>Flags bit 1: a machine check.</summary>
    public const byte MachineCheckBit = 1 << 1;

    /// <summary>Flags bit 7, bit 15 of the word: #HV was raised and not handled yet.</summary>
    public const byte NoFurtherSignalBit = 1 << 7;

    private const int DescriptorsOffset = 64;

    /// <summary>Byte 0: the vector of the page's owner, 0 for none.</summary>
    public byte Vector;

    /// <summary>Byte 1: NMI, machine check, no further signal.</summary>
    public byte Flags;

    /// <summary>Byte 2: not 0 when the owner may leave out its EOI.</summary>
    public byte NoEoiRequired;

    /// <summary>Byte 3: bit VMPL-1 says that the VMPL's descriptor holds something new.</summary>
    public byte VmplEvents;

    /// <summary>The descriptor of the guest's VMPL.</summary>
    public DoorbellDescriptor Guest;

    /// <summary>Where the descriptor of a VMPL begins in the page.</summary>
    /// <param name="vmpl">1 to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another VMPL.</exception>
    public static int OffsetOf(int vmpl) => vmpl is >= 1 and <= 3
        ? DescriptorsOffset + (DoorbellDescriptor.Size * (vmpl - 1))
        : throw new ArgumentOutOfRangeException(nameof(vmpl), vmpl, "VMPL 1 to 3 have a descriptor.");

    /// <summary>The descriptor of a VMPL.</summary>
    /// <param name="vmpl">1 to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another VMPL.</exception>
    public readonly DoorbellDescriptor OfVmpl(int vmpl) => OffsetOf(vmpl) == OffsetOf(Vmpl.Guest) ? Guest : default;

    /// <summary>The bytes of the page that have a meaning.</summary>
    public readonly unsafe byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Vector, Flags, NoEoiRequired, VmplEvents);
        fixed (byte* target = &bytes[OffsetOf(Vmpl.Guest)])
        {
            *(DoorbellDescriptor*)target = Guest;
        }

        return bytes;
    }

    /// <summary>The page of these bytes.</summary>
    /// <param name="bytes">256 bytes.</param>
    /// <exception cref="ArgumentException">Not 256 bytes.</exception>
    public static unsafe HvDoorbell OfBytes(byte[] bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A doorbell page has {Size} bytes with a meaning, not {bytes.Length}.", nameof(bytes));
        }

        fixed (byte* source = &bytes[OffsetOf(Vmpl.Guest)])
        {
            return new()
            {
                Vector = bytes[0],
                Flags = bytes[1],
                NoEoiRequired = bytes[2],
                VmplEvents = bytes[3],
                Guest = *(DoorbellDescriptor*)source,
            };
        }
    }
}
