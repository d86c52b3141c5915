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
    [InlineData("14", null, "leaving x2APIC mode", "all is kept", "not stated")]
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
