using System.Linq;

namespace ApicShell.Architecture;

/// <summary>
/// One model as the access path reads it: a cell for each 16 bytes of the page and each mode, built once from the
/// <see cref="RegisterCatalogue"/>, and the few rules that are the model's and no single register's.
/// </summary>
internal sealed class ModelProfile
{
    private const ulong UpperHalf = 0xFFFF_FFFF_0000_0000;

    private static readonly ModelProfile[] s_profiles = Profiles();

    private ModelProfile(ApicModel model, bool tscDeadline, bool eoiSuppression)
    {
        Model = model;
        XApic = new AccessCell[256];
        X2Apic = new AccessCell[256];
        ResetImage = new uint[RegisterCatalogue.FileSize];
        for (int slot = 0; slot < 256; slot++)
        {
            RegisterSpec? spec = RegisterCatalogue.AtOffset((uint)slot << 4);
            ApicRegister register = spec?.Register ?? ApicRegister.None;
            ModelRow row = Adapted(register, spec?.Row(model) ?? ModelRow.Absent, tscDeadline, eoiSuppression);
            XApic[slot] = XApicCell(model, register, row);
            X2Apic[slot] = X2ApicCell(register, row);
            ResetImage[(int)register] = row.Reset;
        }

        LvtEntries = [.. RegisterCatalogue.All.Where(spec => spec.Row(model).Write is WriteEffect.Lvt or WriteEffect.LvtPin or WriteEffect.LvtTimer)
            .Select(spec => spec.Register)];
    }

    public ApicModel Model { get; }

    /// <summary>What an access by memory in xAPIC mode does, by offset/16.</summary>
    public AccessCell[] XApic { get; }

    /// <summary>What an access by MSR in x2APIC mode does, by MSR number less 0x800.</summary>
    public AccessCell[] X2Apic { get; }

    /// <summary>The LVT entries that the model has.</summary>
    public ApicRegister[] LvtEntries { get; }

    /// <summary>What RESET stores, by place in the register file; the ID is not in it.</summary>
    public uint[] ResetImage { get; }

    /// <summary>Whether reads of 1 and 2 bytes inside a register work.</summary>
    public bool ServesNarrowReads { get; private init; }

    /// <summary>By which rule a write of the wrong size or alignment ends.</summary>
    public RuleId AccessShapeRule { get; private init; }

    /// <summary>Whether software can change bit 8 of APIC_BASE.</summary>
    public bool BootstrapIsWritable { get; private init; }

    /// <summary>Whether MSR 0x6E0 is there.</summary>
    public bool HasTscDeadline { get; private init; }

    /// <summary>Whether errors are noted in ESR.</summary>
    public bool HasErrorStatus { get; private init; }

    /// <summary>Whether fixed interrupts with vectors below 16 are refused; KVM keeps them in IRR, where they are never of high enough priority.</summary>
    public bool RefusesIllegalVectors => HasErrorStatus;

    /// <summary>Whether interrupt enable, specific EOI and the rest of AMD's extended space are there.</summary>
    public bool HasExtendedRegisters { get; private init; }

    /// <summary>Whether an IPI can read a register of another APIC.</summary>
    public bool HasRemoteRead { get; private init; }

    /// <summary>Whether a message of type ExtINT is taken; KVM takes ExtINT from its pin alone.</summary>
    public bool TakesExtIntMessages { get; private init; }

    /// <summary>Whether a level-triggered pin holds further requests back until EOI.</summary>
    public bool HasRemoteIrr { get; private init; }

    /// <summary>Whether delivering a performance counter's interrupt masks its LVT entry.</summary>
    public bool MasksPerfOnDelivery { get; private init; }

    /// <summary>Whether a write of another divisor starts a timer again that had ended.</summary>
    public bool DivideRestartsTimer { get; private init; }

    /// <summary>Whether the interrupt of a timer that ends while masked or off is delivered later.</summary>
    public bool HoldsTimerInterrupt { get; private init; }

    /// <summary>Whether INIT leaves the upper half of the ICR that belongs to the other mode.</summary>
    public bool KeepsBothIcrHalves { get; private init; }

    /// <summary>Shortest period of a periodic timer, in nanoseconds.</summary>
    public ulong MinimumPeriod { get; private init; }

    /// <summary>Message types that the ICR does not send in xAPIC mode: bit n is type n.</summary>
    public int ReservedModesInXApic { get; private init; }

    /// <summary>Message types that the ICR does not send in x2APIC mode.</summary>
    public int ReservedModesInX2Apic { get; private init; }

    /// <summary>Message types that an LVT entry of a pin does not deliver: bit n is type n.</summary>
    public int ReservedModesInPin { get; private init; }

    /// <summary>Message types that the other LVT entries do not deliver.</summary>
    public int ReservedModesInLvt { get; private init; }

    /// <summary>Whether every IPI goes out as edge-triggered with level 1, whatever the ICR says.</summary>
    public bool IssuesEdgeOnly { get; private init; }

