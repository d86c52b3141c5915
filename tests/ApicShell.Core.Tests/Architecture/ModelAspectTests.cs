using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

public class ModelAspectTests
{
    /// <summary>The list "AMD vs KVM" of the facts, 1.5: number, register or none, aspect, KVM's side, AMD's side.</summary>
    [Theory]
    [InlineData("1", null, "mode after RESET", "XApic", "Disabled")]
    [InlineData("2", ApicRegister.Version, "value after RESET", "0x00050014", "0x80050010")]
    [InlineData("3", ApicRegister.Apr, "x2APIC access", "none", "read")]
    [InlineData("4", ApicRegister.ExtFeature, "x2APIC access", "none", "read")]
    [InlineData("4", ApicRegister.ExtLvt3, "x2APIC access", "none", "read, write")]
    [InlineData("5", ApicRegister.Eoi, "x2APIC: bits that fault", "0x00000000", "0xFFFFFFFF")]
    [InlineData("6", ApicRegister.Tpr, "x2APIC: bits that fault", "0x00000000", "0xFFFFFF00")]
    [InlineData("6", ApicRegister.Svr, "x2APIC: bits that fault", "0x00000000", "0xFFFFFC00")]
    [InlineData("6", ApicRegister.LvtPerf, "x2APIC: bits that fault", "0x00000000", "0xFFFEE800")]
    [InlineData("6", ApicRegister.TimerDivide, "x2APIC: bits that fault", "0x00000000", "0xFFFFFFF4")]
    [InlineData("7", ApicRegister.Icr, "x2APIC: bits that fault", "0xFFF32000", "0xFFF33000")]
    [InlineData("8", ApicRegister.LvtTimer, "bits a write stores", "0x000710FF", "0x000300FF")]
    [InlineData("8", ApicRegister.TscDeadline, "MSR 0x6E0", "there", "#GP")]
    [InlineData("9", ApicRegister.Esr, "a write does", "nothing", "shows the errors")]
    [InlineData("9", ApicRegister.Esr, "APIC errors", "constant 0", "raise LVT error")]
    [InlineData("10", ApicRegister.LvtCmci, "corrected machine checks", "where configured", "none")]
    [InlineData("11", ApicRegister.Id, "ID on entering x2APIC mode", "the vCPU's own", "carried")]
    [InlineData("12", ApicRegister.LvtLint0, "after RESET, bootstrap processor", "0x00000700", "0x00010000")]
    [InlineData("13", null, "vectors below 16", "never dispatched", "errors")]
    [InlineData("14", null, "registers after AE was 0", "all is kept", "not stated")]
    [InlineData("14b", ApicRegister.ApicBase, "write by the host", "refused", "no host")]
    public void Every_item_of_the_list_shows_up(string item, ApicRegister? register, string aspect, string kvm, string amd)
    {
        ModelAspect[] sides = [.. new[] { ApicModel.Kvm, ApicModel.Amd }
            .Select(model => Assert.Single(ModelAspect.Of(model), one => one.Register == register && one.Aspect == aspect))];

        Assert.True(sides[0].Value.Contains(kvm, StringComparison.Ordinal), $"{item}: {sides[0].Value}");
        Assert.True(sides[1].Value.Contains(amd, StringComparison.Ordinal), $"{item}: {sides[1].Value}");
        Assert.NotEqual(sides[0].Value, sides[1].Value);
    }

    [Fact]
    public void Every_aspect_has_a_source_that_is_its_models()
    {
        Assert.All(ModelAspect.Of(ApicModel.Kvm), one => Assert.Matches("KVM|recording|ApicShell", one.Source));
        Assert.All(ModelAspect.Of(ApicModel.Amd), one => Assert.Matches("APM|PPR|ApicShell", one.Source));
        Assert.All(ModelAspect.Of(ApicModel.Intel), one => Assert.Matches("SDM|ApicShell", one.Source));
    }

