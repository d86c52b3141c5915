using System;
using System.Collections.Generic;
using static ApicShell.Architecture.ApicRegister;

namespace ApicShell.Architecture;

/// <summary>
/// Every register of the page: offset, bits, and what each model makes of it. This is the one place where the rule for a register
/// stands. Columns: KVM as recorded (tests/Vectors/kvm) and in lapic.c; AMD by APM vol. 2, table 16-2, 16.3 to 16.11; Intel by
/// SDM vol. 3. A row gives access in xAPIC mode, access in x2APIC mode, the bits a write keeps, the bits that fault in x2APIC mode.
/// </summary>
public static class RegisterCatalogue
{
    private const RegisterAccess No = RegisterAccess.None;
    private const RegisterAccess R = RegisterAccess.Read;
    private const RegisterAccess W = RegisterAccess.Write;
    private const RegisterAccess RW = RegisterAccess.ReadWrite;

    private const uint LvtBits = LvtEntry.MaskBit | LvtEntry.ModeMask | LvtEntry.VectorMask;
    private const uint PinReadOnly = LvtEntry.RemoteIrrBit | LvtEntry.StatusBit;
    private const uint AmdPinBits = LvtBits | LvtEntry.LevelBit;
    private const uint PinBits = AmdPinBits | LvtEntry.PolarityBit;
    private const uint MaskAndVector = LvtEntry.MaskBit | LvtEntry.VectorMask;
    private const uint AmdTimerBits = MaskAndVector | LvtEntry.PeriodicBit;
    private const uint TimerBits = AmdTimerBits | LvtEntry.DeadlineBit;
    private const uint IcrBits = InterruptMessage.IcrMask;
    private const uint SvrBits = SpuriousVector.VectorMask | SpuriousVector.EnableBit | SpuriousVector.NoFocusBit;

    // The focus bit is reserved since the Pentium 4 (SDM vol. 3, 10.9).
    private const uint IntelSvrBits = SpuriousVector.VectorMask | SpuriousVector.EnableBit | SpuriousVector.SuppressBroadcastBit;

    /// <summary>Number of registers that have a place of their own anywhere, APIC_BASE and TSC_DEADLINE included.</summary>
    internal const int PlaceCount = (int)TscDeadline + 1;

    /// <summary>Number of places in an APIC's register file.</summary>
    internal const int FileSize = (int)ExtLvt3 + 1;

    private static readonly BitField s_vector = new("Vector", 7, 0);
    private static readonly BitField s_status = new("DeliveryStatus", 12, 12, "Idle", "Pending");
    private static readonly BitField s_mask = new("Mask", 16);
    private static readonly BitField s_messageType =
        new("MessageType", 10, 8, "Fixed", "LowestPriority", "Smi", "RemoteRead", "Nmi", "Init", "Startup", "ExtInt");

    private static readonly BitField[] s_lvtFields = [s_mask, s_status, s_messageType, s_vector];
    private static readonly BitField[] s_lintFields =
        [s_mask, new("TriggerMode", 15, 15, "Edge", "Level"), new("RemoteIrr", 14), new("Polarity", 13), s_status, s_messageType, s_vector];

    private static readonly BitField[] s_icrFields =
    [
        new("Shorthand", 19, 18, "None", "Self", "All", "AllButSelf"), new("RemoteReadStatus", 17, 16),
        new("TriggerMode", 15, 15, "Edge", "Level"), new("Level", 14, 14, "Deassert", "Assert"), s_status,
        new("DestinationMode", 11, 11, "Physical", "Logical"), s_messageType, s_vector,
    ];

    private static readonly ModelRow s_readOnly = new(R, R);
    private static readonly ModelRow s_identity = new(RW, R, XApicId.RegisterMask) { Write = WriteEffect.Identity };
    private static readonly ModelRow s_dfr =
        new(RW, No, DestinationFormat.ModelMask) { Reset = DestinationFormat.Flat, ReadOnly = ~DestinationFormat.ModelMask, Write = WriteEffect.Identity };

    private static readonly ModelRow s_kvmLvt = new(RW, RW, LvtBits | LvtEntry.StatusBit) { Reset = LvtEntry.MaskBit, Write = WriteEffect.Lvt };
    private static readonly ModelRow s_kvmLint = s_kvmLvt with { Kept = PinBits | PinReadOnly, Write = WriteEffect.LvtPin };
    private static readonly ModelRow s_lvt =
        new(RW, RW, LvtBits, ~(LvtBits | LvtEntry.StatusBit)) { Reset = LvtEntry.MaskBit, ReadOnly = LvtEntry.StatusBit, Write = WriteEffect.Lvt };

