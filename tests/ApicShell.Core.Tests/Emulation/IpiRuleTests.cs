using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>By which rule a write of the ICR ends, and what it leaves behind: APM vol. 2, 16.4.6 and 16.5; SDM vol. 3; KVM lapic.c.</summary>
public class IpiRuleTests
{
    private const uint ToSelf = 0x0004_4000;
    private const uint Nmi = 0x4400;
    private const uint LowestPriorityToLogical = 0x4900;

    [Theory]
    [InlineData(ToSelf | 0x41, 0, RuleId.IpiAccepted, 0x00u)]
    [InlineData(ToSelf | 0x10, 0, RuleId.IpiAccepted, 0x00u)]
    [InlineData(ToSelf | 0x0F, 0, RuleId.IllegalVector, 0x60u)]
    [InlineData(Nmi, 0, RuleId.IpiAccepted, 0x00u)]
    [InlineData(Nmi, 7, RuleId.IpiNotAccepted, 0x00u)]
    [InlineData(LowestPriorityToLogical | 0x10, 1, RuleId.IpiAccepted, 0x00u)]
    [InlineData(LowestPriorityToLogical | 0x0F, 1, RuleId.IllegalVector, 0x60u)]
    public void By_the_manuals_a_vector_below_16_is_an_error_of_sender_and_receiver(uint icr, uint destination, RuleId rule, uint errors)
    {
        foreach (ApicModel model in new[] { ApicModel.Amd, ApicModel.Intel })
        {
            Machine machine = On(model, 0);
            machine.WriteMmio(0, 0x0D0, 0x0100_0000);

            Assert.Equal(rule, Send(machine, 0, icr, destination));

            machine.WriteMmio(0, 0x280, 0);
            Assert.Equal(errors, machine.ReadMmio(0, 0x280).Value);
        }
    }

    /// <summary>SDM vol. 3, 10.5.3 and 10.6.1: whether an APIC can send them is model-specific; figure 10-28 reserves the type in x2APIC mode.</summary>
    [Theory]
    [InlineData(LowestPriorityIpis.XApic, RuleId.IpiAccepted, RuleId.IcrRedirectable)]
    [InlineData(LowestPriorityIpis.Never, RuleId.IcrRedirectable, RuleId.IcrRedirectable)]
    [InlineData(LowestPriorityIpis.Always, RuleId.IpiAccepted, RuleId.IpiAccepted)]
    public void Whether_an_Intel_APIC_sends_lowest_priority_IPIs_is_an_option(LowestPriorityIpis ability, RuleId xapic, RuleId x2apic)
    {
        var machine = new Machine(new ApicTraits { Model = ApicModel.Intel, LowestPriorityIpis = ability }, new NativePlatform(), [0]);
        machine.WriteMmio(0, 0x0F0, 0x1FF);
        machine.WriteMmio(0, 0x0D0, 0x0100_0000);

        Assert.Equal(xapic, Send(machine, 0, LowestPriorityToLogical | 0x41, 1));
        machine.WriteMmio(0, 0x280, 0);
        Assert.Equal(xapic == RuleId.IcrRedirectable ? 0x10UL : 0, machine.ReadMmio(0, 0x280).Value);
        machine.GoTo(ApicMode.X2Apic);
        Assert.Equal(x2apic, machine.WriteMsr(0, 0x830, 0x1_0000_0000 | LowestPriorityToLogical | 0x42).Rule);
        machine.WriteMsr(0, 0x828, 0);
        Assert.Equal(x2apic == RuleId.IcrRedirectable ? 0x10UL : 0, machine.ReadMsr(0, 0x828).Value);
    }

    [Theory]
    [InlineData(ToSelf | 0x41, 0, RuleId.IpiAccepted)]
    [InlineData(ToSelf | 0x0F, 0, RuleId.IpiAccepted)]
    [InlineData(0x0041, 7, RuleId.IpiNotAccepted)]
    public void By_KVM_it_counts_whether_an_APIC_accepts(uint icr, uint destination, RuleId rule) =>
        Assert.Equal(rule, Send(On(ApicModel.Kvm, 0), 0, icr, destination));

    /// <summary>KVM lapic.c, __apic_accept_irq: trigger mode level and level 0.</summary>
    [Fact]
    public void KVM_sends_a_level_triggered_IPI_without_level_and_its_APIC_drops_it()
    {
        Machine machine = On(ApicModel.Kvm, 0);
        var told = new EventList();
        machine.Observer = told;

        Assert.Equal(RuleId.IpiNotAccepted, Send(machine, 0, 0x0004_8041, 0));

        Assert.Equal(
            [(InterruptEventKind.Sent, RuleId.IpiAccepted), (InterruptEventKind.Refused, RuleId.InterruptDeassert)],
            told.Events.Select(one => (one.Kind, one.Rule)));
        Assert.False(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x41));
    }

    /// <summary>APM vol. 2, 16.5: the vector is the number of the target's register, and bits 17:16 of the ICR say whether there are data.</summary>
    [Theory]
    [InlineData(1, 0x4303u, 0u, RuleId.RemoteReadDone, 0x2u, 0x8005_0010u)]
    [InlineData(0, 0x4303u, 1u, RuleId.RemoteReadDone, 0x2u, 0x8005_0010u)]
    [InlineData(0, 0x4303u, 2u, RuleId.IpiNotAccepted, 0x0u, 0u)]
    [InlineData(0, 0x4B03u, 1u, RuleId.IpiNotAccepted, 0x0u, 0u)]
    [InlineData(0, 0xC_4303u, 1u, RuleId.IpiNotAccepted, 0x0u, 0u)]
    [InlineData(0, 0x4304u, 1u, RuleId.IpiNotAccepted, 0x0u, 0u)]
    public void A_remote_read_is_of_one_register_of_one_physical_ID(int sender, uint icr, uint destination, RuleId rule, uint status, uint data)
    {
        Machine machine = On(ApicModel.Amd, 0, 1);

        Assert.Equal(rule, Send(machine, sender, icr, destination));

        Assert.Equal(status, (machine.ReadMmio(sender, 0x300).Value >> 16) & 3);
        Assert.Equal(data, machine.ReadMmio(sender, 0x0C0).Value);
    }

    private static RuleId Send(Machine machine, int vcpu, uint icr, uint destination)
    {
        machine.WriteMmio(vcpu, 0x310, destination << 24);
        return machine.WriteMmio(vcpu, 0x300, icr).Rule;
    }

    /// <summary>In xAPIC mode and on by software.</summary>
    private static Machine On(ApicModel model, params uint[] apicIds)
    {
        Machine machine = Machines.Native(model, apicIds);
        for (int vcpu = 0; vcpu < apicIds.Length; vcpu++)
        {
            machine.WriteMsr(vcpu, ApicMsr.ApicBase, machine.ApicBaseOf(vcpu, AccessOrigin.Guest).WithMode(ApicMode.XApic).Value);
            machine.WriteMmio(vcpu, 0x0F0, 0x1FF);
        }

        return machine;
    }
}
