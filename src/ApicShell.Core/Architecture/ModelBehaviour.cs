using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Architecture;

/// <summary>
/// What models do that is no single register's access: a row a thing, a cell a model. tests/Vectors/model-behaviour.txt has an experiment for each row
/// that shows on the emulator what the cells say.
/// </summary>
internal static class ModelBehaviour
{
    private const string Sdm = "SDM vol. 3";
    private const string Lapic = "KVM lapic.c";
    private const string Recorded = "recording; KVM lapic.c";
    private const string Silent = "not in APM vol. 2 or SDM vol. 3; ApicShell's reading";

    private static readonly Row[] s_rows =
    [
        // Modes
        new("mode after RESET", null,
            new("Disabled", RuleId.ResetDisabled, "APM vol. 2, 16.10 and fig. 16-32"),
            new("XApic", RuleId.ResetXApic, Sdm),
            new("XApic", RuleId.ResetXApic, Recorded)),
        new("bit 8, BSP", ApicRegister.ApicBase,
            new("read-only", RuleId.BaseBspReadOnly, "APM vol. 2, 16.3.1 (the PPR says writable)"),
            new("writable", RuleId.BaseRegister, Sdm),
            new("writable", RuleId.BaseRegister, Lapic)),
        new("write by the host", ApicRegister.ApicBase,
            new("as one by the guest: no host is known", RuleId.None, Silent),
            new("as one by the guest: no host is known", RuleId.None, Silent),
            new("any valid mode; an illegal one is refused, no #GP", RuleId.BaseHostAnyMode, "recording; KVM lapic.c (KVM ABI)")),
        new("ID on entering x2APIC mode", ApicRegister.Id,
            new("an 8-bit ID that was written is carried over", RuleId.None, "APM vol. 2, 16.9"),
            new("an 8-bit ID that was written is carried over", RuleId.None, Sdm),
            new("the vCPU's own", RuleId.None, Lapic)),
        new("leaving x2APIC mode", null,
            new("not stated: all is kept, the ID as 8 bits", RuleId.None, "APM vol. 2, 16.9 is silent; ApicShell's reading"),
            new("all but the ID is lost", RuleId.None, Sdm),
            new("all is kept but the ID, which is the vCPU's own again", RuleId.None, Lapic)),
        new("INIT, the ICR's other upper half", null,
            new("0", RuleId.None, "APM vol. 2, 16.10"),
            new("0", RuleId.None, Sdm),
            new("kept", RuleId.None, Lapic)),

        // The page
        new("xAPIC read of no register", null,
            new("undefined, and notes ESR bit 7", RuleId.XApicAbsentOffset, "APM vol. 2, 16.4.6; SDM vol. 3"),
            new("undefined, and notes ESR bit 7", RuleId.XApicAbsentOffset, "APM vol. 2, 16.4.6; SDM vol. 3"),
            new("undefined, nothing noted", RuleId.KvmUnreadable, Recorded)),
        new("xAPIC write of no register", null,
            new("dropped, and notes ESR bit 7", RuleId.XApicAbsentOffset, "APM vol. 2, 16.4.6; SDM vol. 3"),
            new("dropped, and notes ESR bit 7", RuleId.XApicAbsentOffset, "APM vol. 2, 16.4.6; SDM vol. 3"),
            new("dropped, nothing noted", RuleId.KvmReadOnlyDropped, Recorded)),
        new("xAPIC reads of 1 or 2 bytes", null,
            new("undefined", RuleId.XApicAccessShape, "APM vol. 2, 16.3.2; SDM vol. 3"),
            new("undefined", RuleId.XApicAccessShape, "APM vol. 2, 16.3.2; SDM vol. 3"),
            new("work inside a register", RuleId.KvmNarrowRead, Recorded)),
        new("xAPIC writes not of 4 bytes", null,
            new("undefined", RuleId.XApicAccessShape, "APM vol. 2, 16.3.2; SDM vol. 3"),
            new("undefined", RuleId.XApicAccessShape, "APM vol. 2, 16.3.2; SDM vol. 3"),
            new("dropped", RuleId.KvmWriteShape, Recorded)),
        new("page outside xAPIC mode", null,
            new("is not the APIC's", RuleId.PageNotDecoded, "APM vol. 2, 16.11"),
            new("is not the APIC's", RuleId.PageNotDecoded, Sdm),
            new("reads as ones, drops writes (quirk)", RuleId.KvmMmioHole, Recorded)),
        new("reserved bits in x2APIC mode", null,
            new("#GP", RuleId.X2ReservedBits, "APM vol. 2, 16.11"),
            new("#GP", RuleId.X2ReservedBits, Sdm),
            new("dropped, but for ICR, ESR, SELF_IPI and 63:32", RuleId.KvmReservedDropped, Lapic)),
        new("exits of an access", null,
            new("0: hardware", RuleId.None, "ApicShell"),
            new("0: hardware", RuleId.None, "ApicShell"),
            new("1: an intercept", RuleId.None, Lapic)),

        // Interrupts
        new("vectors below 16", null,
            new("errors; not delivered (AMD does not say)", RuleId.IllegalVector, "APM vol. 2, 16.4.6"),
            new("errors; not delivered (AMD does not say)", RuleId.IllegalVector, Sdm),
            new("into IRR, never dispatched", RuleId.InterruptAccepted, Recorded)),
        new("APIC errors", ApicRegister.Esr,
            new("noted, and raise LVT error", RuleId.None, "APM vol. 2, 16.4.6"),
            new("noted, and raise LVT error", RuleId.None, Sdm),
            new("never noted: constant 0", RuleId.KvmEsrZero, Lapic)),
        new("a third occurrence of a vector", null,
            new("sent back for a retry; here it merges", RuleId.InterruptMerged, "APM vol. 2, 16.6.3"),
            new("merges", RuleId.InterruptMerged, Sdm),
            new("merges", RuleId.InterruptMerged, Lapic)),
        new("lowest priority goes to", null,
            new("the focus processor, else the lowest arbitration priority, then the highest ID", RuleId.None, "APM vol. 2, 16.6.2"),
            new("the focus processor, else the lowest arbitration priority, then the highest ID", RuleId.None, Sdm),
            new("the one of index vector mod candidates (vector hashing)", RuleId.None, Recorded)),
        new("lowest priority, physical or cluster mode", null,
            new("not supported", RuleId.IcrLowestPriorityTarget, "APM vol. 2, 16.6.2"),
            new("supported", RuleId.IpiAccepted, Sdm),
            new("supported", RuleId.IpiAccepted, Lapic)),
        new("logical destinations", null,
            new("each APIC compares its own ID", RuleId.None, "APM vol. 2, 16.6.1"),
            new("each APIC compares its own ID", RuleId.None, Sdm),
            new("by one map of all vCPUs; otherwise where modes are mixed", RuleId.None, Recorded)),
        new("models not 0 or 0xF", ApicRegister.Dfr,
            new("undefined", RuleId.DestinationFormatUndefined, "APM vol. 2, 16.6.1"),
            new("undefined", RuleId.DestinationFormatUndefined, Sdm),
            new("cluster, until another APIC is flat", RuleId.None, "recording")),
        new("8-bit ID", ApicRegister.Id,
            new("4 bits count until XAIDN is set", RuleId.None, "APM vol. 2, 16.3"),
            new("8 bits count", RuleId.None, Sdm),
            new("8 bits count", RuleId.None, Lapic)),
        new("types not sent in xAPIC mode", ApicRegister.Icr,
            new("none", RuleId.None, "APM vol. 2, table 16-4"),
            new("RemoteRead, ExtInt", RuleId.IcrReservedType, Sdm),
            new("none", RuleId.None, Lapic)),
        new("types not sent in x2APIC mode", ApicRegister.Icr,
            new("LowestPriority, RemoteRead, ExtInt", RuleId.IcrReservedType, "APM vol. 2, 16.11"),
            new("RemoteRead, ExtInt", RuleId.IcrReservedType, Sdm),
            new("none", RuleId.None, Lapic)),
        new("combinations outside the table", ApicRegister.Icr,
            new("undefined: not sent", RuleId.IcrCombination, "APM vol. 2, table 16-4"),
            new("undefined: not sent", RuleId.IcrCombination, Sdm),
            new("sent", RuleId.IpiAccepted, Lapic)),
        new("remote read", null,
            new("reads the target's register", RuleId.RemoteReadDone, "APM vol. 2, 16.5"),
            new("none", RuleId.IcrReservedType, Sdm),
            new("a paravirtual wake-up", RuleId.RemoteReadIgnored, Lapic)),
        new("ExtINT messages", null,
            new("taken", RuleId.InterruptAccepted, "APM vol. 2, 16.5"),
            new("taken", RuleId.InterruptAccepted, Sdm),
            new("ignored: LINT0 alone", RuleId.ExtIntIgnored, Lapic)),
        new("spurious vector at acknowledge", null,
            new("where the priority was raised meanwhile", RuleId.SpuriousVector, "APM vol. 2, 16.4.7"),
            new("where the priority was raised meanwhile", RuleId.SpuriousVector, Sdm),
            new("never", RuleId.None, Lapic)),
        new("EOI with nothing in service", ApicRegister.Eoi,
            new("not stated: nothing", RuleId.EoiWithoutService, Silent),
            new("not stated: nothing", RuleId.EoiWithoutService, Silent),
            new("nothing", RuleId.KvmEoiAnyValue, Lapic)),

        // Pins and other sources of the local vector table
        new("after RESET, bootstrap processor", ApicRegister.LvtLint0,
            new("0x00010000", RuleId.None, "APM vol. 2, table 16-2 and 16.4.4"),
            new("0x00010000", RuleId.None, "SDM vol. 3, local APIC register address map"),
            new("0x00000700 (quirk LINT0_REENABLED)", RuleId.None, Recorded)),
        new("remote IRR of level pins", null,
            new("holds requests until EOI", RuleId.RemoteIrrHolds, "APM vol. 2, 16.4.4"),
            new("holds requests until EOI", RuleId.RemoteIrrHolds, Sdm),
            new("none", RuleId.None, Lapic)),
        new("ExtINT pin while the APIC is off", null,
            new("nothing", RuleId.InterruptRefusedDisabled, "APM vol. 2, 16.3.1"),
            new("nothing", RuleId.InterruptRefusedDisabled, Sdm),
            new("goes through", RuleId.None, Lapic)),
        new("LVT types not delivered", null,
            new("LowestPriority, RemoteRead, Init, Startup", RuleId.LvtReservedType, "APM vol. 2, 16.4"),
            new("LowestPriority, RemoteRead, Startup", RuleId.LvtReservedType, Sdm),
            new("none", RuleId.None, Lapic)),
        new("after its interrupt", ApicRegister.LvtPerf,
            new("stays", RuleId.None, "APM vol. 2, 16.4"),
            new("masked", RuleId.None, Sdm),
            new("stays", RuleId.None, "KVM lapic.c (masked where the guest is like Intel's)")),
        new("corrected machine checks", ApicRegister.LvtCmci,
            new("none", RuleId.None, "APM vol. 2, table 16-2"),
            new("there", RuleId.None, Sdm),
            new("where configured (MCG_CMCI_P); not here", RuleId.None, Lapic)),

        // The timer
        new("MSR 0x6E0", ApicRegister.TscDeadline,
            new("#GP: no TSC-deadline mode", RuleId.TscDeadlineAbsent, "APM vol. 2, 16.4.1"),
            new("there, where CPUID offers it", RuleId.TscDeadlineRegister, Sdm),
            new("there, where CPUID offers it", RuleId.TscDeadlineRegister, Lapic)),
        new("timer that ends while masked", null,
            new("its interrupt is lost", RuleId.TimerExpires, "APM vol. 2, 16.4.1"),
            new("its interrupt is lost", RuleId.TimerExpires, Sdm),
            new("interrupts when unmasked", RuleId.KvmTimerHeld, Recorded)),
        new("shortest period", null,
            new("any", RuleId.None, Silent),
            new("any", RuleId.None, Silent),
            new("200 microseconds", RuleId.None, "KVM x86.c, min_timer_period_us")),
        new("changed while it counts", ApicRegister.TimerDivide,
            new("undefined: here as in KVM", RuleId.TimerChangedWhileCounting, "APM vol. 2, 16.4.1"),
            new("undefined: here as in KVM", RuleId.TimerChangedWhileCounting, Sdm),
            new("the rest is scaled, and goes on", RuleId.None, Lapic)),
        new("another divisor after it ended", ApicRegister.TimerDivide,
            new("nothing", RuleId.None, Silent),
            new("nothing", RuleId.None, Silent),
            new("interrupts once more", RuleId.None, Recorded)),
    ];

    /// <summary>What a model makes of each of them.</summary>
    public static IEnumerable<ModelAspect> Of(ApicModel model) => s_rows.Select(row => row.Of(model));

    private readonly record struct Cell(string Value, RuleId Rule, string Source);

    private sealed record Row(string Aspect, ApicRegister? Register, Cell Amd, Cell Intel, Cell Kvm)
    {
        public ModelAspect Of(ApicModel model)
        {
            Cell cell = model switch
            {
                ApicModel.Amd => Amd,
                ApicModel.Intel => Intel,
                _ => Kvm,
            };
            return new(Register, Aspect, cell.Value, cell.Rule, cell.Source);
        }
    }
}
