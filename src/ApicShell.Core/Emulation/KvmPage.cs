using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>An APIC as KVM shows it to the host, KVM_GET_LAPIC and KVM_SET_LAPIC: the words of its page (KVM lapic.c, recordings).</summary>
internal static class KvmPage
{
    /// <summary>A word of the page: that of a register, 32 bits.</summary>
    public static uint Get(ApicPlane plane, int vcpu, RegisterSpec spec)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        bool x2 = apic.IsX2Apic;
        uint value = (uint)LocalApic.Peek(plane, vcpu, spec);
        return spec.Register switch
        {
            ApicRegister.Id when x2 && !plane.HasLongIds => XApicId.Of(value).Register,
            ApicRegister.Icr2 when x2 => apic.IcrDestination,
            _ => value,
        };
    }

    /// <summary>
    /// Gets the page, changes one word and sets the page. No bit is filtered; ID and LDR of x2APIC mode and the version stay; the timer starts
    /// again from its current count, one that had ended at once.
    /// </summary>
    /// <returns>Whether KVM takes it: with 32-bit IDs the ID of x2APIC mode must be the vCPU's.</returns>
    public static bool Set(ApicPlane plane, int vcpu, RegisterSpec? spec, uint value)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        bool x2 = apic.IsX2Apic;
        if (x2 && plane.HasLongIds && spec?.Register == ApicRegister.Id && value != apic.InitialId)
        {
            return false;
        }

        uint count = spec?.Register == ApicRegister.TimerCurrent ? value : ApicTimer.CurrentCount(apic, plane.Machine.Clock);
        plane.Map.Leave(vcpu, apic);
        switch (spec?.Register ?? ApicRegister.None)
        {
            case ApicRegister.None or ApicRegister.Version or ApicRegister.Ppr or ApicRegister.TimerCurrent:
            case ApicRegister.Id or ApicRegister.Ldr when x2:
                break;
            case ApicRegister.Icr2 when x2:
                apic.IcrDestination = value;
                break;
            default:
                apic[spec!.Register] = value;
                break;
        }

        if (x2)
        {
            // The page that the host gets shows this mode's upper half of the ICR, and so sets it at the other's place.
            apic[ApicRegister.Icr2] = apic.IcrDestination;
        }

        apic.RefreshSummaries();
        plane.Join(vcpu);
        ApicTimer.Restart(plane, vcpu, count);
        return true;
    }
}
