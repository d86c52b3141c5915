namespace ApicShell.Kvm.Interop;

/// <summary>ioctl as KVM's API uses it.</summary>
internal static unsafe class KvmIoctl
{
    /// <summary>A call that must succeed; one that a signal of the runtime's ended is made again.</summary>
    /// <returns>What it returned, 0 or more.</returns>
    public static int Call(this KvmHandle handle, KvmCall call, nint argument = 0)
    {
        int result = handle.Try(call, argument);
        while (result < 0 && Errno.Last == Errno.EINTR)
        {
            result = handle.Try(call, argument);
        }

        return result < 0 ? throw new KvmException(call.ToString(), Errno.Last) : result;
    }

    /// <summary>A call that must succeed, with what it reads or writes.</summary>
    public static int Call<T>(this KvmHandle handle, KvmCall call, ref T argument)
        where T : unmanaged
    {
        fixed (T* at = &argument)
        {
            return handle.Call(call, (nint)at);
        }
    }

    /// <summary>A call that may be refused: then less than 0, and <see cref="Errno.Last"/> says why.</summary>
    public static int Try(this KvmHandle handle, KvmCall call, nint argument = 0) => Libc.Ioctl(handle, (nuint)call, argument);

    /// <summary>A call that may be refused, with what it reads or writes.</summary>
    public static int Try<T>(this KvmHandle handle, KvmCall call, ref T argument)
        where T : unmanaged
    {
        fixed (T* at = &argument)
        {
            return handle.Try(call, (nint)at);
        }
    }

    /// <summary>Turns a capability of a machine on.</summary>
    public static void Enable(this KvmHandle machine, KvmCapability capability, ulong argument)
    {
        var enable = new EnableCapability { Capability = capability, Argument = argument };
        if (machine.Try(KvmCall.KVM_ENABLE_CAP, ref enable) < 0)
        {
            throw new KvmException($"{KvmCall.KVM_ENABLE_CAP} of {capability}", Errno.Last);
        }
    }
}
