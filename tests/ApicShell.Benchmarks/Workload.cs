using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Benchmarks;

/// <summary>
/// A workload: full emulation of model Kvm, trace off. It runs as one loop, so that a plain program and BenchmarkDotNet time the same code; each
/// round checks what it got, so that nothing is measured that does not work.
/// </summary>
internal abstract class Workload
{
    protected const ulong FirstVector = 0x20;

    private static readonly Dictionary<string, Func<Workload>> s_byName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["W1"] = () => new TaskPriority(ApicMode.X2Apic),
        ["W1x"] = () => new TaskPriority(ApicMode.XApic),
        ["W1s"] = () => new SvsmWorkload.TaskPriority(),
        ["W2"] = () => new SelfIpi(),
        ["W2s"] = () => new SvsmWorkload.SelfIpi(lazy: false),
        ["W2l"] = () => new SvsmWorkload.SelfIpi(lazy: true),
        ["W3"] = () => new PhysicalIpi(2, 1),
        ["W3_1023"] = () => new PhysicalIpi(1024, 1023),
        ["W3s"] = () => new SvsmWorkload.PhysicalIpi(),
        ["W4_64"] = () => new Broadcast(64),
        ["W4_1024"] = () => new Broadcast(1024),
        ["W5"] = () => new OneShotTimer(),
        ["W6"] = () => new ReadAll(),
        ["W7"] = () => new Creation(1024),
        ["W8_1"] = () => new ClusterIpi(one: true),
        ["W8_16"] = () => new ClusterIpi(one: false),
    };

    public static IEnumerable<string> Names => s_byName.Keys;

    /// <summary>Who watches the machines that are made from now on: nobody, unless told otherwise.</summary>
    public static Func<MachineObserver?> Watcher { get; set; } = static () => null;

    public static Workload? Find(string name) => s_byName.TryGetValue(name, out Func<Workload>? make) ? make() : null;

    /// <summary>Rounds of work.</summary>
    /// <param name="count">How many.</param>
    public abstract void Run(long count);

    /// <summary>A machine in x2APIC mode, enabled by software.</summary>
    protected static Machine NewMachine(int vcpus, ApicMode mode = ApicMode.X2Apic)
    {
        uint[] ids = [.. Enumerable.Range(0, vcpus).Select(id => (uint)id)];
        var machine = new Machine(new ApicTraits { ResetMode = mode }, new NativePlatform(), ids) { Observer = Watcher() };
        for (int vcpu = 0; vcpu < vcpus; vcpu++)
        {
            Answer enabled = mode == ApicMode.X2Apic ? machine.Do(MachineCommand.WriteMsr(vcpu, 0x80F, 0x1FF)) : machine.Do(new(vcpu, Access.WriteMmio(0x0F0, 0x1FF)));
            Check(enabled.Succeeded);
        }

        return machine;
    }

    protected static ulong NextVector(ref ulong vector)
    {
        ulong now = vector;
        vector = now == 0xFF ? FirstVector : now + 1;
        return now;
    }

    /// <summary>Acknowledges on a vCPU and writes EOI.</summary>
    protected static void TakeAndEnd(Machine machine, int vcpu, ulong vector)
    {
        Check(VectorOf(machine.Do(MachineCommand.Acknowledge(vcpu, spuriously: false))) == vector);
        machine.Do(MachineCommand.WriteMsr(vcpu, 0x80B, 0));
    }

    /// <summary>The vector that a take or an acknowledge gave.</summary>
    protected static ulong VectorOf(in Answer answer) => TakenInterrupt.Of(answer).Vector;

    protected static void Check(bool right)
    {
        if (!right)
        {
            throw new InvalidOperationException("The workload did not do what it is to measure.");
        }
    }

    /// <summary>W1: a TPR write and a PPR read.</summary>
    private sealed class TaskPriority(ApicMode mode) : Workload
    {
        private readonly Machine _machine = NewMachine(1, mode);

        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong seen = 0;
            if (mode == ApicMode.X2Apic)
            {
                for (long i = 0; i < count; i++)
                {
                    machine.Do(MachineCommand.WriteMsr(0, 0x808, (ulong)(i & 15) << 4));
                    seen ^= machine.Do(MachineCommand.ReadMsr(0, 0x80A)).Value;
                }
            }
            else
            {
                for (long i = 0; i < count; i++)
                {
                    machine.Do(new(0, Access.WriteMmio(0x080, (ulong)(i & 15) << 4)));
                    seen ^= machine.Do(new(0, Access.ReadMmio(0x0A0))).Value;
                }
            }

            Check(seen < 0x100);
        }
    }

    /// <summary>W2: self-IPI, acknowledge, EOI, over the vectors 0x20 to 0xFF.</summary>
    private sealed class SelfIpi : Workload
    {
        private readonly Machine _machine = NewMachine(1);

        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong next = FirstVector;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                machine.Do(MachineCommand.WriteMsr(0, 0x83F, vector));
                TakeAndEnd(machine, 0, vector);
            }
        }
    }

    /// <summary>W3: a fixed IPI by physical ID, acknowledged and ended by its target.</summary>
    private sealed class PhysicalIpi(int vcpus, int target) : Workload
    {
        private readonly Machine _machine = NewMachine(vcpus);

        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong next = FirstVector;
            ulong destination = (ulong)target << 32;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                machine.Do(MachineCommand.WriteMsr(0, 0x830, destination | vector));
                TakeAndEnd(machine, target, vector);
            }
        }
    }

    /// <summary>W4: a broadcast to all, acknowledged and ended by each; one round is all targets.</summary>
    private sealed class Broadcast(int vcpus) : Workload
    {
        private readonly Machine _machine = NewMachine(vcpus);

        public override void Run(long count)
        {
            const ulong All = 0xFFFF_FFFF_0000_0000;
            Machine machine = _machine;
            ulong next = FirstVector;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                machine.Do(MachineCommand.WriteMsr(0, 0x830, All | vector));
                for (int vcpu = 0; vcpu < vcpus; vcpu++)
                {
                    TakeAndEnd(machine, vcpu, vector);
                }
            }
        }
    }

    /// <summary>W5: a one-shot timer is started, runs out, and its interrupt is acknowledged and ended.</summary>
    private sealed class OneShotTimer : Workload
    {
        private const ulong Vector = 0x40;
        private readonly Machine _machine = NewMachine(1);

        public OneShotTimer()
        {
            _machine.Do(MachineCommand.WriteMsr(0, 0x83E, 0xB));
            _machine.Do(MachineCommand.WriteMsr(0, 0x832, Vector));
        }

        public override void Run(long count)
        {
            Machine machine = _machine;
            for (long i = 0; i < count; i++)
            {
                machine.Do(MachineCommand.WriteMsr(0, 0x838, 1000));
                machine.Do(MachineCommand.Advance(1000));
                TakeAndEnd(machine, 0, Vector);
            }
        }
    }

    /// <summary>W6: every register that can be read in x2APIC mode; one round is all of them.</summary>
    private sealed class ReadAll : Workload
    {
        private readonly Machine _machine = NewMachine(1);
        private readonly uint[] _readable =
            [.. RegisterCatalogue.All.Where(spec => spec.X2ApicAccess(ApicModel.Kvm).HasFlag(RegisterAccess.Read)).Select(spec => spec.Msr)];

        public override void Run(long count)
        {
            Machine machine = _machine;
            uint[] readable = _readable;
            ulong sum = 0;
            for (long i = 0; i < count; i++)
            {
                foreach (uint msr in readable)
                {
                    sum += machine.Do(MachineCommand.ReadMsr(0, msr)).Value;
                }
            }

            Check(sum != 0 || count == 0);
        }
    }

    /// <summary>W7: a machine is made.</summary>
    private sealed class Creation(int vcpus) : Workload
    {
        private readonly uint[] _ids = [.. Enumerable.Range(0, vcpus).Select(id => (uint)id)];

        public override void Run(long count)
        {
            for (long i = 0; i < count; i++)
            {
                Check(new Machine(new ApicTraits(), new NativePlatform(), _ids).VcpuCount == vcpus);
            }
        }
    }

    /// <summary>W8: an x2APIC cluster IPI to one member or all 16 of a cluster, in a machine of 1,024; acknowledged and ended by each.</summary>
    private sealed class ClusterIpi(bool one) : Workload
    {
        private readonly Machine _machine = NewMachine(1024);

        public override void Run(long count)
        {
            const ulong Logical = 0x800;
            Machine machine = _machine;
            ulong next = FirstVector;
            uint cluster = 0;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                cluster = (cluster + 7) & 63;
                uint members = one ? 1u << (int)(i & 15) : 0xFFFF;
                machine.Do(MachineCommand.WriteMsr(0, 0x830, ((ulong)((cluster << 16) | members) << 32) | Logical | vector));
                for (; members != 0; members &= members - 1)
                {
                    TakeAndEnd(machine, (int)(cluster * 16) + System.Numerics.BitOperations.TrailingZeroCount(members), vector);
                }
            }
        }
    }
}
