using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// Random guests under each #VC handler: a checkpoint holds all that there is, and who watches changes nothing. Programs are made from a seed, so
/// that a failure names one.
/// </summary>
public class VcHandlerProperties
{
    private const int Seeds = 60;
    private const int Steps = 80;

    private static readonly uint[] s_offsets = [.. VcRegister.All.Select(register => register.Offset)];

    public static TheoryData<VcHandler> Handlers => [.. Enum.GetValues<VcHandler>()];

    [Theory]
    [MemberData(nameof(Handlers))]
    public void Restoring_a_checkpoint_gives_the_machine_back(VcHandler handler)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Machine machine = NewMachine(handler);
            Run(machine, seed, Steps);
            string state = Describe(machine);
            MachineCheckpoint checkpoint = machine.Checkpoint();
            List<string> first = Run(machine, seed + Seeds, Steps);
            string after = Describe(machine);
            machine.Restore(checkpoint);
            Assert.Equal(state, Describe(machine));
            Assert.Equal(first, Run(machine, seed + Seeds, Steps));
            Assert.Equal(after, Describe(machine));

            Machine other = NewMachine(handler);
            other.Restore(checkpoint);
            Assert.Equal(first, Run(other, seed + Seeds, Steps));
            Assert.Equal(after, Describe(other));
        }
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public void Watched_machines_answer_as_unwatched_ones(VcHandler handler)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Machine one = NewMachine(handler);
            Machine other = NewMachine(handler);
            other.Observer = new VcHops();
            Assert.Equal(Run(one, seed, Steps), Run(other, seed, Steps));
            Assert.Equal(Describe(one), Describe(other));
        }
    }

    [Fact]
    public void With_Whole_no_access_of_the_guest_touches_its_APIC_in_the_hypervisor()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Machine machine = NewMachine(VcHandler.Whole);
            string before = Hypervisors(machine);
            Run(machine, seed, Steps, isGuestAlone: true);
            Assert.Equal(before, Hypervisors(machine));
        }
    }

    private static Machine NewMachine(VcHandler handler)
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0, 3, 0x1F);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.SetUpSvsmApic(vcpu);
            machine.EnableAlternateInjection(vcpu, handler);
            machine.Execute(vcpu, Access.WriteMmio(0x0F0, 0x1FF));
            machine.Execute(vcpu, Access.WriteMmio(0x0D0, 0x01000000u << vcpu));
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    private static List<string> Run(Machine machine, int seed, int steps, bool isGuestAlone = false)
    {
        var random = new Random(seed);
        List<string> answers = [];
        for (int i = 0; i < steps; i++)
        {
            answers.Add(Step(machine, random, random.Next(isGuestAlone ? 14 : 20)));
        }

        return answers;
    }

    private static string Step(Machine machine, Random random, int operation)
    {
        int vcpu = random.Next(machine.VcpuCount);
        uint offset = s_offsets[random.Next(s_offsets.Length)];
        uint value = random.Next(3) == 0 ? (uint)random.Next() : (uint)random.Next(0x10, 0x100);
        switch (operation)
        {
            case 0 or 1:
                return Tell(machine, vcpu, Access.ReadMmio(offset, (byte)(random.Next(8) == 0 ? 2 : 4)));
            case 2 or 3 or 4:
                return Tell(machine, vcpu, Access.WriteMmio(offset, value));
            case 5:
                return Tell(machine, vcpu, Access.ReadMsr(0x800 + (offset >> 4)));
            case 6:
                return Tell(machine, vcpu, Access.WriteMsr(0x800 + (offset >> 4), value));
            case 7:
                ulong[] flags = [0x000, 0x800, 0xC00, 0x400, 0x800, 0xC00];
                return Tell(machine, vcpu, Access.WriteMsr(0x1B, 0xFEE00000 | flags[random.Next(flags.Length)]));
            case 8 or 9:
                Tell(machine, vcpu, Access.WriteMmio(0x310, (uint)random.Next(8) << 24));
                return Tell(machine, vcpu, Access.WriteMmio(0x300, ((uint)random.Next(4) << 18) | ((uint)random.Next(2) << 11) | ((uint)random.Next(8) << 8) | value));
            case 10:
                return Tell(machine, vcpu, Access.WriteMsr(0x830, ((ulong)random.Next(8) << 32) | (value & 0xCF8FF)));
            case 11 or 12:
                return machine.Take(vcpu).ToString();
            case 13:
                return Tell(machine, vcpu, Access.WriteMmio(0x0B0, 0));
            case 14:
                machine.SetInterruptFlag(vcpu, random.Next(2) != 0);
                return "";
            case 15:
                machine.Advance((ulong)random.Next(2_000_000));
                return "";
            case 16:
                return machine.SendTo(vcpu, new InterruptMessage(0, (byte)value, isLevel: random.Next(2) != 0)).ToString();
            case 17:
                return machine.CallSvsm(vcpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, (uint)random.Next(2, 7), 0x300)).ToString();
            case 18 when random.Next(4) == 0:
                machine.Initialize(vcpu);
                machine.Start(vcpu, 0x10);
                machine.SetInterruptFlag(vcpu, true);
                return "";
            case 18:
                return machine.WriteCr8(vcpu, (ulong)random.Next(16)).ToString();
            default:
                machine.SetPaused(vcpu, random.Next(3) == 0);
                return "";
        }
    }

    private static string Tell(Machine machine, int vcpu, Access access) => machine.Execute(vcpu, access).ToString();

    private static string Describe(Machine machine) => string.Join('\n', Enumerable.Range(0, machine.VcpuCount).SelectMany(vcpu => new[]
    {
        Bytes(machine.VcpuStateOf(vcpu)),
        Bytes(machine.Platform().At(vcpu)),
        Bytes(machine.PlaneAt(0).Apics[vcpu]),
        Bytes(machine.PlaneAt(1).Apics[vcpu]),
        Bytes(machine.PlaneAt(2).Apics[vcpu]),
    }).Append($"{machine.Clock} {machine.Platform().IsTerminated} {machine.Platform().Registrations}"));

    private static string Hypervisors(Machine machine) =>
        string.Join('\n', Enumerable.Range(0, machine.VcpuCount).Select(vcpu => Bytes(machine.StateOf(vcpu, AccessOrigin.Guest))));

    private static unsafe string Bytes<T>(T state)
        where T : unmanaged => Convert.ToHexString(new ReadOnlySpan<byte>(&state, sizeof(T)));
}
