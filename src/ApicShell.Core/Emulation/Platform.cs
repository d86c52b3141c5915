using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>The seam between a vCPU and whoever answers its accesses.</summary>
public abstract class Platform
{
    /// <summary>Local APICs that each vCPU has: 1, or one for each VMPL in use and one that the SVSM lends the guest.</summary>
    public abstract int ApicsPerVcpu { get; }

    /// <summary>Whether it has commands of its own.</summary>
    internal virtual bool HasCommands => false;

    /// <summary>The machine that it is the platform of.</summary>
    internal Machine Machine { get; private set; } = null!;

    /// <summary>Makes room for the platform's part of a machine's state; called by the machine, again when it gets more vCPUs.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpuCount">Number of vCPUs.</param>
    internal virtual void Attach(Machine machine, int vcpuCount) => Machine = machine;

    /// <summary>Returns the platform's part of a vCPU to its start.</summary>
    internal virtual void Reset(int vcpu)
    {
    }

    /// <summary>Which of a vCPU's local APICs an access reaches: 0 to <see cref="ApicsPerVcpu"/> - 1. A host's reaches the guest's.</summary>
    internal virtual int ApicOf(AccessOrigin origin) => 0;

    /// <summary>Which of a vCPU's local APICs its guest sees as its own, in CPUID too.</summary>
    internal virtual int ApicShownTo(int vcpu) => ApicOf(AccessOrigin.Guest);

    /// <summary>What the platform has for all vCPUs, as a word of the machine's image.</summary>
    internal virtual ulong Header { get => 0; set => _ = value; }

    /// <summary>Words of the platform's part of a vCPU's state.</summary>
    internal virtual int BlockWords => 0;

    /// <summary>Writes the platform's part of a vCPU's state.</summary>
    internal virtual unsafe void SaveBlock(int vcpu, ulong* words)
    {
    }

    /// <summary>Takes over what <see cref="SaveBlock"/> wrote.</summary>
    internal virtual unsafe void LoadBlock(int vcpu, ulong* words)
    {
    }

    /// <summary>EAX of CPUID leaf 0x8000001F: encrypted memory and what goes with it.</summary>
    internal virtual uint EncryptionFeatures => 0;

    /// <summary>Answers an access.</summary>
    internal abstract Answer Execute(int vcpu, Access access);

    /// <summary>Carries out a command of its own.</summary>
    internal virtual Answer Do(in MachineCommand command) => new(Outcome.Rejected, RuleId.NoCapability, responder: Responder.Nobody);

    /// <summary>Whether something else than the guest's local APIC hands the vCPU its interrupts.</summary>
    internal virtual bool Delivers(int vcpu) => false;

    /// <summary>A local APIC accepted a fixed interrupt, which is in its IRR.</summary>
    internal virtual void AfterAcceptance(ApicPlane plane, int vcpu)
    {
    }

    /// <summary>Whether a local APIC that is disabled by SVR takes interrupts all the same.</summary>
    internal virtual bool TakesWhileDisabled(ApicPlane plane, int vcpu) => false;

    /// <summary>An NMI comes to a vCPU that the platform delivers to.</summary>
    internal virtual RuleId TakeInNmi(int vcpu) => RuleId.None;

    /// <summary>The next event of a vCPU that the platform delivers to.</summary>
    internal virtual TakenInterrupt Take(int vcpu) => default;

    /// <summary>The vector that such a vCPU could take now if its interrupt flag allowed it, or -1.</summary>
    internal virtual int Dispatchable(int vcpu) => -1;

    /// <summary>Interrupt flag, task priority or pause of a vCPU changed without an exit of the guest.</summary>
    internal virtual void AfterVcpuChange(int vcpu)
    {
    }

    /// <summary>INIT has reset a vCPU's local APICs.</summary>
    internal virtual void AfterInit(int vcpu)
    {
    }

    /// <summary>Bits 7:4 of the task priority that CR8 shows.</summary>
    internal virtual byte ReadCr8(int vcpu) => (byte)((Machine.GuestPlane.Apics[vcpu][ApicRegister.Tpr] >> 4) & 0xF);

    /// <summary>MOV to CR8, of a value that fits.</summary>
    internal virtual void WriteCr8(int vcpu, byte value) => Machine.GuestPlane.Apics[vcpu][ApicRegister.Tpr] = (uint)value << 4;
}
