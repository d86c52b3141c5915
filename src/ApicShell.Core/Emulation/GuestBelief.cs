using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What a guest believes that a register of its APIC holds, by what it last did. The one rule of it: all that remembers beliefs goes by it.</summary>
/// <param name="Register">The register.</param>
/// <param name="Value">What the guest believes it to hold.</param>
public readonly record struct GuestBelief(ApicRegister Register, ulong Value)
{
    /// <summary>What a command makes its guest believe; null where that changes nothing of what it believed.</summary>
    public static GuestBelief? Of(in MachineCommand command, in Answer answer) => command.Kind switch
    {
        CommandKind.Access => Of(command.Access, answer),
        CommandKind.Cr8 when answer.Succeeded => new(ApicRegister.Tpr, command.Data << 4),
        _ => null,
    };

    /// <summary>
    /// What an access makes its guest believe: the value that a read gave, all ones of an unclaimed one too; what it wrote, unless it was refused, for
    /// nothing tells it that a write was dropped. EOI and SELF_IPI hold nothing, and of what others do a guest knows nothing.
    /// </summary>
    public static GuestBelief? Of(in Access access, in Answer answer)
    {
        bool ended = access.IsWrite ? answer.Outcome is Outcome.Done or Outcome.Dropped : answer.HasValue;
        return ended && access.Origin == AccessOrigin.Guest
            && access.Register is var register and not (ApicRegister.None or ApicRegister.Eoi or ApicRegister.SelfIpi)
            ? new(register, access.IsWrite ? access.Value : answer.Value)
            : null;
    }
}
