using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>RESET and INIT of a local APIC (APM vol. 2, 16.10 and table 16-2; SDM vol. 3; KVM lapic.c, kvm_lapic_reset).</summary>
internal static class LocalApicReset
{
    private const uint ExtIntUnmasked = (uint)DeliveryMode.ExtInt << LvtEntry.ModeShift;

    /// <summary>RESET: everything as when the vCPU was made. The pins are the board's and keep their level.</summary>
    public static void Reset(ref LocalApicState apic, ApicTraits traits, ModelProfile profile, bool bootstrap)
    {
        (uint initialId, byte pins) = (apic.InitialId, apic.Pins);
        apic = default;
        (apic.InitialId, apic.Pins) = (initialId, pins);
        ResetRegisters(ref apic, profile);
        apic[ApicRegister.Id] = XApicId.Of(initialId).Register;

        ApicMode natural = ApicTransition.AfterReset(traits.Model);
        ApicMode mode = traits.ResetMode ?? natural;
        apic.ApicBase = new ApicBase(ApicBase.DefaultAddress | (bootstrap ? ApicBase.BspBit : 0)).WithMode(mode).Value;
        if (mode == ApicMode.X2Apic)
        {
            ModeChange.Of(traits.Model).Apply(ref apic, profile, natural, mode);
        }

        ReenableLint0(ref apic, traits, bootstrap);
    }

    /// <summary>INIT: registers as after RESET, but APIC_BASE, the ID, and in x2APIC mode the LDR that follows from it, stay.</summary>
    public static void Initialize(ref LocalApicState apic, ApicTraits traits, ModelProfile profile, bool bootstrap)
    {
        (uint id, uint ldr, uint icr2, uint icrDestination) =
            (apic[ApicRegister.Id], apic[ApicRegister.Ldr], apic[ApicRegister.Icr2], apic.IcrDestination);
        bool x2 = apic.IsX2Apic;
        ResetRegisters(ref apic, profile);
        apic[ApicRegister.Id] = id;
        apic[ApicRegister.Ldr] = x2 ? ldr : 0;
        if (profile.KeepsBothIcrHalves)
        {
            apic[ApicRegister.Icr2] = x2 ? icr2 : 0;
            apic.IcrDestination = x2 ? 0 : icrDestination;
        }

        OpenState.Initialize(ref apic);
        ReenableLint0(ref apic, traits, bootstrap);
    }

    /// <summary>Every register of the page to its reset value; the ID is the caller's business.</summary>
    public static void ResetRegisters(ref LocalApicState apic, ModelProfile profile)
    {
        for (int register = 0; register < profile.ResetImage.Length; register++)
        {
            apic[(ApicRegister)register] = profile.ResetImage[register];
        }

        (apic.IcrDestination, apic.PendingErrors) = (0, 0);
        (apic.TscDeadline, apic.TimerPeriod, apic.TimerTarget) = (0, 0, 0);
        (apic.TimerRuns, apic.TimerPending) = (0, 0);
        apic.RefreshSummaries();
    }

    private static void ReenableLint0(ref LocalApicState apic, ApicTraits traits, bool bootstrap)
    {
        if (traits.Model == ApicModel.Kvm && bootstrap && (traits.Quirks & KvmQuirks.Lint0Reenabled) != 0)
        {
            apic[ApicRegister.LvtLint0] = ExtIntUnmasked;
        }
    }
}
