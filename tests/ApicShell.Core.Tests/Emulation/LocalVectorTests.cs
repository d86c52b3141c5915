using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The APIC's own sources and its two pins: APM vol. 2, 16.4; SDM vol. 3; KVM lapic.c, kvm_apic_local_deliver.</summary>
public class LocalVectorTests
{
    private const uint Lint0 = 0x350;
    private const uint Lint1 = 0x360;
    private const uint Perf = 0x340;
    private const uint Level = 0x8000;
    private const uint Mask = 0x1_0000;
    private const uint RemoteIrr = 0x4000;
    private const uint ExtInt = 0x700;

    [Theory]
    [InlineData(ApicModel.Kvm)]
    [InlineData(ApicModel.Amd)]
    [InlineData(ApicModel.Intel)]
    public void A_source_is_stopped_by_its_mask_or_by_an_APIC_that_is_off(ApicModel model)
    {
        Machine machine = On(model);
        Assert.Equal(RuleId.LvtMasked, machine.RaiseLvt(0, ApicRegister.LvtPerf));
        machine.WriteMmio(0, Perf, 0x41);
        Assert.Equal(RuleId.LvtDelivered, machine.RaiseLvt(0, ApicRegister.LvtPerf));

        machine.GoTo(ApicMode.Disabled);

        Assert.Equal(RuleId.InterruptRefusedDisabled, machine.RaiseLvt(0, ApicRegister.LvtPerf));
    }

    /// <summary>APM vol. 2, 16.4: fixed, SMI, NMI and ExtINT only; SDM vol. 3 adds INIT.</summary>
    [Theory]
    [InlineData(ApicModel.Amd, 0x141u, RuleId.LvtReservedType)]
    [InlineData(ApicModel.Amd, 0x541u, RuleId.LvtReservedType)]
    [InlineData(ApicModel.Amd, 0x441u, RuleId.LvtDelivered)]
    [InlineData(ApicModel.Intel, 0x141u, RuleId.LvtReservedType)]
    [InlineData(ApicModel.Intel, 0x541u, RuleId.LvtReservedType)]
    [InlineData(ApicModel.Intel, 0x741u, RuleId.LvtReservedType)]
    public void An_entry_of_a_reserved_type_delivers_nothing(ApicModel model, uint entry, RuleId rule)
    {
        Machine machine = On(model);
        machine.WriteMmio(0, Perf, entry);

        Assert.Equal(rule, machine.RaiseLvt(0, ApicRegister.LvtPerf));

        Assert.False(machine.StateOf(0, AccessOrigin.Guest).Has(ApicRegister.Irr0, 0x41));
    }

    [Theory]
    [InlineData(ApicModel.Kvm, RuleId.LvtDelivered, 0u)]
    [InlineData(ApicModel.Amd, RuleId.LvtRefused, 0x40u)]
    [InlineData(ApicModel.Intel, RuleId.LvtRefused, 0x40u)]
    public void By_the_manuals_a_vector_below_16_is_refused_as_an_error(ApicModel model, RuleId rule, uint errors)
    {
        Machine machine = On(model);
        machine.WriteMmio(0, Perf, 0x0F);

        Assert.Equal(rule, machine.RaiseLvt(0, ApicRegister.LvtPerf));

        machine.WriteMmio(0, 0x280, 0);
        Assert.Equal(errors, machine.ReadMmio(0, 0x280).Value);
    }

    [Theory]
    [InlineData(0, Lint0)]
    [InlineData(1, Lint1)]
    public void A_pin_of_type_ExtINT_asks_for_as_long_as_it_is_asserted(int pin, uint offset)
    {
        Machine machine = On(ApicModel.Amd);
        machine.WriteMmio(0, offset, ExtInt);

        Assert.Equal(RuleId.LvtDelivered, machine.SetPin(0, pin, true, 0x33));
        Assert.Equal(RuleId.PinWithoutEdge, machine.SetPin(0, pin, false, 0x33));
        Assert.Equal(default, machine.Take(0));
        machine.SetPin(0, pin, true, 0x33);

        Assert.Equal(new TakenInterrupt(TakenKind.ExtInt, 0x33), machine.Take(0));
    }

    [Theory]
    [InlineData(0, Lint0)]
    [InlineData(1, Lint1)]
    public void A_masked_pin_of_type_ExtINT_asks_for_nothing(int pin, uint offset)
    {
        Machine machine = On(ApicModel.Amd);
        machine.WriteMmio(0, offset, ExtInt | Mask);

        Assert.Equal(RuleId.LvtMasked, machine.SetPin(0, pin, true, 0x33));

        Assert.Equal(default, machine.Take(0));
    }

    [Theory]
    [InlineData(0, Lint0)]
    [InlineData(1, Lint1)]
    public void A_level_triggered_pin_asks_again_after_the_EOI_and_when_it_is_unmasked(int pin, uint offset)
    {
        foreach (ApicModel model in new[] { ApicModel.Amd, ApicModel.Intel })
        {
            Machine machine = On(model);
            machine.WriteMmio(0, offset, Level | Mask | 0x51);
            Assert.Equal(RuleId.LvtMasked, machine.SetPin(0, pin, true));

            machine.WriteMmio(0, offset, Level | 0x51);
            Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x51), machine.Take(0));
            Assert.Equal(RuleId.RemoteIrrHolds, machine.SetPin(0, pin, true));
            machine.WriteMmio(0, 0x0B0, 0);
            Assert.Equal(new TakenInterrupt(TakenKind.Fixed, 0x51), machine.Take(0));

            machine.SetPin(0, pin, false);
            machine.WriteMmio(0, 0x0B0, 0);
            Assert.Equal(default, machine.Take(0));
            Assert.Equal(Level | 0x51UL, machine.ReadMmio(0, offset).Value);
        }
    }

    [Fact]
    public void An_EOI_ends_the_request_of_the_pin_with_its_vector_alone()
    {
        Machine machine = On(ApicModel.Amd);
        machine.WriteMmio(0, Lint0, Level | 0x51);
        machine.WriteMmio(0, Lint1, Level | 0x61);
        machine.SetPin(0, 0, true);
        machine.SetPin(0, 1, true);
        Assert.Equal(0x61, machine.Take(0).Vector);
        machine.SetPin(0, 0, false);
        machine.SetPin(0, 1, false);

        machine.WriteMmio(0, 0x0B0, 0);

        Assert.Equal(Level | RemoteIrr | 0x51UL, machine.ReadMmio(0, Lint0).Value);
        Assert.Equal(Level | 0x61UL, machine.ReadMmio(0, Lint1).Value);
    }

    /// <summary>In xAPIC mode, on by software, interrupts on.</summary>
    private static Machine On(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.WriteMmio(0, 0x0F0, 0x1FF);
        machine.SetInterruptFlag(0, true);
        return machine;
    }
}
