using System;
using System.Collections.Generic;
using System.Numerics;
using ApicShell.Architecture;
using ApicShell.Emulation;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// No interrupt is lost and none invented, across any sequence of posts, takes, EOIs, TPR and mode changes: the APIC against a reference that is
/// as plain as can be, three sets of vectors and the rules of APM vol. 2, 16.6 in words.
/// </summary>
public class InterruptProperties
{
    [Property(MaxTest = 300, EndSize = 300)]
    [Trait("Speed", "Slow")]
    public void No_interrupt_is_lost_or_invented(byte[] program)
    {
        foreach (ApicModel model in Enum.GetValues<ApicModel>())
        {
            Follow(model, program);
        }
    }

    private static void Follow(ApicModel model, byte[] program)
    {
        Machine machine = Machines.Native(model, 0);
        if (model == ApicModel.Amd)
        {
            machine.GoTo(ApicMode.XApic);
        }

        var reference = new Reference(refusesIllegal: model != ApicModel.Kvm, forgetsWhenEnabled: model == ApicModel.Intel);
        machine.SetInterruptFlag(0, true);

        // Software seldom disables it, and by lot would not enable it sooner: most programs would have no interrupts at all.
        reference.SoftwareEnabled = Write(machine, 0x0F0, 0x1FF);
        for (int i = 0; i + 1 < program.Length; i += 2)
        {
            byte value = program[i + 1];
            switch (program[i] % 8)
            {
                case 0 or 1 or 2:
                    bool level = (program[i] & 0x40) != 0;
                    Assert.Equal(reference.Post(value, level), machine.SendTo(0, new InterruptMessage(0, value, isLevel: level)));
                    break;
                case 3 or 4:
                    TakenInterrupt taken = machine.Take(0);
                    Assert.Equal(reference.Take(), taken.Kind == TakenKind.Fixed ? taken.Vector : -1);
                    break;
                case 5:
                    if (Write(machine, 0x0B0, 0))
                    {
                        reference.End();
                    }

                    break;
                case 6:
                    if (Write(machine, 0x080, value))
                    {
                        reference.TaskPriority = value;
                    }

                    break;
                default:
                    Change(machine, reference, value);
                    break;
            }

            Assert.Equal(reference.Requested, Vectors(machine, ApicRegister.Irr0));
            Assert.Equal(reference.InService, Vectors(machine, ApicRegister.Isr0));
            Assert.Equal(reference.Level, Vectors(machine, ApicRegister.Tmr0));
            Assert.Equal(reference.ProcessorPriority, (uint)machine.Peek(0, ApicRegister.Ppr));
            Assert.Equal(reference.Next, machine.Dispatchable(0));
        }

        // Whatever was accepted and not taken can still be taken, each once.
        reference.TaskPriority = 0;
        reference.Enter(ApicMode.XApic);
        machine.GoTo(machine.ApicBaseOf(0, AccessOrigin.Guest).Mode == ApicMode.X2Apic ? ApicMode.X2Apic : ApicMode.XApic);
        Write(machine, 0x080, 0);
        for (int expected = Drain(reference); expected >= 0; expected = Drain(reference))
        {
            TakenInterrupt taken = machine.Take(0);
            for (int ends = 0; taken.Kind == TakenKind.None && ends < 256; ends++)
            {
                Write(machine, 0x0B0, 0);
                taken = machine.Take(0);
            }

            Assert.Equal(expected, taken.Vector);
        }

        Assert.DoesNotContain(Vectors(machine, ApicRegister.Irr0), vector => vector >= 16);
    }

    private static int Drain(Reference reference)
    {
        int vector = reference.Take();
        while (vector < 0 && reference.InService.Count > 0)
        {
            reference.End();
            vector = reference.Take();
        }

        return vector;
    }

    /// <summary>Software enable, or a step between modes.</summary>
    private static void Change(Machine machine, Reference reference, byte value)
    {
        if ((value & 3) == 0)
        {
            if (Write(machine, 0x0F0, 0xFFu | ((value & 4u) << 6)))
            {
                reference.SoftwareEnabled = (value & 4) != 0;
            }

            return;
        }

        var mode = (ApicMode)(value & 3);
        ApicBase now = machine.ApicBaseOf(0, AccessOrigin.Guest);
        if (machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, now.WithMode(mode == ApicMode.Invalid ? ApicMode.Disabled : mode).Value)).Outcome == Outcome.Done)
        {
            reference.Enter(machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        }
    }

    private static bool Write(Machine machine, uint offset, uint value) => machine.ApicBaseOf(0, AccessOrigin.Guest).Mode switch
    {
        ApicMode.X2Apic => machine.WriteMsr(0, 0x800 + (offset >> 4), value).Outcome == Outcome.Done,
        ApicMode.XApic => machine.WriteMmio(0, offset, value).Outcome == Outcome.Done,
        _ => false,
    };

    private static SortedSet<int> Vectors(Machine machine, ApicRegister first)
    {
        SortedSet<int> vectors = [];
        for (int word = 0; word < 8; word++)
        {
            for (uint bits = (uint)machine.Peek(0, first + (byte)word); bits != 0; bits &= bits - 1)
            {
                vectors.Add((word * 32) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return vectors;
    }

    private sealed class Reference(bool refusesIllegal, bool forgetsWhenEnabled)
    {
        private ApicMode _mode = ApicMode.XApic;

        public SortedSet<int> Requested { get; } = [];

        public SortedSet<int> InService { get; } = [];

        public SortedSet<int> Level { get; } = [];

        public byte TaskPriority { get; set; }

        public bool SoftwareEnabled { get; set; }

        public uint ProcessorPriority
        {
            get
            {
                int service = InService.Count == 0 ? 0 : InService.Max / 16;
                return TaskPriority / 16 >= service ? TaskPriority : (uint)service * 16;
            }
        }

        public int Next => _mode != ApicMode.Disabled && Requested.Count > 0 && Requested.Max / 16 > ProcessorPriority / 16 ? Requested.Max : -1;

        public bool Post(byte vector, bool level)
        {
            if (_mode == ApicMode.Disabled || !SoftwareEnabled || (vector < 16 && refusesIllegal))
            {
                return false;
            }

            Requested.Add(vector);
            if (level)
            {
                Level.Add(vector);
            }
            else
            {
                Level.Remove(vector);
            }

            return true;
        }

        public int Take()
        {
            int vector = Next;
            if (vector >= 0)
            {
                Requested.Remove(vector);
                InService.Add(vector);
            }

            return vector;
        }

        public void End()
        {
            if (InService.Count > 0)
            {
                InService.Remove(InService.Max);
            }
        }

        public void Enter(ApicMode mode)
        {
            if (forgetsWhenEnabled && _mode == ApicMode.Disabled && mode == ApicMode.XApic)
            {
                Requested.Clear();
                InService.Clear();
                Level.Clear();
                TaskPriority = 0;
                SoftwareEnabled = false;
            }

            _mode = mode;
        }
    }
}
