using ApicShell.Emulation;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm;

/// <summary>The kernel refused a call that a machine depends on, or a vCPU did not come back from its guest.</summary>
public sealed class KvmException : MachineException
{
    /// <summary>A call that failed.</summary>
    /// <param name="call">Its name, as the kernel has it.</param>
    /// <param name="errno">The error's number.</param>
    public KvmException(string call, int errno)
        : base(MachineError.BackendFailed, (ulong)errno, $"{call} failed: {Interop.Errno.Describe(errno)}.") => (Call, Errno) = (call, errno);

    /// <summary>A vCPU that cannot be used any more.</summary>
    /// <param name="message">What became of it, in a sentence.</param>
    public KvmException(string message)
        : base(MachineError.BackendFailed, 0, $"{message}") => Call = KvmCall.KVM_RUN.ToString();

    /// <summary>The call, as the kernel names it: KVM_CREATE_VCPU.</summary>
    public string Call { get; }

    /// <summary>The error's number; 0 where it is none of the kernel's.</summary>
    public int Errno { get; }
}