    /// <summary>Whether the ability to send lowest-priority IPIs is the machine's: <see cref="ApicTraits.LowestPriorityIpis"/>.</summary>
    public bool ChoosesLowestPriority { get; private init; }

    /// <summary>Whether the source does not support level-triggered interrupts at LINT1.</summary>
    public bool LeavesLint1LevelOpen { get; private init; }

    /// <summary>Whether lowest priority is for logical destinations in flat mode, and shorthands, only.</summary>
    public bool ArbitratesInFlatModeOnly { get; private init; }

    /// <summary>Whether lowest priority is decided by the task priority alone, as a chipset knows it, and no processor is a focus.</summary>
    public bool ArbitratesByTaskPriority { get; private init; }

    /// <summary>Whether the source leaves open what a timer that counts makes of another divisor or mode.</summary>
    public bool LeavesTimerChangesOpen { get; private init; }

    /// <summary>Whether another mode of the timer disarms it.</summary>
    public bool DisarmsTimerByMode { get; private init; }

    /// <summary>By which rule MSR 0x6E0 is not there.</summary>
    public RuleId NoDeadlineRule { get; private init; }

    /// <summary>Whether the source leaves open what EOI does with nothing in service.</summary>
    public bool LeavesEmptyEoiOpen { get; private init; }

    /// <summary>Whether models of the destination format other than flat and cluster are undefined.</summary>
    public bool LeavesDestinationFormatsOpen { get; private init; }

    /// <summary>Whether an APIC that is off by APIC_BASE keeps its pins from the vCPU; KVM then lets a legacy interrupt controller through.</summary>
    public bool OwnsPinsWhileOff { get; private init; }

    /// <summary>Exits that a native access costs: hardware none, a hypervisor's emulation one.</summary>
    public byte NativeExits { get; private init; }

    /// <summary>The profile of machines with some traits; equal traits share one.</summary>
    public static ModelProfile Of(ApicTraits traits) =>
        s_profiles[Index(traits.Model, traits.OffersTscDeadline, traits.OffersX2Apic && (traits.Quirks & KvmQuirks.EoiBroadcastSuppression) != 0)];

    private static int Index(ApicModel model, bool tscDeadline, bool eoiSuppression) =>
        ((int)model * 4) + (tscDeadline ? 2 : 0) + (eoiSuppression ? 1 : 0);

    private static ModelProfile[] Profiles()
    {
        var profiles = new ModelProfile[12];
        foreach (bool tscDeadline in new[] { false, true })
        {
            foreach (bool suppression in new[] { false, true })
            {
                profiles[Index(ApicModel.Kvm, tscDeadline, suppression)] = new(ApicModel.Kvm, tscDeadline, suppression)
                {
                    ServesNarrowReads = true,
                    BootstrapIsWritable = true,
                    HasTscDeadline = true,
                    NativeExits = 1,
                    AccessShapeRule = RuleId.KvmWriteShape,
                    DivideRestartsTimer = true,
                    HoldsTimerInterrupt = true,
                    KeepsBothIcrHalves = true,
                    MinimumPeriod = 200_000,
                };
                profiles[Index(ApicModel.Amd, tscDeadline, suppression)] = new(ApicModel.Amd, true, false)
                {
                    HasErrorStatus = true,
                    HasExtendedRegisters = true,
                    HasRemoteRead = true,
                    HasRemoteIrr = true,
                    TakesExtIntMessages = true,
                    AccessShapeRule = RuleId.XApicAccessShape,
                    LeavesTimerChangesOpen = true,
                    LeavesEmptyEoiOpen = true,
                    LeavesDestinationFormatsOpen = true,
                    NoDeadlineRule = RuleId.TscDeadlineAbsent,
                    OwnsPinsWhileOff = true,
                    ArbitratesInFlatModeOnly = true,
                    ReservedModesInPin = Types(DeliveryMode.LowestPriority, DeliveryMode.RemoteRead, DeliveryMode.Init, DeliveryMode.Startup),
                    ReservedModesInLvt = Types(DeliveryMode.LowestPriority, DeliveryMode.RemoteRead, DeliveryMode.Init, DeliveryMode.Startup),
                    ReservedModesInX2Apic = Types(DeliveryMode.LowestPriority, DeliveryMode.RemoteRead, DeliveryMode.ExtInt),
                };
                profiles[Index(ApicModel.Intel, tscDeadline, suppression)] = new(ApicModel.Intel, tscDeadline, false)
                {
                    BootstrapIsWritable = true,
                    HasTscDeadline = tscDeadline,
                    HasErrorStatus = true,
                    HasRemoteIrr = true,
                    TakesExtIntMessages = true,
                    MasksPerfOnDelivery = true,
                    AccessShapeRule = RuleId.XApicAccessShape,
                    LeavesTimerChangesOpen = true,
                    DisarmsTimerByMode = true,
                    LeavesEmptyEoiOpen = true,
                    LeavesDestinationFormatsOpen = true,
                    LeavesLint1LevelOpen = true,
                    NoDeadlineRule = RuleId.TscDeadlineNotOffered,
                    OwnsPinsWhileOff = true,
                    IssuesEdgeOnly = true,
                    ChoosesLowestPriority = true,
                    ArbitratesByTaskPriority = true,
                    ReservedModesInPin = Types(DeliveryMode.LowestPriority, DeliveryMode.RemoteRead, DeliveryMode.Startup),
                    ReservedModesInLvt =
                        Types(DeliveryMode.LowestPriority, DeliveryMode.RemoteRead, DeliveryMode.Init, DeliveryMode.Startup, DeliveryMode.ExtInt),
                    ReservedModesInXApic = Types(DeliveryMode.RemoteRead, DeliveryMode.ExtInt),
                    ReservedModesInX2Apic = Types(DeliveryMode.RemoteRead, DeliveryMode.ExtInt),
                };
            }
        }

        return profiles;
    }

