using System;
using System.IO;
using System.Runtime.InteropServices;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm;

/// <summary>The KVM of the kernel that runs, /dev/kvm: what it offers, and the machines it makes.</summary>
public sealed class KvmDevice : IDisposable
{
    internal const string Path = "/dev/kvm";

    private const string ReleaseFile = "/proc/sys/kernel/osrelease";
    private const int ApiVersion = 12;

    // What makes a machine of ApicShell possible; each has been there since Linux 4.17 at the latest.
    private static readonly KvmCapability[] s_needed =
    [
        KvmCapability.KVM_CAP_IRQCHIP,
        KvmCapability.KVM_CAP_EXT_CPUID,
        KvmCapability.KVM_CAP_MP_STATE,
        KvmCapability.KVM_CAP_SET_BOOT_CPU_ID,
        KvmCapability.KVM_CAP_VCPU_EVENTS,
        KvmCapability.KVM_CAP_SYNC_REGS,
        KvmCapability.KVM_CAP_SIGNAL_MSI,
    ];

    private static KvmOffer? _offer;

    private readonly KvmHandle _handle;

    private KvmDevice(KvmHandle handle)
    {
        _handle = handle;

        // It depends on kernel and host alone, and asking for all of CPUID is slow.
        Offer = _offer ??= new KvmOffer(handle);
    }

    /// <summary>The kernel's release, as uname has it: 6.18.44.</summary>
    public static string KernelRelease => File.Exists(ReleaseFile) ? File.ReadAllText(ReleaseFile).Trim() : "";

    /// <summary>Most vCPUs of a machine.</summary>
    public int MaxVcpuCount => Math.Min(KvmOptions.MaxVcpuCount, Offer.MaxVcpus);

    /// <summary>The highest APIC ID of a machine.</summary>
    public uint MaxApicId => (uint)Offer.MaxVcpuId - 1;

    /// <summary>Width of the host's physical addresses in bits: a machine's may be less.</summary>
    public int PhysicalAddressBits => Offer.PhysicalAddressBits;

    /// <summary>Whether the host has system management mode for guests: where not, nobody takes an SMI.</summary>
    public bool HasSmm => Offer.HasSmm;

    internal KvmOffer Offer { get; }

    /// <summary>Opens /dev/kvm.</summary>
    /// <exception cref="KvmUnavailableException">It cannot be.</exception>
    public static KvmDevice Open() => Open(Path);

    /// <summary>Opens a file as if it were /dev/kvm.</summary>
    internal static KvmDevice Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new KvmUnavailableException(KvmUnavailableReason.NotLinux, "KVM is a part of Linux: run this on Linux, or use a machine that is emulated.");
        }

        if (RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            throw new KvmUnavailableException(
                KvmUnavailableReason.NotX64, $"Local APICs are x86's: on {RuntimeInformation.ProcessArchitecture} use a machine that is emulated.");
        }

        int fd = Libc.Open(path, Libc.ReadWrite | Libc.CloseOnExec);
        if (fd < 0)
        {
            throw NotOpened(Errno.Last);
        }

        var handle = new KvmHandle(fd);
        try
        {
            Check(handle);
            return new KvmDevice(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Why there is no KVM to make machines on; null where there is one.</summary>
    public static KvmUnavailableException? WhyUnavailable()
    {
        try
        {
            Open().Dispose();
            return null;
        }
        catch (KvmUnavailableException exception)
        {
            return exception;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>A machine without vCPUs.</summary>
    internal KvmHandle CreateVm() => new(_handle.Call(KvmCall.KVM_CREATE_VM));

    /// <summary>Why it cannot be opened, by the error.</summary>
    internal static KvmUnavailableException NotOpened(int errno) => errno switch
    {
        Errno.ENOENT or Errno.ENXIO or Errno.ENODEV => new(
            KvmUnavailableReason.Missing,
            $"There is no KVM behind {Path}: turn virtualization on in the firmware and load the module kvm_amd or kvm_intel, or use a machine that is emulated."),
        Errno.EACCES or Errno.EPERM => new(
            KvmUnavailableReason.NoPermission,
            $"{Environment.UserName} may not open {Path}: join the group that owns it, often kvm, or run this as root."),
        _ => new(KvmUnavailableReason.CannotOpen, $"{Path} cannot be opened: {Errno.Describe(errno)}; use a machine that is emulated."),
    };

    private static void Check(KvmHandle handle)
    {
        int version = handle.Try(KvmCall.KVM_GET_API_VERSION);
        if (version != ApiVersion)
        {
            throw new KvmUnavailableException(
                KvmUnavailableReason.ApiVersion, $"KVM's API has version {version}, not {ApiVersion}: use a mainline kernel, or a machine that is emulated.");
        }

        foreach (KvmCapability capability in s_needed)
        {
            if (handle.Try(KvmCall.KVM_CHECK_EXTENSION, (nint)capability) <= 0)
            {
                throw new KvmUnavailableException(
                    KvmUnavailableReason.Capability, $"KVM lacks {capability}, which every machine needs: use Linux 4.17 or later, or a machine that is emulated.");
            }
        }
    }
}
