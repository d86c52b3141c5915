using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// Interrupts of the APIC's own sources, by their entries in the local vector table, and the pins LINT0 and LINT1
/// (APM vol. 2, 16.4; SDM vol. 3; KVM lapic.c, kvm_apic_local_deliver).
/// </summary>
internal static class LocalVector
{
    private const uint Masked = 1u << 16;
    private const uint Level = 1u << 15;
    private const uint RemoteIrr = 1u << 14;

    /// <summary>One interrupt of a source.</summary>
    /// <returns>By which rule it ended.</returns>
    public static RuleId Raise(ApicPlane plane, int vcpu, ApicRegister entry)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        uint lvt = apic[entry];
        if (!apic.IsEnabled || (lvt & Masked) != 0)
        {
            return apic.IsEnabled ? RuleId.LvtMasked : RuleId.InterruptRefusedDisabled;
        }

        if ((plane.Profile.ReservedModesInLvt & (1 << (int)((lvt >> 8) & 7))) != 0)
        {
            return RuleId.LvtReservedType;
        }

        // A timer's and KVM's error entry keep no message type: these bits are 0, which is fixed.
        bool isPin = entry is ApicRegister.LvtLint0 or ApicRegister.LvtLint1;
        InterruptMessage message = InterruptMessage.OfLvt(apic.InitialId, lvt, isLevel: isPin && IsLevel(lvt));
        if (Acceptance.Give(plane, vcpu, message) == 0)
        {
            return RuleId.LvtRefused;
        }

        if (entry == ApicRegister.LvtPerf && plane.Profile.MasksPerfOnDelivery)
        {
            apic[entry] |= Masked;
        }

        return RuleId.LvtDelivered;
    }

    /// <summary>Changes the level of a pin.</summary>
    /// <param name="plane">The APICs.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="pin">0 or 1.</param>
    /// <param name="asserted">The new level.</param>
    /// <param name="extIntVector">The vector that a legacy interrupt controller gives, for an entry of type ExtINT.</param>
    public static RuleId SetPin(ApicPlane plane, int vcpu, int pin, bool asserted, byte extIntVector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        byte line = (byte)(1 << pin);
        bool rose = asserted && (apic.Pins & line) == 0;
        apic.Pins = (byte)(asserted ? apic.Pins | line : apic.Pins & ~line);
        uint lvt = apic[ApicRegister.LvtLint0 + (byte)pin];
        if ((DeliveryMode)((lvt >> 8) & 7) == DeliveryMode.ExtInt)
        {
            return !apic.IsEnabled && plane.Profile.OwnsPinsWhileOff
                ? RuleId.InterruptRefusedDisabled
                : SetExtInt(plane, vcpu, asserted, (lvt & Masked) != 0, extIntVector);
        }

        return rose || (asserted && IsLevel(lvt)) ? Poll(plane, vcpu, pin) : RuleId.PinWithoutEdge;
    }

    /// <summary>EOI of a level-triggered vector: remote IRR of its pin falls, and a pin that is still asserted asks again.</summary>
    public static void EndLevel(ApicPlane plane, int vcpu, int vector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        for (int pin = 0; pin < 2; pin++)
        {
            ApicRegister entry = ApicRegister.LvtLint0 + (byte)pin;
            uint lvt = apic[entry];
            if ((lvt & RemoteIrr) != 0 && (byte)lvt == vector && plane.Profile.HasRemoteIrr)
            {
                apic[entry] = lvt & ~RemoteIrr;
                Repoll(plane, vcpu, pin);
            }
        }
    }

    /// <summary>After an entry was written: a level-triggered pin that is asserted asks again.</summary>
    public static void Repoll(ApicPlane plane, int vcpu, int pin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        uint lvt = apic[ApicRegister.LvtLint0 + (byte)pin];
        bool asks = (apic.Pins & (1 << pin)) != 0 && IsLevel(lvt) && (lvt & Masked) == 0;
        if (asks && plane.Profile.HasRemoteIrr)
        {
            Poll(plane, vcpu, pin);
        }
    }

    /// <summary>Whether a pin's entry is level-triggered: SMI, NMI and INIT are edge-triggered whatever bit 15 says.</summary>
    private static bool IsLevel(uint lvt) =>
        (lvt & Level) != 0 && (DeliveryMode)((lvt >> 8) & 7) is not (DeliveryMode.Smi or DeliveryMode.Nmi or DeliveryMode.Init);

    private static RuleId Poll(ApicPlane plane, int vcpu, int pin)
    {
        ApicRegister entry = ApicRegister.LvtLint0 + (byte)pin;
        ref LocalApicState apic = ref plane.Apics[vcpu];
        uint lvt = apic[entry];
        bool keepsRemoteIrr = plane.Profile.HasRemoteIrr && IsLevel(lvt) && ((lvt >> 8) & 7) == (uint)DeliveryMode.Fixed;
        if (keepsRemoteIrr && (lvt & RemoteIrr) != 0)
        {
            return RuleId.RemoteIrrHolds;
        }

        RuleId rule = Raise(plane, vcpu, entry);
        if (keepsRemoteIrr && rule == RuleId.LvtDelivered)
        {
            apic[entry] |= RemoteIrr;
        }

        return rule;
    }

    /// <summary>A legacy interrupt controller asks for as long as the pin is asserted; the vector goes past IRR and ISR.</summary>
    private static RuleId SetExtInt(ApicPlane plane, int vcpu, bool asserted, bool masked, byte vector)
    {
        if (masked)
        {
            return RuleId.LvtMasked;
        }

        ref VcpuState state = ref plane.Machine.VcpuAt(vcpu);
        (state.PendingExtInt, state.ExtIntVector) = ((byte)(asserted ? 1 : 0), vector);
        return asserted ? RuleId.LvtDelivered : RuleId.PinWithoutEdge;
    }
}
