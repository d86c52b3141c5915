using System.Collections.Generic;
using System.Linq;
using static ApicShell.Architecture.ApicModel;

namespace ApicShell.Architecture;

/// <summary>
/// What models do that is no single register's access: read off the flags of their profiles where these decide it, so that what is said
/// here is what the emulator does.
/// </summary>
internal static class ModelBehaviour
{
    private const string Silent = "not in APM vol. 2 or SDM vol. 3; ApicShell's reading";
    private const string Lapic = "KVM lapic.c";

    public static IEnumerable<ModelAspect> Of(ApicModel model)
    {
        var profile = ModelProfile.Of(new ApicTraits { Model = model });
        return Modes(model, profile).Concat(Page(model, profile)).Concat(Interrupts(model, profile)).Concat(Pins(model, profile)).Concat(Timer(model, profile));
    }

    private static IEnumerable<ModelAspect> Modes(ApicModel model, ModelProfile profile)
    {
        ApicTransition reset = ApicTransition.OfReset(model);
        yield return New("mode after RESET", reset.To.ToString(), reset.RuleId, model switch
        {
            Amd => "APM vol. 2, 16.10 and fig. 16-32",
            Intel => "SDM vol. 3",
            _ => "recording; KVM lapic.c",
        });
        yield return New("bit 8, BSP", ApicRegister.ApicBase, profile.BootstrapIsWritable ? "writable" : "read-only",
            profile.BootstrapIsWritable ? RuleId.BaseRegister : RuleId.BaseBspReadOnly, Manual(model, "16.3.1 (the PPR says writable)"));
        yield return model == Kvm
            ? New("write by the host", ApicRegister.ApicBase, "any valid mode; an illegal one is refused, no #GP", RuleId.BaseHostAnyMode, "recording; KVM lapic.c (KVM ABI)")
            : New("write by the host", ApicRegister.ApicBase, "as one by the guest: no host is known", RuleId.None, Silent);
        yield return New("ID on entering x2APIC mode", ApicRegister.Id, model == Kvm ? "the vCPU's own" : "an 8-bit ID that was written is carried over",
            RuleId.None, Manual(model, "16.9"));
        yield return model switch
        {
            Amd => New("leaving x2APIC mode", null, "not stated: all is kept, the ID as 8 bits", RuleId.None, "APM vol. 2, 16.9 is silent; ApicShell's reading"),
            Intel => New("leaving x2APIC mode", null, "all but the ID is lost", RuleId.None, "SDM vol. 3"),
            _ => New("leaving x2APIC mode", null, "all is kept but the ID, which is the vCPU's own again", RuleId.None, Lapic),
        };
        yield return New("INIT, the ICR's other upper half", null, profile.KeepsBothIcrHalves ? "kept" : "0", RuleId.None, Manual(model, "16.10"));
    }

    private static IEnumerable<ModelAspect> Page(ApicModel model, ModelProfile profile)
    {
        AccessCell absent = profile.XApic[0];
        yield return ByRule("xAPIC read of no register", absent.Read == ReadEffect.IllegalAddress ? "undefined, and notes ESR bit 7" : "undefined, nothing noted", absent.ReadRule, model);
        yield return ByRule("xAPIC write of no register", absent.Write == WriteEffect.IllegalAddress ? "dropped, and notes ESR bit 7" : "dropped, nothing noted", absent.WriteRule, model);
        yield return ByRule("xAPIC reads of 1 or 2 bytes", profile.ServesNarrowReads ? "work inside a register" : "undefined",
            profile.ServesNarrowReads ? RuleId.KvmNarrowRead : profile.AccessShapeRule, model);
        yield return ByRule("xAPIC writes not of 4 bytes", profile.ServesNarrowReads ? "dropped" : "undefined", profile.AccessShapeRule, model);
        yield return model == Kvm
            ? New("page outside xAPIC mode", null, "reads as ones, drops writes (quirk)", RuleId.KvmMmioHole, "recording; KVM lapic.c")
            : New("page outside xAPIC mode", null, "is not the APIC's", RuleId.PageNotDecoded, Manual(model, "16.11"));
        yield return New("reserved bits in x2APIC mode", null, model == Kvm ? "dropped, but for ICR, ESR, SELF_IPI and 63:32" : "#GP",
            model == Kvm ? RuleId.KvmReservedDropped : RuleId.X2ReservedBits, Manual(model, "16.11"));
        yield return New("exits of an access", null, profile.NativeExits == 0 ? "0: hardware" : "1: an intercept", RuleId.None, model == Kvm ? Lapic : "ApicShell");
    }

