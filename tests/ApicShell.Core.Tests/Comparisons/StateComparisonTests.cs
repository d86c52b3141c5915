using System.Linq;
using ApicShell.Architecture;
using ApicShell.Comparisons;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>In what machines differ when a script has ended.</summary>
public class StateComparisonTests
{
    [Fact]
    public void Machines_that_were_told_the_same_hold_the_same()
    {
        Machine[] machines = [Machines.Native(ApicModel.Kvm, 0, 1), Machines.Native(ApicModel.Kvm, 0, 1)];
        foreach (Machine machine in machines)
        {
            machine.Execute(1, Access.WriteMmio(0x0F0, 0x1FF));
            machine.Execute(1, Access.WriteMmio(0x320, 0x20041));
            machine.Execute(1, Access.WriteMmio(0x380, 1000));
        }

        machines[1].Advance(100);

        Assert.Empty(StateComparison.Of(machines));
    }

    [Fact]
    public void Each_register_that_differs_is_named_with_every_value()
    {
        Machine one = Machines.Native(ApicModel.Kvm, 0, 1), other = Machines.Native(ApicModel.Kvm, 0, 1);
        other.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE00C00));
        other.Execute(1, Access.WriteMsr(0x808, 0x35));

        StateDifference[] differences = [.. StateComparison.Of([one, other])];

        Assert.All(differences, difference => Assert.Equal(1, difference.Vcpu));
        Assert.Equal(
            [ApicRegister.ApicBase, ApicRegister.Tpr, ApicRegister.Ppr, ApicRegister.Ldr], differences.Select(difference => difference.Register).Take(4));
        Assert.Equal([0xFEE00800, 0xFEE00C00], differences[0].Values);
    }

    [Fact]
    public void A_tape_has_what_was_done_and_hands_it_on()
    {
        Machine machine = Machines.Native(ApicModel.Kvm, 0);
        var behind = new CommandTape(null);
        machine.Observer = new CommandTape(behind);

        machine.Execute(0, Access.ReadMmio(0x30));
        machine.PostNmi(0);

        CommandTape tape = Assert.IsType<CommandTape>(machine.Observer);
        Assert.Equal([CommandKind.Access, CommandKind.Nmi], tape.Commands.Select(one => one.Command.Kind));
        Assert.Equal(0x50014UL, tape.Commands[0].Answer.Value);
        Assert.Equal(tape.Commands, behind.Commands);
    }
}