    /// <summary>Sections of APM vol. 2, chapter 16.</summary>
    [Theory]
    [InlineData("16.3.1", ApicRegister.ApicBase)]
    [InlineData("table 16-2 and 16.3", ApicRegister.Id, ApicRegister.Version)]
    [InlineData("table 16-2 and 16.4.1", ApicRegister.LvtTimer, ApicRegister.TimerInitial, ApicRegister.TimerCurrent, ApicRegister.TimerDivide)]
    [InlineData("table 16-2 and 16.4.4", ApicRegister.LvtLint0, ApicRegister.LvtLint1)]
    [InlineData("table 16-2 and 16.4.6", ApicRegister.Esr, ApicRegister.LvtError)]
    [InlineData("table 16-2 and 16.4.7", ApicRegister.Svr)]
    [InlineData("table 16-2 and 16.4", ApicRegister.LvtThermal, ApicRegister.LvtPerf, ApicRegister.LvtCmci)]
    [InlineData("table 16-2 and 16.5", ApicRegister.Icr, ApicRegister.Icr2, ApicRegister.RemoteRead)]
    [InlineData("table 16-2 and 16.6.1", ApicRegister.Ldr, ApicRegister.Dfr)]
    [InlineData("table 16-2 and 16.6.2", ApicRegister.Apr)]
    [InlineData("table 16-2 and 16.6.4", ApicRegister.Tpr, ApicRegister.Ppr, ApicRegister.Eoi)]
    [InlineData("table 16-2 and 16.7", ApicRegister.ExtFeature, ApicRegister.ExtControl, ApicRegister.Ier7, ApicRegister.ExtLvt3)]
    [InlineData("table 16-2 and 16.11", ApicRegister.SelfIpi)]
    public void The_source_of_AMD_is_the_section_about_the_register(string section, params ApicRegister[] registers) =>
        Assert.All(registers, register => Assert.Equal($"APM vol. 2, {section}", RegisterSource.Of(register, ApicModel.Amd)));

    [Fact]
    public void No_manual_has_a_rule_of_KVMs()
    {
        foreach (ApicModel model in new[] { ApicModel.Amd, ApicModel.Intel })
        {
            Assert.All(ModelAspect.Of(model), one => Assert.False(one.Rule.ToString().StartsWith("Kvm", StringComparison.Ordinal), one.ToString()));
        }
    }

    /// <summary>A register says of each mode what may be done, then what a read and a write do, where there are any.</summary>
    [Theory]
    [InlineData(
        ApicModel.Amd, ApicRegister.Tpr,
        "xAPIC access|x2APIC access|value after RESET|a read gives|bits a write stores|bits a write leaves|a write does|x2APIC: bits that fault")]
    [InlineData(ApicModel.Amd, ApicRegister.Apr, "xAPIC access|x2APIC access|value after RESET|a read gives")]
    [InlineData(ApicModel.Kvm, ApicRegister.Apr, "xAPIC access|x2APIC access|value after RESET|a read gives")]
    [InlineData(
        ApicModel.Kvm, ApicRegister.Icr2,
        "xAPIC access|x2APIC access|value after RESET|a read gives|bits a write stores|bits a write leaves|a write does")]
    [InlineData(
        ApicModel.Kvm, ApicRegister.SelfIpi,
        "xAPIC access|x2APIC access|bits a write stores|bits a write leaves|a write does|x2APIC: bits that fault")]
    [InlineData(ApicModel.Kvm, ApicRegister.Ier0, "xAPIC access|x2APIC access")]
    public void A_register_says_what_there_is_to_say(ApicModel model, ApicRegister register, string aspects) => Assert.Equal(
        aspects.Split('|'),
        RegisterAspects.Of(RegisterCatalogue.Find(register)!, model).Select(one => one.Aspect));

