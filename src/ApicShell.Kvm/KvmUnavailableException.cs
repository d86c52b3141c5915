using System;

namespace ApicShell.Kvm;

/// <summary>Why there is no KVM to make machines on.</summary>
public enum KvmUnavailableReason
{
    /// <summary>The system is not Linux.</summary>
    NotLinux,

    /// <summary>The process is not an x86-64 one.</summary>
    NotX64,

    /// <summary>There is no /dev/kvm, or nothing behind it.</summary>
    Missing,

    /// <summary>The user may not open /dev/kvm.</summary>
    NoPermission,

    /// <summary>/dev/kvm cannot be opened for another reason.</summary>
    CannotOpen,

    /// <summary>Its API has another version.</summary>
    ApiVersion,

    /// <summary>It lacks something that every machine needs.</summary>
    Capability,
}

/// <summary>There is no KVM to make machines on; the message says what to do.</summary>
public sealed class KvmUnavailableException : Exception
{
    /// <summary>An absence.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">The same in a sentence.</param>
    public KvmUnavailableException(KvmUnavailableReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public KvmUnavailableReason Reason { get; }
}
