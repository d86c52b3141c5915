using System;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

public class MachineTests
{
    [Fact]
    public void An_apic_id_is_used_once()
    {
        MachineException refused = Refused(3, 3);
        Assert.Equal((MachineError.ApicIdTwice, 3UL), (refused.Error, refused.Value));
        Assert.Equal("APIC ID 0x3 is used twice.", refused.Message);
    }

    [Fact]
    public void The_broadcast_id_is_no_apic_id()
    {
        MachineException refused = Refused(uint.MaxValue);
        Assert.Equal((MachineError.ApicIdBroadcast, (ulong)uint.MaxValue), (refused.Error, refused.Value));
    }

    [Fact]
    public void A_machine_without_a_vcpu_is_refused() =>
        Assert.Equal(MachineError.VcpuCount, Refused().Error);

    [Fact]
    public void A_vcpu_can_be_added_and_a_refused_one_changes_nothing()
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 1);
        machine.Execute(0, Access.WriteMmio(0x080, 0x20));
        Assert.Throws<MachineException>(() => machine.Add([7, 1]));
        Assert.Equal(2, machine.VcpuCount);
        machine.Add([7]);
        Assert.Equal(3, machine.VcpuCount);
        Assert.Equal(7u, machine.InitialApicId(2));
        Assert.Equal(0xFEE00800UL, machine.ApicBaseOf(2, AccessOrigin.Guest).Value);
        Assert.Equal(0x20UL, machine.Peek(0, ApicRegister.Tpr));
    }

    [Fact]
    public void Reset_returns_a_vcpu_to_where_it_started()
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 5);
        LocalApicState before = machine.StateOf(1, AccessOrigin.Guest);
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00C00));
        machine.Execute(1, Access.WriteMsr(0x80F, 0x1FF));
        machine.Execute(1, Access.WriteMsr(0x830, 0x77_0000_0020));
        Assert.NotEqual(before, machine.StateOf(1, AccessOrigin.Guest));
        machine.Reset(1);
        Assert.Equal(before, machine.StateOf(1, AccessOrigin.Guest));
    }

    [Fact]
    public void A_chosen_reset_mode_is_there_from_the_start_and_after_every_reset()
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new NativePlatform(), [0, 0x1A]);
        Assert.Equal(0xFEE00D00UL, machine.ApicBaseOf(0, AccessOrigin.Guest).Value);
        Assert.Equal(0x10400UL, machine.Execute(1, Access.ReadMsr(0x80D)).Value);
        machine.Reset();
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(1, AccessOrigin.Guest).Mode);
        Assert.Equal(0x1AUL, machine.Execute(1, Access.ReadMsr(0x802)).Value);
    }

    [Fact]
    public void Two_machines_fed_the_same_accesses_answer_alike()
    {
        Machine one = Machines.Native(ApicModel.Amd);
        Machine other = Machines.Native(ApicModel.Amd);
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            Access access = random.Next(4) switch
            {
                0 => Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00100UL | ((ulong)random.Next(4) << 10)),
                1 => Access.ReadMmio((uint)random.Next(0x60) << 4),
                2 => Access.WriteMmio((uint)random.Next(0x60) << 4, (uint)random.Next()),
                _ => Access.WriteMsr(0x800 + (uint)random.Next(0x60), (uint)random.Next(0x400)),
            };
            Assert.Equal(one.Execute(0, access), other.Execute(0, access));
            Assert.NotEqual(ApicMode.Invalid, one.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        }

        Assert.Equal(one.StateOf(0, AccessOrigin.Guest), other.StateOf(0, AccessOrigin.Guest));
    }

    /// <summary>Whether a vCPU may run is the host's business, and no state of the vCPU.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_vcpu_that_the_host_stopped_stays_so_through_INIT(int vcpu)
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 1);
        machine.SetPaused(vcpu, true);

        machine.Initialize(vcpu);

        Assert.Equal(1, machine.VcpuStateOf(vcpu).Paused);
        machine.SetPaused(vcpu, false);
        machine.SendTo(vcpu, new InterruptMessage((uint)vcpu, 0, DeliveryMode.Init));
        Assert.Equal(0, machine.VcpuStateOf(vcpu).Paused);
        machine.SetPaused(vcpu, true);
        machine.SendTo(vcpu, new InterruptMessage((uint)vcpu, 0, DeliveryMode.Init));
        Assert.Equal(1, machine.VcpuStateOf(vcpu).Paused);
    }

    [Theory]
    [InlineData(DeliveryMode.Fixed)]
    [InlineData(DeliveryMode.Smi)]
    [InlineData(DeliveryMode.Nmi)]
    [InlineData(DeliveryMode.Init)]
    [InlineData(DeliveryMode.ExtInt)]
    public void An_APIC_that_is_off_refuses_whatever_comes_straight_to_it(DeliveryMode mode)
    {
        Machine machine = Machines.Native(ApicModel.Kvm);
        machine.GoTo(ApicMode.Disabled);
        VcpuState before = machine.VcpuStateOf(0);
        var told = new EventList();
        machine.Observer = told;

        Assert.False(machine.SendTo(0, new InterruptMessage(0, 0x41, mode)));

        Assert.Equal((InterruptEventKind.Refused, RuleId.InterruptRefusedDisabled), told.Events.Select(one => (one.Kind, one.Rule)).Single());
        Assert.Equal(before, machine.VcpuStateOf(0));
    }

    private static MachineException Refused(params uint[] ids) =>
        Assert.Throws<MachineException>(() => new Machine(new ApicTraits(), new NativePlatform(), ids));
}