    private static readonly ModelRow s_amdLint =
        s_lvt with { Write = WriteEffect.LvtPin, Kept = AmdPinBits, ReadOnly = PinReadOnly, X2Faults = ~(AmdPinBits | PinReadOnly) };

    private static readonly ModelRow s_intelLint =
        s_lvt with { Write = WriteEffect.LvtPin, Kept = PinBits, ReadOnly = PinReadOnly, X2Faults = ~(PinBits | PinReadOnly) };

    // No message type: an APIC error is a fixed interrupt (SDM vol. 3, fig. 10-8).
    private static readonly ModelRow s_intelError = s_lvt with { Kept = MaskAndVector, X2Faults = ~(MaskAndVector | LvtEntry.StatusBit) };

    private static readonly ModelRow s_x2Eoi =
        new(W, W, 0, 0xFFFF_FFFF) { Write = WriteEffect.Eoi, WriteRule = RuleId.EoiEndsHighest, FaultRule = RuleId.EoiMustBeZero };

    private static readonly ModelRow s_esr = new(RW, RW, 0, 0xFFFF_FFFF) { Write = WriteEffect.LatchErrors, FaultRule = RuleId.EsrMustBeZero };
    private static readonly ModelRow s_selfIpi =
        new(No, W, 0xFF, 0xFFFF_FF00) { Write = WriteEffect.SelfIpi, FaultRule = RuleId.SelfIpiReservedBits };

    private static readonly ModelRow s_icr =
        new(RW, RW, IcrBits, ~(IcrBits | InterruptMessage.StatusBit)) { Write = WriteEffect.Icr, FaultRule = RuleId.IcrReservedBits };

    private static readonly ModelRow s_timerInitial = new(RW, RW, 0xFFFF_FFFF) { Write = WriteEffect.TimerInitial };
    private static readonly ModelRow s_timerCurrent =
        new(R, R) { Read = ReadEffect.TimerCurrent };

