using System.Runtime.InteropServices;

namespace ApicShell.Kvm.Interop;

/// <summary>What is called of the C library. Numbers and layouts are those of Linux on x86-64; where the library's own wrappers differ, the call is made raw.</summary>
internal static unsafe partial class Libc
{
    public const int ReadWrite = 2;
    public const int CloseOnExec = 0x80000;
    public const int ProtectReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapAnonymous = 0x20;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(KvmHandle handle, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Syscall(SystemCall number, nint first, nint second, nint third, nint fourth);
}

/// <summary>System calls that are made raw, by their numbers on x86-64.</summary>
internal enum SystemCall : long
{
#pragma warning disable CA1707 // As the kernel names them: an error says them.
    rt_sigprocmask = 14,
    rt_sigtimedwait = 128,
    gettid = 186,
    timer_create = 222,
    timer_settime = 223,
    timer_delete = 226,
    tgkill = 234,
#pragma warning restore CA1707
}

/// <summary>Numbers of errors that are looked at.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int ENXIO = 6;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int ENODEV = 19;
    public const int EINVAL = 22;

    /// <summary>The error of the last call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>An error as people know it: its name where it is one that KVM gives, and the C library's words.</summary>
    public static string Describe(int errno) => $"{NameOf(errno)} ({Marshal.GetPInvokeErrorMessage(errno)})";

    private static string NameOf(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        EINTR => nameof(EINTR),
        5 => "EIO",
        ENXIO => nameof(ENXIO),
        7 => "E2BIG",
        9 => "EBADF",
        EAGAIN => nameof(EAGAIN),
        12 => "ENOMEM",
        EACCES => nameof(EACCES),
        14 => "EFAULT",
        16 => "EBUSY",
        17 => "EEXIST",
        ENODEV => nameof(ENODEV),
        EINVAL => nameof(EINVAL),
        23 => "ENFILE",
        24 => "EMFILE",
        25 => "ENOTTY",
        28 => "ENOSPC",
        38 => "ENOSYS",
        95 => "EOPNOTSUPP",
        _ => $"errno {errno}",
    };
}
