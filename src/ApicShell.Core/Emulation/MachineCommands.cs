using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What may be done to any machine, by name: each makes its command, has the machine do it, and reads the answer.</summary>
public static class MachineCommands
{
    /// <summary>The host API refuses an MSI's address: KVM's -EINVAL.</summary>
    public const int MsiInvalid = -22;

    /// <summary>One access of one vCPU.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="access">The access.</param>
    public static Answer Execute(this IMachine machine, int vcpu, Access access) => machine.Do(new(vcpu, access));

    /// <summary>A device's interrupt to the guest's APICs.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="message">The message; a shorthand has no meaning here.</param>
    /// <returns>How many APICs accepted it, 0 when all that were addressed refused, -1 when none was addressed.</returns>
    public static int Send(this IMachine machine, in InterruptMessage message) => (int)machine.Do(new(CommandKind.Message, -1, 0, message.Bits)).Value;

    /// <summary>A device's write to the MSI addresses, 0xFEExxxxx; as in KVM's KVM_SIGNAL_MSI nothing but the fields of the message is looked at.</summary>
    /// <returns>As <see cref="Send"/>; <see cref="MsiInvalid"/> where destinations have 32 bits and bits 39:32 of the address are not 0.</returns>
    public static int SendMsi(this IMachine machine, ulong address, uint data)
    {
        bool hasLongIds = (machine.Traits.Quirks & KvmQuirks.X2Apic32BitIds) != 0;
        return hasLongIds && ((address >> 32) & 0xFF) != 0 ? MsiInvalid : machine.Send(InterruptMessage.OfMsi(address, data, hasLongIds));
    }

    /// <summary>A message to one vCPU, whatever its destination.</summary>
    /// <returns>Whether the vCPU's APIC accepted it.</returns>
    public static bool SendTo(this IMachine machine, int vcpu, in InterruptMessage message) =>
        machine.Do(new(CommandKind.DirectMessage, vcpu, 0, message.Bits)).Succeeded;

    /// <summary>An NMI straight to the vCPU, past its APIC, as a host can send it.</summary>
    public static RuleId PostNmi(this IMachine machine, int vcpu) => machine.Do(new(CommandKind.Nmi, vcpu)).Rule;

    /// <summary>INIT straight to the vCPU.</summary>
    /// <returns>Whether it was done: a real KVM has no INIT but a message, which an APIC that is off refuses.</returns>
    public static bool Initialize(this IMachine machine, int vcpu) => machine.Do(new(CommandKind.Init, vcpu)).Succeeded;

    /// <summary>A start-up IPI straight to the vCPU.</summary>
    /// <returns>Whether it waited for one, and now runs.</returns>
    public static bool Start(this IMachine machine, int vcpu, byte vector) => machine.Do(new(CommandKind.Startup, vcpu, 0, vector)).Succeeded;

    /// <summary>Changes the level of LINT0 or LINT1.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="pin">0 or 1.</param>
    /// <param name="asserted">The new level.</param>
    /// <param name="extIntVector">The vector that a legacy interrupt controller gives, where the pin's entry is of type ExtINT.</param>
    public static RuleId SetPin(this IMachine machine, int vcpu, int pin, bool asserted, byte extIntVector = 0) =>
        machine.Do(new(CommandKind.Pin, vcpu, (ulong)pin, (asserted ? 0x100UL : 0) | extIntVector)).Rule;

    /// <summary>One interrupt of a source inside the APIC, by its LVT entry.</summary>
    public static RuleId RaiseLvt(this IMachine machine, int vcpu, ApicRegister entry) =>
        machine.Do(new(CommandKind.LocalInterrupt, vcpu, (ulong)entry)).Rule;

    /// <summary>CLI and STI.</summary>
    public static void SetInterruptFlag(this IMachine machine, int vcpu, bool on) => machine.Do(new(CommandKind.InterruptFlag, vcpu, 0, on ? 1UL : 0));

    /// <summary>MOV to CR8: TPR becomes the value times 16.</summary>
    /// <returns>Whether it was done: more than 15 is a #GP(0).</returns>
    public static bool WriteCr8(this IMachine machine, int vcpu, ulong value) => machine.Do(new(CommandKind.Cr8, vcpu, 0, value)).Succeeded;

    /// <summary>Stops a vCPU from the host's side, or lets it go on. What it is told to do it does all the same.</summary>
    public static void SetPaused(this IMachine machine, int vcpu, bool paused) => machine.Do(new(CommandKind.Pause, vcpu, 0, paused ? 1UL : 0));

    /// <summary>KVM_SET_LAPIC with one word of the page changed.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="offset">Offset in the page; a word that is no register is kept nowhere.</param>
    /// <param name="value">The new word.</param>
    /// <returns>Whether the host API takes it.</returns>
    public static bool WriteHostPage(this IMachine machine, int vcpu, uint offset, uint value) =>
        machine.Do(new(CommandKind.HostWord, vcpu, offset, value)).Succeeded;

    /// <summary>Takes the next event that the vCPU may take: SMI, NMI, ExtINT, fixed.</summary>
    public static TakenInterrupt Take(this IMachine machine, int vcpu) => TakenInterrupt.Of(machine.Do(MachineCommand.Take(vcpu)));

    /// <summary>The acknowledge cycle, whatever the interrupt flag says.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="spuriously">Whether a cycle that finds nothing gives the spurious vector, as on hardware; KVM asks first.</param>
    public static TakenInterrupt Acknowledge(this IMachine machine, int vcpu, bool spuriously) =>
        TakenInterrupt.Of(machine.Do(MachineCommand.Acknowledge(vcpu, spuriously)));

    /// <summary>STI and HLT: the vCPU waits until something wakes it, and has interrupts on then.</summary>
    /// <returns>Whether something woke it.</returns>
    public static bool Halt(this IMachine machine, int vcpu, ulong nanoseconds) => machine.Do(new(CommandKind.Halt, vcpu, 0, nanoseconds)).Value != 0;

    /// <summary>APIC_BASE of the local APIC that an access of a vCPU reaches.</summary>
    public static ApicBase ApicBaseOf(this IMachine machine, int vcpu, AccessOrigin origin) =>
        new(origin == AccessOrigin.Guest ? machine.Peek(vcpu, ApicRegister.ApicBase) : machine.StateOf(vcpu, origin).ApicBase);

    /// <summary>The vCPU that was made with an APIC ID, or -1.</summary>
    public static int VcpuOfApicId(this IMachine machine, uint apicId)
    {
        int vcpu = machine.VcpuCount - 1;
        while (vcpu >= 0 && machine.InitialApicId(vcpu) != apicId)
        {
            vcpu--;
        }

        return vcpu;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="nanoseconds">How long.</param>
    /// <exception cref="MachineException">The clock would pass its end; nothing changes.</exception>
    public static void Advance(this IMachine machine, ulong nanoseconds)
    {
        if (!machine.Do(MachineCommand.Advance(nanoseconds)).Succeeded)
        {
            throw new MachineException(
                MachineError.ClockEnd, nanoseconds, $"The clock stands at {machine.Clock} ns and ends at {Machine.MaxClock} ns.");
        }
    }

    /// <summary>RESET of one vCPU, its platform's part included.</summary>
    public static void Reset(this IMachine machine, int vcpu) => machine.Do(new(CommandKind.Reset, vcpu));

    /// <summary>RESET of every vCPU. The clock goes on.</summary>
    public static void Reset(this IMachine machine)
    {
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.Reset(vcpu);
        }
    }
}
