using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>
/// A random program for a machine: bytes, three an operation, so that what fails shrinks to few and small ones. Everything that software, devices,
/// the host and time may do to three vCPUs is in it.
/// </summary>
internal static class MachineProgram
{
    /// <summary>vCPUs of the machines it is made for.</summary>
    public const int VcpuCount = 3;

    private static readonly uint[] s_registers = [.. Registers()];

    /// <summary>A machine whose vCPUs are past what a program would hardly ever do first: on, enabled by software, interrupts on.</summary>
    public static Machine NewMachine(ApicModel model)
    {
        Machine machine = Machines.Native(model, 0, 3, 0x1F);
        for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
        {
            Mode(machine, vcpu, ApicMode.XApic);
            machine.Execute(vcpu, Architecture.Access.WriteMmio(0x0F0, 0x1FF));
            machine.Execute(vcpu, Architecture.Access.WriteMmio(0x0D0, 0x0100_0000u << vcpu));
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    /// <summary>Runs a program and says what each operation answered.</summary>
    public static List<string> Run(Machine machine, byte[] program)
    {
        List<string> answers = [];
        for (int i = 0; i + 2 < program.Length; i += 3)
        {
            answers.Add(Step(machine, program[i], program[i + 1], program[i + 2]));
        }

        return answers;
    }

    /// <summary>All state that a machine has, as text that two machines have alike only when they are.</summary>
    public static string Describe(Machine machine)
    {
        List<string> parts = [$"clock {machine.Clock}, next timer {machine.NextTimer}"];
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            parts.Add($"vCPU {vcpu}: {Bytes(machine.VcpuStateOf(vcpu))}");
            parts.Add(Bytes(machine.StateOf(vcpu, AccessOrigin.Guest)));
        }

        return string.Join('\n', parts);
    }

    private static unsafe string Bytes<T>(T state)
        where T : unmanaged => Convert.ToHexString(new ReadOnlySpan<byte>(&state, sizeof(T)));

    private static string Step(Machine machine, byte operation, byte first, byte second)
    {
        int vcpu = first % VcpuCount;
        switch (operation % 16)
        {
            case 0 or 1 or 2:
                return Access(machine, vcpu, s_registers[second % s_registers.Length], isWrite: true, Value(first, second));
            case 3:
                return Access(machine, vcpu, s_registers[second % s_registers.Length], isWrite: false, 0);
            case 4:
                return Mode(machine, vcpu, (ApicMode)(second & 3));
            case 5 or 6:
                return Access(machine, vcpu, 0x300, isWrite: true, ((ulong)(second & 0x1F) << 32) | ((ulong)(second & 7) << 8) | ((first & 3u) << 18) | (first | 0x4020u));
            case 7:
                return machine.Send(new InterruptMessage(second, first, (DeliveryMode)(second & 7), isLevel: (first & 1) != 0, isLogical: (first & 2) != 0)).ToString();
            case 8 or 9:
                machine.SetInterruptFlag(vcpu, (second & 1) != 0 || operation % 16 == 9);
                return machine.Take(vcpu).ToString();
            case 10:
                return Access(machine, vcpu, 0x0B0, isWrite: true, 0);
            case 11:
                machine.Advance((ulong)second * second * 100);
                return machine.Clock.ToString();
            case 12:
                return machine.SetPin(vcpu, second & 1, (second & 2) != 0, first).ToString();
            case 13:
                return machine.RaiseLvt(vcpu, ApicRegister.LvtTimer + (byte)(second % 6)).ToString();
            case 14:
                return machine.WriteHostPage(vcpu, (uint)(second & 0x3F) << 4, Value(first, second)).ToString();
            default:
                machine.SetPaused(vcpu, (second & 1) != 0);
                return machine.SendMsi(0xFEE0_0000u | ((uint)second << 12) | (first & 0xCu), first).ToString();
        }
    }

    private static string Access(Machine machine, int vcpu, uint offset, bool isWrite, ulong value)
    {
        ApicMode mode = machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode;
        bool x2 = mode == ApicMode.X2Apic;
        if (isWrite && offset == 0x300 && !x2)
        {
            machine.Execute(vcpu, Architecture.Access.WriteMmio(0x310, value >> 8));
        }

        Access access = (isWrite, x2) switch
        {
            (true, true) => Architecture.Access.WriteMsr(0x800 + (offset >> 4), value),
            (true, false) => Architecture.Access.WriteMmio(offset, (uint)value),
            (false, true) => Architecture.Access.ReadMsr(0x800 + (offset >> 4)),
            _ => Architecture.Access.ReadMmio(offset),
        };
        Answer answer = machine.Execute(vcpu, access);
        return $"{answer.Outcome} 0x{answer.Value:X} {answer.Rule}";
    }

    private static string Mode(Machine machine, int vcpu, ApicMode mode)
    {
        ApicBase now = machine.ApicBaseOf(vcpu, AccessOrigin.Guest);
        return machine.Execute(vcpu, Architecture.Access.WriteMsr(ApicMsr.ApicBase, now.WithMode(mode).Value)).Rule.ToString();
    }

    /// <summary>Values that matter: plausible ones for LVT, SVR, timer and identity, from two bytes.</summary>
    private static uint Value(byte first, byte second) => (second & 3) switch
    {
        0 => first,
        1 => (uint)first << 24,
        2 => 0x100u | first | ((uint)(second & 0xC) << 15),
        _ => (uint)first << 8,
    };

    private static IEnumerable<uint> Registers()
    {
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            yield return (uint)spec.Offset;
        }
    }
}
