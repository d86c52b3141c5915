using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// Interrupts of the APIC's own sources, by their entries in the local vector table, and the pins LINT0 and LINT1
/// (APM vol. 2, 16.4; SDM vol. 3; KVM lapic.c, kvm_apic_local_deliver).
/// </summary>
internal static class LocalVector
{
    /// <summary>One interrupt of a source.</summary>
    /// <returns>By which rule it ended.</returns>
    public static RuleId Raise(ApicPlane plane, int vcpu, ApicRegister entry)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        LvtEntry lvt = apic.Lvt(entry);
        if (!apic.IsEnabled || lvt.IsMasked)
        {
            return apic.IsEnabled ? RuleId.LvtMasked : RuleId.InterruptRefusedDisabled;
        }

        bool isPin = entry is ApicRegister.LvtLint0 or ApicRegister.LvtLint1;
        if (((isPin ? plane.Profile.ReservedModesInPin : plane.Profile.ReservedModesInLvt) & (1 << (int)lvt.Mode)) != 0)
        {
            return RuleId.LvtReservedType;
        }

        // A timer's and most error entries keep no message type: these bits are 0, which is fixed.
        InterruptMessage message = InterruptMessage.OfLvt(apic.InitialId, lvt, isLevel: isPin && lvt.IsLevel);
        if (Acceptance.Give(plane, vcpu, message) == 0)
        {
            return RuleId.LvtRefused;
        }

        if (entry == ApicRegister.LvtPerf && plane.Profile.MasksPerfOnDelivery)
        {
            apic[entry] |= LvtEntry.MaskBit;
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
        LvtEntry lvt = apic.Lvt(ApicRegister.LvtLint0 + (byte)pin);
        if (lvt.Mode == DeliveryMode.ExtInt)
        {
            return !apic.IsEnabled && plane.Profile.OwnsPinsWhileOff
                ? RuleId.InterruptRefusedDisabled
                : SetExtInt(plane, vcpu, asserted, lvt.IsMasked, extIntVector);
        }

        return rose || (asserted && lvt.IsLevel) ? Poll(plane, vcpu, pin) : RuleId.PinWithoutEdge;
    }

    /// <summary>EOI of a level-triggered vector: remote IRR of its pin falls, and a pin that is still asserted asks again.</summary>
    public static void EndLevel(ApicPlane plane, int vcpu, int vector)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        for (int pin = 0; pin < 2; pin++)
        {
            ApicRegister entry = ApicRegister.LvtLint0 + (byte)pin;
            LvtEntry lvt = apic.Lvt(entry);
            if (lvt.HasRemoteIrr && lvt.Vector == vector && plane.Profile.HasRemoteIrr)
            {
                apic[entry] = lvt.Value & ~LvtEntry.RemoteIrrBit;
                Repoll(plane, vcpu, pin);
            }
        }
    }

    /// <summary>After an entry was written: a level-triggered pin that is asserted asks again.</summary>
    public static void Repoll(ApicPlane plane, int vcpu, int pin)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        LvtEntry lvt = apic.Lvt(ApicRegister.LvtLint0 + (byte)pin);
        bool asks = (apic.Pins & (1 << pin)) != 0 && lvt is { IsLevel: true, IsMasked: false };
        if (asks && plane.Profile.HasRemoteIrr)
        {
            Poll(plane, vcpu, pin);
        }
    }

    private static RuleId Poll(ApicPlane plane, int vcpu, int pin)
    {
        ApicRegister entry = ApicRegister.LvtLint0 + (byte)pin;
        ref LocalApicState apic = ref plane.Apics[vcpu];
        LvtEntry lvt = apic.Lvt(entry);
        bool keepsRemoteIrr = plane.Profile.HasRemoteIrr && lvt is { IsLevel: true, Mode: DeliveryMode.Fixed };
        if (keepsRemoteIrr && lvt.HasRemoteIrr)
        {
            return RuleId.RemoteIrrHolds;
        }

        RuleId rule = Raise(plane, vcpu, entry);
        if (keepsRemoteIrr && rule == RuleId.LvtDelivered)
        {
            apic[entry] |= LvtEntry.RemoteIrrBit;
            rule = pin == 1 && plane.Profile.LeavesLint1LevelOpen ? RuleId.PinLevelUnsupported : rule;
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
