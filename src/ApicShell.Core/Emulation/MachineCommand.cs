using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// One thing that is done to a machine from outside: plain numbers, so that it can be recorded, repeated, and carried out by a machine of another make.
/// </summary>
public readonly record struct MachineCommand
{
    /// <summary>A command.</summary>
    /// <param name="kind">What is done.</param>
    /// <param name="vcpu">Index of the vCPU, -1 for none.</param>
    /// <param name="address">By kind.</param>
    /// <param name="data">By kind.</param>
    public MachineCommand(CommandKind kind, int vcpu, ulong address = 0, ulong data = 0) =>
        (Kind, Vcpu, Address, Data) = (kind, vcpu, address, data);

    /// <summary>An access.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="access">The access.</param>
    public MachineCommand(int vcpu, Access access) => (Vcpu, Address, Data) = (vcpu, access.Bits, access.Value);

    /// <summary>What is done.</summary>
    public CommandKind Kind { get; }

    /// <summary>The privilege level that a platform's command comes from.</summary>
    public byte Vmpl { get; init; }

    /// <summary>Index of the vCPU, -1 for none.</summary>
    public int Vcpu { get; }

    /// <summary>The access, of kind Access.</summary>
    public Access Access => Access.OfBits(Address, Data);

    /// <summary>By kind; of an access <see cref="Access.Bits"/>, of a GHCB exit its code, of an SVSM call RAX.</summary>
    public ulong Address { get; }

    /// <summary>By kind; of an access the value.</summary>
    public ulong Data { get; }

    /// <summary>By kind, for platforms.</summary>
    public ulong Info1 { get; init; }

    /// <summary>By kind, for platforms.</summary>
    public ulong Info2 { get; init; }

    /// <summary>By kind, for platforms.</summary>
    public ulong Rcx { get; init; }

    /// <summary>The message, of kinds Message and DirectMessage.</summary>
    public InterruptMessage Message => InterruptMessage.OfBits(Data);

    /// <summary>RDMSR.</summary>
    public static MachineCommand ReadMsr(int vcpu, uint msr) => new(vcpu, Access.ReadMsr(msr));

    /// <summary>WRMSR.</summary>
    public static MachineCommand WriteMsr(int vcpu, uint msr, ulong value) => new(vcpu, Access.WriteMsr(msr, value));

    /// <summary>A vCPU takes its next event, if it may.</summary>
    public static MachineCommand Take(int vcpu) => new(CommandKind.Take, vcpu);

    /// <summary>The acknowledge cycle.</summary>
    public static MachineCommand Acknowledge(int vcpu, bool spuriously) => new(CommandKind.Acknowledge, vcpu, 0, spuriously ? 1UL : 0);

    /// <summary>Time passes.</summary>
    public static MachineCommand Advance(ulong nanoseconds) => new(CommandKind.ClockStep, -1, 0, nanoseconds);
}
