using System;
using ApicShell.Texts;

namespace ApicShell.Kvm;

/// <summary>Why the kernel's trace events cannot be had.</summary>
public enum KernelTraceProblem
{
    /// <summary>This is no Linux.</summary>
    NotLinux,

    /// <summary>No tracefs is mounted.</summary>
    NotMounted,

    /// <summary>The files of tracefs are for root.</summary>
    NoPermission,

    /// <summary>The kernel has no trace events of KVM.</summary>
    NoKvmEvents,

    /// <summary>A file of tracefs could not be read or written.</summary>
    Failed,
}

/// <summary>The kernel's trace events cannot be had.</summary>
public sealed class KernelTraceException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="problem">Why.</param>
    /// <param name="message">The same in a sentence.</param>
    /// <param name="cause">What the system said; null for nothing.</param>
    public KernelTraceException(KernelTraceProblem problem, PlainMessage message, Exception? cause = null)
        : base(message.ToString(), cause) => Problem = problem;

    /// <summary>Why.</summary>
    public KernelTraceProblem Problem { get; }
}
