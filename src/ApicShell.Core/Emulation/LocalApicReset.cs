using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>What RESET and INIT leave behind (APM vol. 2, table 16-2 and 16.10; SDM vol. 3; KVM lapic.c, recordings).</summary>
internal static class LocalApicReset
{
    /// <summary>RESET: everything returns to its start, APIC_BASE too.</summary>
    /// <param name="apic">The APIC; its initial ID stays.</param>
    /// <param name="traits">What the machine's APICs have in common.</param>
    /// <param name="bootstrap">Whether this is the bootstrap processor.</param>
    public static void Reset(ref LocalApicState apic, ApicTraits traits, bool bootstrap)
    {
        uint initialId = apic.InitialId;
        apic = default;
        apic.InitialId = initialId;
        ResetRegisters(ref apic, traits.Model);
        apic[ApicRegister.Id] = initialId << 24;
        apic.ApicBase = ApicBase.DefaultAddress | (bootstrap ? ApicBase.BspBit : 0);

        ApicMode natural = ApicTransition.OfReset(traits.Model).To;
        ApicMode mode = traits.ResetMode ?? natural;
        apic.ApicBase = new ApicBase(apic.ApicBase).WithMode(mode).Value;
        if (mode == ApicMode.X2Apic)
        {
            ModeChange.Of(traits.Model).Apply(ref apic, natural, mode);
        }

        if (traits.Model == ApicModel.Kvm && bootstrap && (traits.Quirks & KvmQuirks.Lint0Reenabled) != 0)
        {
            apic[ApicRegister.LvtLint0] = 0x700;
        }
    }

    /// <summary>Every register of the page to its reset value; the ID is the caller's business.</summary>
    public static void ResetRegisters(ref LocalApicState apic, ApicModel model)
    {
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            apic[spec.Register] = spec.Reset(model);
        }

        apic.IcrDestination = 0;
        apic.PendingErrors = 0;
        apic.TscDeadline = 0;
    }
}
