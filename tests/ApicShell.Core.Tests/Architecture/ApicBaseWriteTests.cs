using ApicShell.Architecture;
using Xunit;

namespace ApicShell.Tests;

/// <summary>How a write of APIC_BASE is judged before it is made: KVM lapic.c, kvm_apic_set_base; the manuals know no host and no refusal.</summary>
public class ApicBaseWriteTests
{
    [Theory]
    [InlineData(ApicModel.Kvm, RuleId.BaseUnchanged)]
    [InlineData(ApicModel.Amd, RuleId.BaseSameMode)]
    [InlineData(ApicModel.Intel, RuleId.BaseSameMode)]
    public void Only_KVM_looks_whether_the_value_is_the_old_one(ApicModel model, RuleId rule)
    {
        foreach (AccessOrigin origin in new[] { AccessOrigin.Guest, AccessOrigin.Host })
        {
            Assert.Equal((rule, TransitionVerdict.Allowed), Judge(model, origin, 0xFEE00900));
            Assert.Equal((RuleId.BaseSameMode, TransitionVerdict.Allowed), Judge(model, origin, 0xFEE01900));
        }
    }

    [Theory]
    [InlineData(ApicModel.Kvm, AccessOrigin.Guest, TransitionVerdict.Fault)]
    [InlineData(ApicModel.Kvm, AccessOrigin.Host, TransitionVerdict.Refused)]
    [InlineData(ApicModel.Amd, AccessOrigin.Guest, TransitionVerdict.Fault)]
    [InlineData(ApicModel.Amd, AccessOrigin.Host, TransitionVerdict.Fault)]
    [InlineData(ApicModel.Intel, AccessOrigin.Guest, TransitionVerdict.Fault)]
    [InlineData(ApicModel.Intel, AccessOrigin.Host, TransitionVerdict.Fault)]
    public void A_reserved_bit_faults_but_KVM_refuses_it_to_its_host(ApicModel model, AccessOrigin origin, TransitionVerdict verdict) =>
        Assert.Equal((RuleId.BaseReservedBits, verdict), Judge(model, origin, 0xFEE00901));

    /// <summary>What a value comes to where APIC_BASE is 0xFEE00900.</summary>
    private static (RuleId Rule, TransitionVerdict Verdict) Judge(ApicModel model, AccessOrigin origin, ulong value)
    {
        RuleId rule = ApicBaseWrite.Judge(0xFEE00900, value, new ApicTraits { Model = model }, origin, out TransitionVerdict verdict);
        return (rule, verdict);
    }
}
