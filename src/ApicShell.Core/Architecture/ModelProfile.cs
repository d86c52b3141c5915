using System.Linq;

namespace ApicShell.Architecture;

/// <summary>
/// One model as the access path reads it: a cell for each 16 bytes of the page and each mode, built once from the
/// <see cref="RegisterCatalogue"/>, and the few rules that are the model's and no single register's.
/// </summary>
internal sealed class ModelProfile
{
    private const ulong UpperHalf = 0xFFFF_FFFF_0000_0000;

    private static readonly ModelProfile[] s_profiles =
    [
        new(ApicModel.Kvm)
        {
            ServesNarrowReads = true,
            BootstrapIsWritable = true,
            HasTscDeadline = true,
            HasErrorStatus = false,
            NativeExits = 1,
            AccessShapeRule = RuleId.KvmWriteShape,
        },
        new(ApicModel.Amd)
        {
            BootstrapIsWritable = false,
            HasTscDeadline = false,
            HasErrorStatus = true,
            AccessShapeRule = RuleId.XApicAccessShape,
        },
        new(ApicModel.Intel)
        {
            BootstrapIsWritable = true,
            HasTscDeadline = true,
            HasErrorStatus = true,
            AccessShapeRule = RuleId.XApicAccessShape,
        },
    ];

    private ModelProfile(ApicModel model)
    {
        Model = model;
        XApic = new AccessCell[256];
        X2Apic = new AccessCell[256];
        for (int slot = 0; slot < 256; slot++)
        {
            RegisterSpec? spec = RegisterCatalogue.AtOffset((uint)slot << 4);
            ModelRow row = spec?.Row(model) ?? ModelRow.Absent;
            ApicRegister register = spec?.Register ?? ApicRegister.None;
            XApic[slot] = XApicCell(model, register, row);
            X2Apic[slot] = X2ApicCell(register, row);
        }

        LvtEntries = [.. RegisterCatalogue.All.Where(spec => spec.Row(model).Write is WriteEffect.Lvt or WriteEffect.LvtTimer).Select(spec => spec.Register)];
    }

    public ApicModel Model { get; }

    /// <summary>What an access by memory in xAPIC mode does, by offset/16.</summary>
    public AccessCell[] XApic { get; }

    /// <summary>What an access by MSR in x2APIC mode does, by MSR number less 0x800.</summary>
    public AccessCell[] X2Apic { get; }

    /// <summary>The LVT entries that the model has.</summary>
    public ApicRegister[] LvtEntries { get; }

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

    /// <summary>Exits that a native access costs: hardware none, a hypervisor's emulation one.</summary>
    public byte NativeExits { get; private init; }

    public static ModelProfile Of(ApicModel model) => s_profiles[(int)model];

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