    private static IEnumerable<ModelAspect> Interrupts(ApicModel model, ModelProfile profile)
    {
        yield return New("vectors below 16", null, profile.RefusesIllegalVectors ? "errors; not delivered (AMD does not say)" : "into IRR, never dispatched",
            profile.RefusesIllegalVectors ? RuleId.IllegalVector : RuleId.InterruptAccepted, model == Kvm ? "recording; KVM lapic.c" : Manual(model, "16.4.6"));
        yield return New("APIC errors", ApicRegister.Esr, profile.HasErrorStatus ? "noted, and raise LVT error" : "never noted: constant 0",
            profile.HasErrorStatus ? RuleId.None : RuleId.KvmEsrZero, Manual(model, "16.4.6"));
        yield return New("a third occurrence of a vector", null, model == Amd ? "sent back for a retry; here it merges" : "merges",
            RuleId.InterruptMerged, Manual(model, "16.6.3"));
        yield return model == Kvm
            ? New("lowest priority goes to", null, "the one of index vector mod candidates (vector hashing)", RuleId.None, "recording; KVM lapic.c")
            : New("lowest priority goes to", null, "the focus processor, else the lowest arbitration priority, then the highest ID", RuleId.None, Manual(model, "16.6.2"));
        yield return New("lowest priority, physical or cluster mode", null, profile.ArbitratesInFlatModeOnly ? "not supported" : "supported",
            profile.ArbitratesInFlatModeOnly ? RuleId.IcrLowestPriorityTarget : RuleId.IpiAccepted, Manual(model, "16.6.2"));
        yield return New("logical destinations", null, model == Kvm ? "by one map of all vCPUs; otherwise where modes are mixed" : "each APIC compares its own ID",
            RuleId.None, model == Kvm ? "recording; KVM lapic.c" : Manual(model, "16.6.1"));
        yield return New("models not 0 or 0xF", ApicRegister.Dfr, profile.LeavesDestinationFormatsOpen ? "undefined" : "cluster, until another APIC is flat",
            profile.LeavesDestinationFormatsOpen ? RuleId.DestinationFormatUndefined : RuleId.None, model == Kvm ? "recording" : Manual(model, "16.6.1"));
        yield return New("8-bit ID", ApicRegister.Id, profile.HasExtendedRegisters ? "4 bits count until XAIDN is set" : "8 bits count", RuleId.None, Manual(model, "16.3"));
        yield return New("types not sent in xAPIC mode", ApicRegister.Icr, Types(profile.ReservedModesInXApic), Reserved(profile.ReservedModesInXApic), Manual(model, "table 16-4"));
        yield return New("types not sent in x2APIC mode", ApicRegister.Icr, Types(profile.ReservedModesInX2Apic), Reserved(profile.ReservedModesInX2Apic), Manual(model, "16.11"));
        yield return New("combinations outside the table", ApicRegister.Icr, profile.HasErrorStatus ? "undefined: not sent" : "sent",
            profile.HasErrorStatus ? RuleId.IcrCombination : RuleId.IpiAccepted, Manual(model, "table 16-4"));
        yield return New("remote read", null, profile.HasRemoteRead ? "reads the target's register" : model == Kvm ? "a paravirtual wake-up" : "none",
            profile.HasRemoteRead ? RuleId.RemoteReadDone : model == Kvm ? RuleId.RemoteReadIgnored : RuleId.IcrReservedType, Manual(model, "16.5"));
        yield return New("ExtINT messages", null, profile.TakesExtIntMessages ? "taken" : "ignored: LINT0 alone",
            profile.TakesExtIntMessages ? RuleId.InterruptAccepted : RuleId.ExtIntIgnored, Manual(model, "16.5"));
        yield return New("spurious vector at acknowledge", null, model == Kvm ? "never" : "where the priority was raised meanwhile",
            RuleId.SpuriousVector, Manual(model, "16.4.7"));
        yield return New("EOI with nothing in service", ApicRegister.Eoi, profile.LeavesEmptyEoiOpen ? "not stated: nothing" : "nothing",
            profile.LeavesEmptyEoiOpen ? RuleId.EoiWithoutService : RuleId.EoiEndsHighest, model == Kvm ? Lapic : Silent);
    }