    private static int Types(params DeliveryMode[] modes) => modes.Sum(mode => 1 << (int)mode);

    /// <summary>The row as CPUID and the host's choices change it.</summary>
    private static ModelRow Adapted(ApicRegister register, ModelRow row, bool tscDeadline, bool eoiSuppression)
    {
        const uint SuppressionOffered = 1u << 24;
        return register switch
        {
            ApicRegister.LvtTimer when !tscDeadline =>
                row with { Kept = row.Kept & ~LvtEntry.DeadlineBit, X2Faults = row.X2Faults == 0 ? 0 : row.X2Faults | LvtEntry.DeadlineBit },
            ApicRegister.Version when eoiSuppression => row with { Reset = row.Reset | SuppressionOffered },
            ApicRegister.Svr when eoiSuppression => row with { Kept = row.Kept | SpuriousVector.SuppressBroadcastBit },
            _ => row,
        };
    }

    private static AccessCell XApicCell(ApicModel model, ApicRegister register, ModelRow row)
    {
        bool kvm = model == ApicModel.Kvm;
        bool there = row.XApic != RegisterAccess.None;
        (ReadEffect Effect, RuleId Rule) unreadable =
            kvm ? (ReadEffect.Undefined, RuleId.KvmUnreadable)
            : there ? (ReadEffect.Undefined, RuleId.XApicWriteOnlyRead)
            : (ReadEffect.IllegalAddress, RuleId.XApicAbsentOffset);
        (WriteEffect Effect, RuleId Rule) unwritable =
            kvm ? (WriteEffect.Drop, RuleId.KvmReadOnlyDropped)
            : row.IsRetired ? (WriteEffect.Drop, RuleId.XApicRetiredOffset)
            : there ? (WriteEffect.Drop, RuleId.XApicReadOnlyDropped)
            : (WriteEffect.IllegalAddress, RuleId.XApicAbsentOffset);
        bool reads = (row.XApic & RegisterAccess.Read) != 0;
        bool writes = (row.XApic & RegisterAccess.Write) != 0;
        return new()
        {
            Register = register,
            Read = reads ? row.Read : unreadable.Effect,
            ReadRule = reads ? Or(row.ReadRule, RuleId.XApicRegister) : unreadable.Rule,
            Write = writes ? row.Write : unwritable.Effect,
            WriteRule = writes ? Or(row.WriteRule, RuleId.XApicRegister) : unwritable.Rule,
            LossRule = kvm ? RuleId.KvmReservedDropped : RuleId.XApicReservedDropped,
            Kept = row.Kept,
            ReadOnly = row.ReadOnly,
        };
    }

    private static AccessCell X2ApicCell(ApicRegister register, ModelRow row)
    {
        bool there = row.X2Apic != RegisterAccess.None;
        bool reads = (row.X2Apic & RegisterAccess.Read) != 0;
        bool writes = (row.X2Apic & RegisterAccess.Write) != 0;
        bool icr = register == ApicRegister.Icr;

        return new()
        {
            Register = register,
            Read = !reads ? ReadEffect.Fault : icr ? ReadEffect.Icr64 : row.Read,
            ReadRule = reads ? Or(row.ReadRule, RuleId.X2ApicRegister) : there ? RuleId.X2MsrWriteOnly : RuleId.X2MsrAbsent,
            Write = !writes ? WriteEffect.Fault : icr ? WriteEffect.Icr64 : row.Write,
            WriteRule = writes ? Or(row.WriteRule, RuleId.X2ApicRegister) : there ? RuleId.X2MsrReadOnly : RuleId.X2MsrAbsent,
            FaultRule = row.FaultRule,
            LossRule = RuleId.KvmReservedDropped,
            Kept = row.Kept,
            ReadOnly = row.ReadOnly,
            Faults = (icr ? 0 : UpperHalf) | row.X2Faults,
        };
    }

    private static RuleId Or(RuleId rule, RuleId general) => rule == RuleId.None ? general : rule;
}
