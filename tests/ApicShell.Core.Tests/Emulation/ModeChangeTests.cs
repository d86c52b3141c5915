using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What a change of mode keeps and loses: APM vol. 2, 16.9 and 16.11; SDM vol. 3; KVM lapic.c.</summary>
public class ModeChangeTests
{
    [Theory]
    [InlineData(0x5u, 0x20u)]
    [InlineData(0x1Au, 0x10400u)]
    [InlineData(0xFFFFFFFEu, 0xFFFF4000u)]
    public void Entering_x2apic_mode_derives_ldr_from_the_id(uint id, uint ldr)
    {
        foreach (ApicModel model in new[] { ApicModel.Kvm, ApicModel.Amd, ApicModel.Intel })
        {
            Machine machine = Machines.Native(model, id);
            machine.GoTo(ApicMode.X2Apic);
            Assert.Equal(id, machine.Execute(0, Access.ReadMsr(0x802)).Value);
            Assert.Equal(model == ApicModel.Kvm || id < 0x100 ? ldr : machine.Peek(0, ApicRegister.Ldr), machine.Execute(0, Access.ReadMsr(0x80D)).Value);
        }
    }

    [Fact]
    public void Amd_carries_a_written_id_into_x2apic_mode_and_intel_and_kvm_discard_it()
    {
        Assert.Equal(0x33UL, IdAfterWrite(ApicModel.Amd));
        Assert.Equal(0UL, IdAfterWrite(ApicModel.Intel));
        Assert.Equal(0UL, IdAfterWrite(ApicModel.Kvm));
    }

    [Fact]
    public void No_model_shows_the_upper_half_of_the_icr_in_x2apic_mode_that_xapic_mode_wrote()
    {
        Assert.Equal(0UL, IcrAfterEntering(ApicModel.Amd) >> 32);
        Assert.Equal(0UL, IcrAfterEntering(ApicModel.Kvm) >> 32);
    }

    [Fact]
    public void Intel_starts_afresh_when_enabled_again_but_for_its_id_and_the_guest_cannot_rely_on_it()
    {
        Machine machine = Machines.Native(ApicModel.Intel, 7);
        machine.Execute(0, Access.WriteMmio(0x080, 0x55));
        machine.GoTo(ApicMode.Disabled);
        machine.GoTo(ApicMode.XApic);
        Assert.Equal(0UL, machine.Peek(0, ApicRegister.Tpr));
        Assert.Equal(RuleId.DisabledStateOpen, machine.Execute(0, Access.ReadMmio(0x080)).Rule);
        Assert.Equal(7UL << 24, machine.Execute(0, Access.ReadMmio(0x020)).Value);
    }

    [Theory]
    [InlineData(ApicModel.Kvm)]
    [InlineData(ApicModel.Amd)]
    public void Kvm_and_amd_keep_their_registers_while_disabled(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.Execute(0, Access.WriteMmio(0x080, 0x55));
        machine.GoTo(ApicMode.Disabled);
        machine.GoTo(ApicMode.XApic);
        Assert.Equal(0x55UL, machine.Peek(0, ApicRegister.Tpr));
        Assert.Equal(model == ApicModel.Kvm ? Outcome.Value : Outcome.Undefined, machine.Execute(0, Access.ReadMmio(0x080)).Outcome);
    }

    [Fact]
    public void Amd_gives_the_id_its_short_form_back_after_x2apic_mode()
    {
        Machine machine = Machines.Native(ApicModel.Amd, 9);
        machine.GoTo(ApicMode.X2Apic);
        machine.GoTo(ApicMode.Disabled);
        machine.GoTo(ApicMode.XApic);
        Assert.Equal(9UL << 24, machine.Execute(0, Access.ReadMmio(0x020)).Value);
    }

    [Fact]
    public void The_bootstrap_flag_is_read_only_on_amd_and_writable_in_kvm()
    {
        Machine amd = Machines.Native(ApicModel.Amd);
        Answer answer = amd.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00800));
        Assert.Equal(RuleId.BaseBspReadOnly, answer.Rule);
        Assert.Equal(0xFEE00900UL, amd.ApicBaseOf(0, AccessOrigin.Guest).Value);

        Machine kvm = Machines.Native(ApicModel.Kvm);
        kvm.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00800));
        Assert.Equal(0xFEE00800UL, kvm.ApicBaseOf(0, AccessOrigin.Guest).Value);
    }

    private static ulong IdAfterWrite(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.Execute(0, Access.WriteMmio(0x020, 0x33000000));
        machine.GoTo(ApicMode.X2Apic);
        return machine.Execute(0, Access.ReadMsr(0x802)).Value;
    }

    private static ulong IcrAfterEntering(ApicModel model)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(ApicMode.XApic);
        machine.Execute(0, Access.WriteMmio(0x310, 0x44000000));
        machine.GoTo(ApicMode.X2Apic);
        return machine.Execute(0, Access.ReadMsr(0x830)).Value;
    }
}
