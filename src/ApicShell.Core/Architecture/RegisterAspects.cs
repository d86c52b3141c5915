using System;
using System.Collections.Generic;

namespace ApicShell.Architecture;

/// <summary>What a model makes of one register, read off the <see cref="RegisterCatalogue"/> and the model's profile.</summary>
internal static class RegisterAspects
{
    public static IEnumerable<ModelAspect> Of(RegisterSpec spec, ApicModel model)
    {
        ModelRow row = spec.Row(model);
        var profile = ModelProfile.Of(new ApicTraits { Model = model });
        AccessCell xapic = profile.XApic[spec.Offset >> 4];
        AccessCell x2apic = profile.X2Apic[spec.Offset >> 4];
        yield return New("xAPIC access", Letters(row.XApic), AccessRule(row.XApic, xapic));
        yield return New("x2APIC access", Letters(row.X2Apic), AccessRule(row.X2Apic, x2apic));
        RegisterAccess access = row.XApic | row.X2Apic;
        AccessCell cell = row.XApic != RegisterAccess.None ? xapic : x2apic;
        if ((access & RegisterAccess.Read) != 0)
        {
            yield return New("value after RESET", $"0x{row.Reset:X8}", RuleId.None);
            yield return New("a read gives", Text(row.Read), cell.ReadRule);
        }

        if ((access & RegisterAccess.Write) != 0)
        {
            yield return New("bits a write stores", $"0x{row.Kept:X8}", row.Kept == uint.MaxValue ? RuleId.None : xapic.LossRule);
            yield return New("bits a write leaves", $"0x{row.ReadOnly:X8}", RuleId.None);
            yield return New("a write does", Text(row.Write), cell.WriteRule);
        }

        if ((row.X2Apic & RegisterAccess.Write) != 0)
        {
            yield return New("x2APIC: bits that fault", $"0x{row.X2Faults:X8}", FaultRule(row, x2apic));
        }

        ModelAspect New(string aspect, string value, RuleId rule) => new(spec.Register, aspect, value, rule, RegisterSource.Of(spec.Register, model));
    }

    /// <summary>By which rule bits fault; where none does, by which they are dropped or taken.</summary>
    private static RuleId FaultRule(ModelRow row, in AccessCell cell) =>
        row.X2Faults != 0 ? row.FaultRule
        : cell.WriteRule == RuleId.X2ApicRegister && row.Kept != uint.MaxValue ? cell.LossRule
        : cell.WriteRule;

    private static RuleId AccessRule(RegisterAccess access, in AccessCell cell) => access == RegisterAccess.Write ? cell.WriteRule : cell.ReadRule;

    private static string Letters(RegisterAccess access) => access switch
    {
        RegisterAccess.ReadWrite => "read, write",
        RegisterAccess.Read => "read",
        RegisterAccess.Write => "write",
        _ => "none",
    };

    private static string Text(ReadEffect effect) => effect switch
    {
        ReadEffect.Stored => "what is stored",
        ReadEffect.Zero => "0",
        ReadEffect.Ppr => "the processor priority",
        ReadEffect.Apr => "the arbitration priority",
        ReadEffect.TimerCurrent => "the timer's count",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "No register is read so."),
    };

    private static string Text(WriteEffect effect) => effect switch
    {
        WriteEffect.Store or WriteEffect.Identity or WriteEffect.Svr or WriteEffect.Lvt or WriteEffect.LvtPin or WriteEffect.LvtTimer or WriteEffect.TimerDivide => "stores",
        WriteEffect.Nothing => "nothing",
        WriteEffect.Eoi => "ends the highest in service",
        WriteEffect.SpecificEoi => "ends its vector, once enabled",
        WriteEffect.LatchErrors => "shows the errors since the last write",
        WriteEffect.Icr => "sends an IPI",
        WriteEffect.TimerInitial => "starts or stops the timer",
        WriteEffect.SelfIpi => "sends an IPI to itself",
        WriteEffect.Ier => "stores, once enabled",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "No register is written so."),
    };
}
