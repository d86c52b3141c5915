using System;
using System.Runtime.InteropServices;

namespace ApicShell.Kvm.Interop;

/// <summary>A file descriptor of /dev/kvm, of a machine or of a vCPU: closed at the latest when nobody has it any more.</summary>
internal sealed class KvmHandle : SafeHandle
{
    public KvmHandle(int fd)
        : base(-1, ownsHandle: true) => SetHandle(fd);

    public override bool IsInvalid => handle < 0;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}

/// <summary>Memory that is mapped: unmapped at the latest when nobody has it any more.</summary>
internal sealed unsafe class MemoryMap : SafeHandle
{
    private const int Failed = -1;

    private readonly nuint _length;

    private MemoryMap(nint address, nuint length)
        : base(Failed, ownsHandle: true)
    {
        SetHandle(address);
        _length = length;
    }

    public override bool IsInvalid => handle == Failed;

    /// <summary>Where it begins. To be used only while this is held: by fields of an object that is held itself.</summary>
    public byte* Address => (byte*)handle;

    public Span<byte> Bytes => new(Address, (int)_length);

    /// <summary>Memory without a file.</summary>
    public static MemoryMap Anonymous(int length) => Map(length, Libc.MapPrivate | Libc.MapAnonymous, -1);

    /// <summary>What a vCPU shares with the kernel.</summary>
    public static MemoryMap Of(KvmHandle vcpu, int length)
    {
        bool held = false;
        try
        {
            vcpu.DangerousAddRef(ref held);
            return Map(length, Libc.MapShared, (int)vcpu.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                vcpu.DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle() => Libc.Unmap(handle, _length) == 0;

    private static MemoryMap Map(int length, int flags, int fd)
    {
        var map = new MemoryMap(Libc.Map(0, (nuint)length, Libc.ProtectReadWrite, flags, fd, 0), (nuint)length);
        return map.IsInvalid ? throw new KvmException("mmap", Errno.Last) : map;
    }
}