    private static IEnumerable<ModelAspect> Pins(ApicModel model, ModelProfile profile)
    {
        yield return New("after RESET, bootstrap processor", ApicRegister.LvtLint0, model == Kvm ? "0x00000700 (quirk LINT0_REENABLED)" : "0x00010000",
            RuleId.None, RegisterSource.Of(ApicRegister.LvtLint0, model));
        yield return New("remote IRR of level pins", null, profile.HasRemoteIrr ? "holds requests until EOI" : "none",
            RuleId.RemoteIrrHolds, Manual(model, "16.4.4"));
        yield return New("ExtINT pin while the APIC is off", null, profile.OwnsPinsWhileOff ? "nothing" : "goes through",
            profile.OwnsPinsWhileOff ? RuleId.InterruptRefusedDisabled : RuleId.None, Manual(model, "16.3.1"));
        yield return New("LVT types not delivered", null, Types(profile.ReservedModesInLvt), profile.ReservedModesInLvt == 0 ? RuleId.None : RuleId.LvtReservedType, Manual(model, "16.4"));
        yield return New("after its interrupt", ApicRegister.LvtPerf, profile.MasksPerfOnDelivery ? "masked" : "stays",
            RuleId.None, model == Kvm ? "KVM lapic.c (masked where the guest is like Intel's)" : Manual(model, "16.4"));
        yield return New("corrected machine checks", ApicRegister.LvtCmci,
            RegisterCatalogue.Find(ApicRegister.LvtCmci)!.ExistsIn(model) ? "there" : model == Kvm ? "where configured (MCG_CMCI_P); not here" : "none",
            RuleId.None, model == Kvm ? Lapic : Manual(model, "table 16-2"));
    }

    private static IEnumerable<ModelAspect> Timer(ApicModel model, ModelProfile profile)
    {
        yield return New("MSR 0x6E0", ApicRegister.TscDeadline, profile.HasTscDeadline ? "there, where CPUID offers it" : "#GP: no TSC-deadline mode",
            profile.HasTscDeadline ? RuleId.TscDeadlineRegister : RuleId.TscDeadlineAbsent, Manual(model, "16.4.1"));
        yield return New("timer that ends while masked", null, profile.HoldsTimerInterrupt ? "interrupts when unmasked" : "its interrupt is lost",
            profile.HoldsTimerInterrupt ? RuleId.KvmTimerHeld : RuleId.TimerExpires, model == Kvm ? "recording; KVM lapic.c" : Manual(model, "16.4.1"));
        yield return New("shortest period", null, profile.MinimumPeriod == 0 ? "any" : $"{profile.MinimumPeriod / 1000} microseconds", RuleId.None,
            model == Kvm ? "KVM x86.c, min_timer_period_us" : Silent);
        yield return New("changed while it counts", ApicRegister.TimerDivide,
            profile.LeavesTimerChangesOpen ? "undefined: here as in KVM" : "the rest is scaled, and goes on",
            profile.LeavesTimerChangesOpen ? RuleId.TimerChangedWhileCounting : RuleId.None, model == Kvm ? Lapic : Manual(model, "16.4.1"));
        yield return New("another divisor after it ended", ApicRegister.TimerDivide, profile.DivideRestartsTimer ? "interrupts once more" : "nothing",
            RuleId.None, model == Kvm ? "recording; KVM lapic.c" : Silent);
    }

    private static ModelAspect ByRule(string aspect, string value, RuleId rule, ApicModel model) => New(aspect, null, value, rule, model == Kvm ? "recording; KVM lapic.c" : Rule.Of(rule).Source);

    private static ModelAspect New(string aspect, string value, RuleId rule, string source) => New(aspect, null, value, rule, source);

    private static ModelAspect New(string aspect, ApicRegister? register, string value, RuleId rule, string source) => new(register, aspect, value, rule, source);

    private static RuleId Reserved(int modes) => modes == 0 ? RuleId.None : RuleId.IcrReservedType;

    private static string Manual(ApicModel model, string section) => model switch
    {
        Amd => $"APM vol. 2, {section}",
        Intel => "SDM vol. 3",
        _ => Lapic,
    };

    private static string Types(int modes) =>
        modes == 0 ? "none" : string.Join(", ", Enumerable.Range(0, 8).Where(mode => (modes & (1 << mode)) != 0).Select(mode => ((DeliveryMode)mode).ToString()));
}
