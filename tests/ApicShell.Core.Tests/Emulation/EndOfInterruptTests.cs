using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What an EOI ends and tells: APM vol. 2, 16.6.3; SDM vol. 3; KVM lapic.c, apic_set_eoi.</summary>
public class EndOfInterruptTests
{
    private const uint SelfFixed = 0x0004_4000;
    private const uint SelfLevel = 0x0004_C000;

    [Theory]
    [InlineData(ApicModel.Kvm, SelfFixed, new[] { InterruptEventKind.Ended })]
    [InlineData(ApicModel.Kvm, SelfLevel, new[] { InterruptEventKind.Ended, InterruptEventKind.EndBroadcast })]
    [InlineData(ApicModel.Amd, SelfFixed, new[] { InterruptEventKind.Ended })]
    [InlineData(ApicModel.Amd, SelfLevel, new[] { InterruptEventKind.Ended, InterruptEventKind.EndBroadcast })]
    public void The_end_is_told_and_of_a_level_triggered_vector_the_io_apics_too(ApicModel model, uint icr, InterruptEventKind[] kinds)
    {
        Machine machine = InService(model, icr | 0x41);
        var told = new EventList();
        machine.Observer = told;

        machine.WriteMmio(0, 0x0B0, 0);

        Assert.Equal(kinds, told.Events.Select(one => one.Kind));
        Assert.All(told.Events, one => Assert.Equal((0, (byte)0x41), (one.Vcpu, one.Vector)));
    }

    [Theory]
    [InlineData(ApicModel.Kvm, RuleId.KvmEoiAnyValue, RuleId.KvmEoiAnyValue)]
    [InlineData(ApicModel.Amd, RuleId.EoiEndsHighest, RuleId.EoiWithoutService)]
    [InlineData(ApicModel.Intel, RuleId.EoiEndsHighest, RuleId.EoiWithoutService)]
    public void The_manuals_leave_open_what_an_EOI_does_with_nothing_in_service(ApicModel model, RuleId first, RuleId second)
    {
        Machine machine = InService(model, SelfFixed | 0x41);

        Assert.Equal(first, machine.WriteMmio(0, 0x0B0, 0).Rule);
        Assert.Equal(second, machine.WriteMmio(0, 0x0B0, 0).Rule);
    }

    /// <summary>Only a host can have put it there.</summary>
    [Fact]
    public void KVM_ends_vector_0_as_any_other()
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        machine.WriteHostPage(0, 0x100, 1);

        machine.WriteMmio(0, 0x0B0, 0);

        Assert.Equal(0UL, machine.ReadMmio(0, 0x100).Value);
    }

    /// <summary>On by software, with the vector of an ICR value in service.</summary>
    private static Machine InService(ApicModel model, uint icr)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.WriteMmio(0, 0x0F0, 0x1FF);
        machine.SetInterruptFlag(0, true);
        machine.WriteMmio(0, 0x300, icr);
        Assert.Equal(TakenKind.Fixed, machine.Take(0).Kind);
        return machine;
    }
}
