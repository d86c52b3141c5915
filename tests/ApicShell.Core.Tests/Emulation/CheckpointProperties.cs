using System;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A checkpoint is all that a machine is, and a machine is a function of what was done to it.</summary>
public class CheckpointProperties
{
    [Property(MaxTest = 150, StartSize = 100, EndSize = 800)]
    public void Restoring_a_checkpoint_gives_the_machine_back(byte[] before, byte[] between, byte[] after)
    {
        foreach (ApicModel model in Enum.GetValues<ApicModel>())
        {
            Machine machine = MachineProgram.NewMachine(model);
            MachineProgram.Run(machine, before);
            MachineCheckpoint checkpoint = machine.Checkpoint();
            string then = MachineProgram.Describe(machine);
            MachineProgram.Run(machine, between);

            machine.Restore(checkpoint);
            Assert.Equal(then, MachineProgram.Describe(machine));

            // What follows from the states, maps and timers, came back too: both answer alike from here on.
            Machine twin = MachineProgram.NewMachine(model);
            MachineProgram.Run(twin, before);
            Assert.Equal(MachineProgram.Run(twin, after), MachineProgram.Run(machine, after));
            Assert.Equal(MachineProgram.Describe(twin), MachineProgram.Describe(machine));
        }
    }

    [Property(MaxTest = 100, StartSize = 100, EndSize = 800)]
    public void Two_machines_fed_the_same_answer_alike_watched_or_not(byte[] program)
    {
        foreach (ApicModel model in Enum.GetValues<ApicModel>())
        {
            Machine one = MachineProgram.NewMachine(model);
            Machine other = MachineProgram.NewMachine(model);
            other.Observer = new Tracing.TraceRing();
            Assert.Equal(MachineProgram.Run(one, program), MachineProgram.Run(other, program));
            Assert.Equal(MachineProgram.Describe(one), MachineProgram.Describe(other));
        }
    }

    [Fact]
    public void A_checkpoint_of_another_machine_is_refused_and_nothing_changes()
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0, 1);
        machine.Execute(0, Access.WriteMmio(0x080, 0x20));
        string before = string.Join(' ', Enumerable.Range(0, 2).Select(vcpu => machine.Peek(vcpu, ApicRegister.Tpr)));
        Assert.Throws<MachineException>(() => machine.Restore(Machines.Native(ApicModel.Kvm, 0, 1, 2).Checkpoint()));
        Assert.Throws<MachineException>(() => machine.Restore(Machines.Native(ApicModel.Kvm, 0, 2).Checkpoint()));
        Assert.Throws<MachineException>(() => machine.Restore(Machines.Snp(ApicScope.PerVmpl, 0, 1).Checkpoint()));
        Assert.Equal(before, string.Join(' ', Enumerable.Range(0, 2).Select(vcpu => machine.Peek(vcpu, ApicRegister.Tpr))));
    }

    [Fact]
    public void A_checkpoint_holds_what_the_platform_adds()
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0);
        MachineCheckpoint before = machine.Checkpoint();
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        machine.Execute(0, Access.WriteMsr(0x808, 0x40));
        MachineCheckpoint after = machine.Checkpoint();
        machine.Restore(before);
        Assert.False(machine.Platform().IsAlternateInjectionEnabled(0));
        machine.Restore(after);
        Assert.Equal(0x40UL, machine.Execute(0, Access.ReadMsr(0x808)).Value);
    }
}
