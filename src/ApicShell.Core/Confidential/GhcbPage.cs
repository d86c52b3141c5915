using System;

namespace ApicShell.Confidential;

/// <summary>
/// The GHCB as a guest lays it out: 4096 bytes, in which each 8-byte field below 0x3F0 counts only with its bit in the valid bitmap (coconut-svsm
/// ghcb.rs; KVM svm/sev.c).
/// </summary>
public static class GhcbPage
{
    /// <summary>Bytes.</summary>
    public const int Size = 4096;

    /// <summary>CPL.</summary>
    public const int CplOffset = 0x0CB;

    /// <summary>RAX.</summary>
    public const int RaxOffset = 0x1F8;

    /// <summary>RCX.</summary>
    public const int RcxOffset = 0x308;

    /// <summary>RDX.</summary>
    public const int RdxOffset = 0x310;

    /// <summary>RBX.</summary>
    public const int RbxOffset = 0x318;

    /// <summary>SW_EXITCODE.</summary>
    public const int ExitCodeOffset = 0x390;

    /// <summary>SW_EXITINFO1.</summary>
    public const int Info1Offset = 0x398;

    /// <summary>SW_EXITINFO2.</summary>
    public const int Info2Offset = 0x3A0;

    /// <summary>SW_SCRATCH: the guest physical address of the buffer.</summary>
    public const int ScratchOffset = 0x3A8;

    /// <summary>XCR0.</summary>
    public const int Xcr0Offset = 0x3E8;

    /// <summary>The valid bitmap: 16 bytes, a bit for each 8 bytes from 0 to 0x3EF.</summary>
    public const int ValidBitmapOffset = 0x3F0;

    /// <summary>The shared buffer.</summary>
    public const int BufferOffset = 0x800;

    /// <summary>Bytes of the shared buffer.</summary>
    public const int BufferSize = 0x7F0;

    /// <summary>The protocol version, 16 bits.</summary>
    public const int VersionOffset = 0xFFA;

    /// <summary>The usage, 32 bits: 0 for what this class describes.</summary>
    public const int UsageOffset = 0xFFC;

    /// <summary>The version that is written.</summary>
    public const ushort Version = 2;

    /// <summary>Writes an exit into a page: its fields, their valid bits, version 2 and usage 0.</summary>
    /// <param name="request">The exit; of an MMIO write the data go into the shared buffer.</param>
    /// <param name="address">Where the page is, so that the scratch address can point into it.</param>
    public static byte[] Write(GhcbRequest request, ulong address)
    {
        byte[] page = new byte[Size];
        Put(page, VersionOffset, Version, 2);
        PutField(page, ExitCodeOffset, request.Code);
        PutField(page, Info1Offset, request.Info1);
        PutField(page, Info2Offset, request.Info2);
        switch (request.Code)
        {
            case GhcbExitCode.Msr:
                PutField(page, RcxOffset, request.Rcx);
                if (request.Info1 == 1)
                {
                    PutField(page, RaxOffset, (uint)request.Data);
                    PutField(page, RdxOffset, request.Data >> 32);
                }

                break;
            case GhcbExitCode.MmioRead or GhcbExitCode.MmioWrite:
                PutField(page, ScratchOffset, address + BufferOffset);
                if (request.Code == GhcbExitCode.MmioWrite)
                {
                    Put(page, BufferOffset, request.Data, 8);
                }

                break;
            default:
                PutField(page, RaxOffset, request.Data);
                break;
        }

        return page;
    }

    /// <summary>Reads an exit out of a page, as the hypervisor does.</summary>
    /// <param name="page">4096 bytes.</param>
    /// <param name="address">Where the page is.</param>
    /// <param name="request">The exit.</param>
    /// <returns>0, or the reason for which the page is malformed, one of <see cref="GhcbReply"/>.</returns>
    /// <exception cref="ArgumentException">Not 4096 bytes.</exception>
    public static ulong Read(byte[] page, ulong address, out GhcbRequest request)
    {
        CheckSize(page);
        request = default;
        if (Get(page, UsageOffset, 4) != 0)
        {
            return GhcbReply.InvalidUsage;
        }

        if (!IsValid(page, ExitCodeOffset) || !IsValid(page, Info1Offset) || !IsValid(page, Info2Offset))
        {
            return GhcbReply.MissingInput;
        }

        request = new(Get(page, ExitCodeOffset, 8), Get(page, Info1Offset, 8), Get(page, Info2Offset, 8));
        return request.Code switch
        {
            GhcbExitCode.Msr => ReadMsr(page, ref request),
            GhcbExitCode.MmioRead or GhcbExitCode.MmioWrite => ReadMmio(page, address, ref request),
            _ => ReadOther(page, ref request),
        };
    }

