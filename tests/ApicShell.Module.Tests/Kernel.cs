using System;
using System.IO;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What of the kernel the tests can use here.</summary>
internal static class Kernel
{
    /// <summary>Why there is no KVM; null where there is.</summary>
    public static string? NoKvm { get; } = !OperatingSystem.IsLinux() ? "KVM is Linux's" : WhyNot("/dev/kvm", FileAccess.ReadWrite);

    /// <summary>Why there are no trace events of it; null where there are.</summary>
    public static string? NoTrace { get; } = NoKvm ?? (Environment.IsPrivilegedProcess ? null : "tracefs is root's");

    private static string? WhyNot(string device, FileAccess access)
    {
        try
        {
            using FileStream opened = new(device, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the kernel's KVM cannot be used: {error.Message}";
        }
    }
}

/// <summary>A test on the kernel's own KVM; where there is none it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute() => Skip = Kernel.NoKvm;
}

/// <summary>Likewise, for each of its data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute() => Skip = Kernel.NoKvm;
}

/// <summary>A test of what is said where there is no KVM.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoKernelFactAttribute : FactAttribute
{
    public NoKernelFactAttribute() => Skip = Kernel.NoKvm is null ? "the kernel's KVM is here" : null;
}

/// <summary>A test on the trace events of the kernel's KVM, which mounts tracefs where it has to, and puts it back.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTraceFactAttribute : FactAttribute
{
    public KernelTraceFactAttribute() => Skip = Kernel.NoTrace;
}