    [Theory]
    [InlineData(ApicModel.Kvm, ApicRegister.Apr, "xAPIC access", RuleId.KvmAprZero)]
    [InlineData(ApicModel.Kvm, ApicRegister.Apr, "x2APIC access", RuleId.X2MsrAbsent)]
    [InlineData(ApicModel.Kvm, ApicRegister.Apr, "a read gives", RuleId.KvmAprZero)]
    [InlineData(ApicModel.Kvm, ApicRegister.Eoi, "xAPIC access", RuleId.KvmEoiAnyValue)]
    [InlineData(ApicModel.Kvm, ApicRegister.Eoi, "x2APIC: bits that fault", RuleId.KvmEoiAnyValue)]
    [InlineData(ApicModel.Kvm, ApicRegister.SelfIpi, "x2APIC access", RuleId.X2ApicRegister)]
    [InlineData(ApicModel.Kvm, ApicRegister.SelfIpi, "a write does", RuleId.X2ApicRegister)]
    [InlineData(ApicModel.Kvm, ApicRegister.SelfIpi, "x2APIC: bits that fault", RuleId.SelfIpiReservedBits)]
    [InlineData(ApicModel.Kvm, ApicRegister.Tpr, "a read gives", RuleId.XApicRegister)]
    [InlineData(ApicModel.Kvm, ApicRegister.Tpr, "bits a write stores", RuleId.KvmReservedDropped)]
    [InlineData(ApicModel.Kvm, ApicRegister.Tpr, "x2APIC: bits that fault", RuleId.KvmReservedDropped)]
    [InlineData(ApicModel.Kvm, ApicRegister.TimerInitial, "bits a write stores", RuleId.None)]
    [InlineData(ApicModel.Kvm, ApicRegister.TimerInitial, "x2APIC: bits that fault", RuleId.X2ApicRegister)]
    [InlineData(ApicModel.Amd, ApicRegister.Eoi, "xAPIC access", RuleId.EoiEndsHighest)]
    [InlineData(ApicModel.Amd, ApicRegister.Eoi, "x2APIC: bits that fault", RuleId.EoiMustBeZero)]
    [InlineData(ApicModel.Amd, ApicRegister.Tpr, "bits a write stores", RuleId.XApicReservedDropped)]
    [InlineData(ApicModel.Amd, ApicRegister.TimerInitial, "x2APIC: bits that fault", RuleId.X2ApicRegister)]
    [InlineData(ApicModel.Amd, ApicRegister.Ier0, "x2APIC: bits that fault", RuleId.ExtendedDisabled)]
    [InlineData(ApicModel.Intel, ApicRegister.SelfIpi, "xAPIC access", RuleId.XApicAbsentOffset)]
    public void What_is_said_of_a_register_goes_by_the_rule_of_the_access(ApicModel model, ApicRegister register, string aspect, RuleId rule) =>
        Assert.Equal(rule, RegisterAspects.Of(RegisterCatalogue.Find(register)!, model).Single(one => one.Aspect == aspect).Rule);

    [Fact]
    public void No_aspect_is_named_twice_and_what_is_no_access_is_named_by_every_model()
    {
        foreach (ApicModel model in Enum.GetValues<ApicModel>())
        {
            IReadOnlyList<ModelAspect> aspects = ModelAspect.Of(model);
            Assert.Equal(aspects.Count, aspects.Select(one => (one.Register, one.Aspect)).Distinct().Count());
            Assert.Equal(
                ModelAspect.Of(ApicModel.Kvm).Where(one => one.Register is null).Select(one => one.Aspect),
                aspects.Where(one => one.Register is null).Select(one => one.Aspect));
        }
    }

    [Theory]
    [InlineData(ApicModel.Kvm)]
    [InlineData(ApicModel.Amd)]
    [InlineData(ApicModel.Intel)]
    public void What_is_said_of_bits_that_fault_is_what_a_write_does(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.X2Apic);
        foreach (ModelAspect aspect in ModelAspect.Of(model).Where(one => one.Aspect == "x2APIC: bits that fault"))
        {
            uint bits = (uint)VectorFile.Number(aspect.Value);
            RegisterSpec spec = RegisterCatalogue.Find(aspect.Register!.Value)!;
            for (int bit = 0; bit < 32; bit++)
            {
                bool faults = machine.WriteMsr(0, spec.Msr, 1UL << bit).Outcome == Outcome.Fault;
                Assert.True(faults == ((bits >> bit & 1) != 0), $"{model} {spec} bit {bit}");
            }
        }
    }
}
