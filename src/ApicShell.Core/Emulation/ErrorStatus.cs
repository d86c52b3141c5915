using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// Errors an APIC notes: they gather behind ESR until it is written, and a new one raises the error entry of the LVT
/// (APM vol. 2, 16.4.6; SDM vol. 3). KVM notes none.
/// </summary>
internal static class ErrorStatus
{
    /// <summary>Bit 4: a lowest-priority IPI was to be sent, which the APIC cannot send.</summary>
    public const uint RedirectableIpi = 1u << 4;

    /// <summary>Bit 5: an interrupt with a vector below 16 was sent.</summary>
    public const uint SentIllegalVector = 1u << 5;

    /// <summary>Bit 6: an interrupt with a vector below 16 was received.</summary>
    public const uint ReceivedIllegalVector = 1u << 6;

    /// <summary>Bit 7: a register that is not there was accessed.</summary>
    public const uint IllegalRegisterAddress = 1u << 7;

    public static void Note(ApicPlane plane, int vcpu, uint error)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        if (!plane.Profile.HasErrorStatus || (apic.PendingErrors & error) == error)
        {
            return;
        }

        apic.PendingErrors |= error;
        LocalVector.Raise(plane, vcpu, ApicRegister.LvtError);
    }
}