    private static readonly RegisterSpec[] s_rows =
    [
        new(Id, 0x020, "APIC ID",
            s_identity, s_identity, s_identity,
            new BitField("ApicId", 31, 24)) { X2Fields = [new("ApicId", 31, 0)] },
        new(ApicRegister.Version, 0x030, "Version and number of LVT entries",
            kvm: s_readOnly with { Reset = 0x0005_0014 },
            amd: s_readOnly with { Reset = 0x8005_0010 },
            intel: s_readOnly with { Reset = 0x0106_0015 },
            new BitField("ExtendedSpace", 31), new BitField("EoiBroadcastSuppression", 24), new BitField("MaxLvtEntry", 23, 16), new BitField("Version", 7, 0)),
        new(Tpr, 0x080, "Task priority",
            kvm: new(RW, RW, 0xFF),
            amd: new(RW, RW, 0xFF, 0xFFFF_FF00),
            intel: new(RW, RW, 0xFF, 0xFFFF_FF00),
            new BitField("Class", 7, 4), new BitField("SubClass", 3, 0)),
        new(Apr, 0x090, "Arbitration priority",
            kvm: new(R, No) { Read = ReadEffect.Zero, ReadRule = RuleId.KvmAprZero },
            amd: new(R, R) { Read = ReadEffect.Apr },
            intel: ModelRow.Retired,
            new BitField("Class", 7, 4), new BitField("SubClass", 3, 0)),
        new(Ppr, 0x0A0, "Processor priority",
            kvm: new(R, R) { Read = ReadEffect.Ppr },
            amd: new(R, R) { Read = ReadEffect.Ppr },
            intel: new(R, R) { Read = ReadEffect.Ppr },
            new BitField("Class", 7, 4), new BitField("SubClass", 3, 0)),
        new(Eoi, 0x0B0, "End of interrupt",
            kvm: new(W, W) { Write = WriteEffect.Eoi, WriteRule = RuleId.KvmEoiAnyValue },
            amd: s_x2Eoi,
            intel: s_x2Eoi),
        new(RemoteRead, 0x0C0, "Data of the last remote read",
            kvm: ModelRow.Absent,
            amd: new(R, No),
            intel: ModelRow.Retired,
            new BitField("Data", 31, 0)),
        new(Ldr, 0x0D0, "Logical destination",
            s_identity, s_identity, s_identity,
            new BitField("LogicalId", 31, 24)) { X2Fields = [new("Cluster", 31, 16), new("LogicalId", 15, 0)] },
        new(Dfr, 0x0E0, "Destination format",
            s_dfr, s_dfr, s_dfr,
            new BitField("Model", 31, 28, "Cluster", "0x1", "0x2", "0x3", "0x4", "0x5", "0x6", "0x7", "0x8", "0x9", "0xA", "0xB", "0xC", "0xD", "0xE", "Flat")),
        new(Svr, 0x0F0, "Spurious interrupt vector and software enable",
            kvm: new(RW, RW, SvrBits) { Reset = SpuriousVector.VectorMask, Write = WriteEffect.Svr },
            amd: new(RW, RW, SvrBits, ~SvrBits) { Reset = SpuriousVector.VectorMask, Write = WriteEffect.Svr },
            intel: new(RW, RW, IntelSvrBits, ~IntelSvrBits) { Reset = SpuriousVector.VectorMask, Write = WriteEffect.Svr },
            new BitField("SuppressEoiBroadcast", 12), new BitField("FocusDisabled", 9), new BitField("SoftwareEnable", 8), s_vector),
        .. Vectors(Isr0, 0x100, "In service"),
        .. Vectors(Tmr0, 0x180, "Trigger mode, 1 = level,"),
        .. Vectors(Irr0, 0x200, "Requested"),
        new(Esr, 0x280, "Error status",
            kvm: s_esr with { Write = WriteEffect.Nothing, ReadRule = RuleId.KvmEsrZero, WriteRule = RuleId.KvmEsrZero },
            amd: s_esr,
            intel: s_esr,
            new BitField("IllegalRegisterAddress", 7), new BitField("ReceivedIllegalVector", 6), new BitField("SentIllegalVector", 5),
            new BitField("RedirectableIpi", 4), new BitField("ReceiveAccept", 3), new BitField("SendAccept", 2)),
        new(LvtCmci, 0x2F0, "LVT: corrected machine checks",
            kvm: ModelRow.Absent, // Only with MCG_CMCI_P, which the recorded KVM does not offer.
            amd: ModelRow.Absent,
            intel: s_lvt,
            s_lvtFields),
        new(Icr, 0x300, "Interrupt command; in xAPIC mode its low half",
            kvm: s_icr with { Kept = ~InterruptMessage.StatusBit },
            amd: s_icr with { X2Faults = ~IcrBits },
            intel: s_icr,
            s_icrFields) { X2Fields = [new("Destination", 63, 32), .. s_icrFields] },
        new(Icr2, 0x310, "Interrupt command, high half in xAPIC mode",
            kvm: new(RW, No, XApicId.RegisterMask),
            amd: new(RW, No, XApicId.RegisterMask),
            intel: new(RW, No, XApicId.RegisterMask),
            new BitField("Destination", 31, 24)),
        new(LvtTimer, 0x320, "LVT: timer",
            kvm: s_kvmLvt with { Kept = TimerBits | LvtEntry.StatusBit, Write = WriteEffect.LvtTimer },
            amd: s_lvt with { Kept = AmdTimerBits, X2Faults = ~(AmdTimerBits | LvtEntry.StatusBit), Write = WriteEffect.LvtTimer },
            intel: s_lvt with { Kept = TimerBits, X2Faults = ~(TimerBits | LvtEntry.StatusBit), Write = WriteEffect.LvtTimer },
            new BitField("TimerMode", 18, 17, "OneShot", "Periodic", "TscDeadline", "Reserved"), s_mask, s_status, s_vector),
        new(LvtThermal, 0x330, "LVT: thermal sensor", s_kvmLvt, s_lvt, s_lvt, s_lvtFields),
        new(LvtPerf, 0x340, "LVT: performance counters", s_kvmLvt, s_lvt, s_lvt, s_lvtFields),
        new(LvtLint0, 0x350, "LVT: pin LINT0", s_kvmLint, s_amdLint, s_intelLint, s_lintFields),
        new(LvtLint1, 0x360, "LVT: pin LINT1", s_kvmLint, s_amdLint, s_intelLint, s_lintFields),
        new(LvtError, 0x370, "LVT: APIC errors", s_kvmLvt with { Kept = MaskAndVector | LvtEntry.StatusBit }, s_lvt, s_intelError, s_lvtFields),
        new(TimerInitial, 0x380, "Timer, initial count", s_timerInitial, s_timerInitial, s_timerInitial, new BitField("Count", 31, 0)),
        new(TimerCurrent, 0x390, "Timer, current count", s_timerCurrent, s_timerCurrent, s_timerCurrent, new BitField("Count", 31, 0)),
        new(TimerDivide, 0x3E0, "Timer, divide configuration",
            kvm: new(RW, RW, 0xB) { Write = WriteEffect.TimerDivide },
            amd: new(RW, RW, 0xB, 0xFFFF_FFF4) { Write = WriteEffect.TimerDivide },
            intel: new(RW, RW, 0xB, 0xFFFF_FFF4) { Write = WriteEffect.TimerDivide },
            new BitField("Divide", 3, 0, "2", "4", "8", "16", "2", "4", "8", "16", "32", "64", "128", "1", "32", "64", "128", "1")),
        new(SelfIpi, 0x3F0, "Self-IPI", s_selfIpi, s_selfIpi, s_selfIpi, s_vector),
        new(ExtFeature, 0x400, "Extended features",
            ModelRow.Absent, s_readOnly with { Reset = 0x0004_0007 }, ModelRow.Absent,
            new BitField("ExtendedLvtCount", 23, 16), new BitField("ExtendedId", 2), new BitField("SpecificEoi", 1), new BitField("Ier", 0)),
        new(ExtControl, 0x410, "Extended control",
            ModelRow.Absent, new(RW, RW, 0x7, 0xFFFF_FFF8) { Write = WriteEffect.Identity }, ModelRow.Absent,
            new BitField("ExtendedId", 2), new BitField("SpecificEoi", 1), new BitField("Ier", 0)),
        new(SpecificEoi, 0x420, "Specific end of interrupt",
            ModelRow.Absent, new(RW, RW, 0xFF, 0xFFFF_FF00) { Write = WriteEffect.SpecificEoi, WriteRule = RuleId.ExtendedDisabled }, ModelRow.Absent,
            s_vector),
        .. InterruptEnable(),
        .. ExtendedLvt(),
    ];