    /// <summary>Writes what an exit returned: the exit information, and of a read the value where the guest looks for it.</summary>
    /// <param name="page">The page of the request.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="reply">What came back.</param>
    /// <exception cref="ArgumentException">Not 4096 bytes.</exception>
    public static void WriteReply(byte[] page, ulong address, GhcbReply reply)
    {
        CheckSize(page);
        ulong code = Get(page, ExitCodeOffset, 8);
        bool isRead = code == GhcbExitCode.MmioRead || (code == GhcbExitCode.Msr && Get(page, Info1Offset, 8) == 0);
        if (reply.Info1 == GhcbReply.Success && isRead)
        {
            if (code == GhcbExitCode.Msr)
            {
                PutField(page, RaxOffset, (uint)reply.Value);
                PutField(page, RdxOffset, reply.Value >> 32);
            }
            else
            {
                Put(page, (int)(Get(page, ScratchOffset, 8) - address), reply.Value, (int)Get(page, Info2Offset, 8));
            }
        }

        PutField(page, Info1Offset, reply.Info1);
        PutField(page, Info2Offset, reply.Info2);
    }

    /// <summary>Whether a field's bit in the valid bitmap is set.</summary>
    /// <param name="page">4096 bytes.</param>
    /// <param name="offset">The field's offset, below 0x3F0.</param>
    public static bool IsValid(byte[] page, int offset) => (page[ValidBitmapOffset + (offset >> 6)] & (1 << ((offset >> 3) & 7))) != 0;

    private static ulong ReadMsr(byte[] page, ref GhcbRequest request)
    {
        bool isWrite = request.Info1 == 1;
        if (!IsValid(page, RcxOffset) || (isWrite && !(IsValid(page, RaxOffset) && IsValid(page, RdxOffset))))
        {
            return GhcbReply.MissingInput;
        }

        ulong data = isWrite ? (uint)Get(page, RaxOffset, 8) | (Get(page, RdxOffset, 8) << 32) : 0;
        request = request with { Rcx = Get(page, RcxOffset, 8), Data = data };
        return 0;
    }

    private static ulong ReadMmio(byte[] page, ulong address, ref GhcbRequest request)
    {
        if (!IsValid(page, ScratchOffset))
        {
            return GhcbReply.MissingInput;
        }

        ulong length = request.Info2;
        ulong start = Get(page, ScratchOffset, 8) - address - BufferOffset;
        if (start >= BufferSize || length > BufferSize - start)
        {
            return GhcbReply.InvalidScratch;
        }

        int count = (int)Math.Min(length, 8);
        request = request with { Data = request.Code == GhcbExitCode.MmioWrite ? Get(page, BufferOffset + (int)start, count) : 0 };
        return 0;
    }

    /// <summary>RAX is an input of few other exits: where it is not valid it is 0.</summary>
    private static ulong ReadOther(byte[] page, ref GhcbRequest request)
    {
        request = request with { Data = IsValid(page, RaxOffset) ? Get(page, RaxOffset, 8) : 0 };
        return 0;
    }

    private static void PutField(byte[] page, int offset, ulong value)
    {
        Put(page, offset, value, 8);
        page[ValidBitmapOffset + (offset >> 6)] |= (byte)(1 << ((offset >> 3) & 7));
    }

    private static void Put(byte[] page, int offset, ulong value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            page[offset + i] = (byte)(value >> (8 * i));
        }
    }

    private static ulong Get(byte[] page, int offset, int count)
    {
        ulong value = 0;
        for (int i = 0; i < count; i++)
        {
            value |= (ulong)page[offset + i] << (8 * i);
        }

        return value;
    }

    private static void CheckSize(byte[] page)
    {
        if (page.Length != Size)
        {
            throw new ArgumentException($"A GHCB has {Size} bytes, not {page.Length}.", nameof(page));
        }
    }
}
