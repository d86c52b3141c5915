using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace ApicShell.Kvm.Guest;

/// <summary>Writes the few instructions of 64-bit code that the guest is made of (APM vol. 3).</summary>
internal sealed class GuestAssembler
{
    private readonly List<byte> _code = [];

    /// <summary>Where the next instruction stands, from the beginning of the code.</summary>
    public int Position => _code.Count;

    public byte[] ToArray() => [.. _code];

    /// <summary>Leaves room, in which any instruction that is reached stops the guest.</summary>
    public GuestAssembler Align(int size)
    {
        while (_code.Count % size != 0)
        {
            Halt();
        }

        return this;
    }

    /// <summary>out PORT, al: back to the host.</summary>
    public GuestAssembler Out(byte port) => Emit(0xE6, port);

    public GuestAssembler Halt() => Emit(0xF4);

    /// <summary>rdmsr: ECX to EDX:EAX.</summary>
    public GuestAssembler ReadMsr() => Emit(0x0F, 0x32);

    /// <summary>wrmsr: EDX:EAX to ECX.</summary>
    public GuestAssembler WriteMsr() => Emit(0x0F, 0x30);

    /// <summary>mov al|ax|eax|rax, [rbx].</summary>
    public GuestAssembler Load(int size) => Sized(size, 0x8A, 0x8B);

    /// <summary>mov [rbx], al|ax|eax|rax.</summary>
    public GuestAssembler Store(int size) => Sized(size, 0x88, 0x89);

    /// <summary>mov cr8, rax.</summary>
    public GuestAssembler WriteCr8() => Emit(0x44, 0x0F, 0x22, 0xC0);

    /// <summary>mov [rbx + 8], rcx.</summary>
    public GuestAssembler StoreRcxBehind() => Emit(0x48, 0x89, 0x4B, 0x08);

    /// <summary>invlpg [rdx + OFFSET].</summary>
    public GuestAssembler InvalidatePage(int offset)
    {
        Emit(0x0F, 0x01, 0xBA);
        Span<byte> displacement = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(displacement, offset);
        return Emit(displacement);
    }

    private GuestAssembler Sized(int size, byte ofByte, byte ofMore) => size switch
    {
        1 => Emit(ofByte, 0x03),
        2 => Emit(0x66, ofMore, 0x03),
        4 => Emit(ofMore, 0x03),
        8 => Emit(0x48, ofMore, 0x03),
        _ => throw new ArgumentOutOfRangeException(nameof(size)),
    };

    private GuestAssembler Emit(params ReadOnlySpan<byte> bytes)
    {
        _code.AddRange(bytes);
        return this;
    }
}