    private static readonly RegisterSpec?[] s_byRegister = Index(row => (int)row.Register);
    private static readonly RegisterSpec?[] s_bySlot = Index(row => row.Offset >> 4);

    /// <summary>Every register of the page, in the order of offsets.</summary>
    public static IReadOnlyList<RegisterSpec> All => s_rows;

    /// <summary>The row of a register; null for APIC_BASE and TSC_DEADLINE, which are not in the page.</summary>
    public static RegisterSpec? Find(ApicRegister register) => (int)register < s_byRegister.Length ? s_byRegister[(int)register] : null;

    /// <summary>The register whose 16 bytes of the page an offset lies in, or null.</summary>
    /// <param name="offset">Offset in the page, 0 to 0xFFF.</param>
    public static RegisterSpec? AtOffset(uint offset) => offset < 0x1000 ? s_bySlot[offset >> 4] : null;

    /// <summary>The register of an MSR number, or null where it names none in any model.</summary>
    public static RegisterSpec? AtMsr(uint msr) => msr is >= ApicMsr.X2First and <= ApicMsr.X2Last ? s_bySlot[msr - ApicMsr.X2First] : null;

    /// <summary>The bits of APIC_BASE, highest first.</summary>
    public static IReadOnlyList<BitField> ApicBaseFields { get; } =
        [new("Address", 51, 12), new("Enable", 11), new("Extended", 10), new("Bootstrap", 8)];

    private static IEnumerable<RegisterSpec> Vectors(ApicRegister first, int offset, string title)
    {
        for (int i = 0; i < 8; i++)
        {
            string range = $"{title} vectors 0x{(i * 32) + 31:X2} to 0x{i * 32:X2}";
            yield return new(first + (byte)i, offset + (i * 0x10), range, s_readOnly, s_readOnly, s_readOnly, new BitField("Vectors", 31, 0));
        }
    }

    private static IEnumerable<RegisterSpec> InterruptEnable()
    {
        ModelRow amd = new(RW, RW, 0xFFFF_FFFF) { Reset = 0xFFFF_FFFF, Write = WriteEffect.Ier, WriteRule = RuleId.ExtendedDisabled };
        for (int i = 0; i < 8; i++)
        {
            string range = $"Interrupt enable, vectors 0x{(i * 32) + 31:X2} to 0x{i * 32:X2}";
            yield return new(Ier0 + (byte)i, 0x480 + (i * 0x10), range, ModelRow.Absent, amd, ModelRow.Absent, new BitField("Vectors", 31, 0));
        }
    }

    private static IEnumerable<RegisterSpec> ExtendedLvt()
    {
        for (int i = 0; i < 4; i++)
        {
            // Reset by APM table 16-2; the PPR says 0x10000.
            yield return new(ExtLvt0 + (byte)i, 0x500 + (i * 0x10), $"LVT: extended entry {i}",
                ModelRow.Absent, s_lvt with { Reset = 0 }, ModelRow.Absent, s_lvtFields);
        }
    }

    private static RegisterSpec?[] Index(Func<RegisterSpec, int> key)
    {
        var index = new RegisterSpec?[256];
        foreach (RegisterSpec row in s_rows)
        {
            index[key(row)] = row;
        }

        return index;
    }
}
