using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Threads;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>Tests that look at the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>What a machine takes it gives back, whoever forgets to ask.</summary>
[Collection(nameof(Alone))]
public class LifetimeTests
{
    [KvmFact]
    public void A_thousand_machines_leave_nothing()
    {
        Make(20);
        Held before = Held.Now();
        Make(1000);
        Held.AssertNoMore(before);
    }

    [KvmFact]
    public void Machines_that_are_forgotten_leave_nothing()
    {
        Forget(5);
        Collect();
        Held before = Held.Now();
        for (int round = 0; round < 10; round++)
        {
            Forget(10);
            Collect();
        }

        Held.AssertNoMore(before);
    }

    [KvmFact]
    public void A_machine_that_could_not_be_made_leaves_nothing()
    {
        Held before = Held.Now();
        for (int count = 0; count < 50; count++)
        {
            // KVM itself refuses it, when all the rest is there.
            Assert.Throws<KvmException>(() => new KvmMachine(new KvmOptions { Traits = new() { BootstrapId = uint.MaxValue } }));
        }

        Held.AssertNoMore(before);
    }

    [KvmFact]
    public void Two_threads_use_two_machines_at_once()
    {
        Parallel.Invoke([.. Enumerable.Range(0, 4).Select<int, Action>(seed => () => UseHard(null, seed))]);
    }

    [KvmFact]
    public void Two_machines_share_a_thread_that_two_callers_use_at_once()
    {
        using var thread = new VcpuThread();
        Parallel.Invoke([.. Enumerable.Range(0, 3).Select<int, Action>(seed => () => UseHard(thread, seed))]);
        Assert.Equal(7, thread.Run(() => 7));
    }

    [KvmFact]
    public async Task Who_disposes_ends_the_wait_of_another()
    {
        foreach (bool halts in (bool[])[false, true])
        {
            var machine = new KvmMachine(new KvmOptions());
            var waits = new ManualResetEventSlim();
            var time = Stopwatch.StartNew();
            Task<Answer> waiting = Task.Run(() =>
            {
                waits.Set();
                return halts ? machine.Do(new(CommandKind.Halt, 0, 0, 60_000_000_000)) : machine.Do(MachineCommand.Advance(60_000_000_000));
            });
            waits.Wait();
            await Task.Delay(50);
            machine.Dispose();
            Answer answer = await waiting;
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"{time.Elapsed}");
            Assert.Equal(halts ? Outcome.Value : Outcome.Done, answer.Outcome);
            Assert.Throws<ObjectDisposedException>(() => machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)));
            machine.Dispose();
        }
    }

    [KvmFact]
    public async Task A_wait_is_stopped_and_the_machine_goes_on()
    {
        using var machine = new KvmMachine(new KvmOptions());
        machine.Stop();
        for (int count = 0; count < 20; count++)
        {
            var time = Stopwatch.StartNew();
            Task<Answer> waiting = Task.Run(() => machine.Do(MachineCommand.Advance(60_000_000_000)));

            // Some stops come before the wait has begun, and count for nothing: so it is stopped until it ends.
            while (!waiting.IsCompleted)
            {
                machine.Stop();
                await Task.Delay(1);
            }

            Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"{time.Elapsed}");
            Assert.InRange((await waiting).Value, 0UL, 20_000_000_000UL);
            Assert.Equal(0xFEE0_0900UL, machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)).Value);
        }
    }

    [KvmFact]
    public void An_exception_on_the_thread_is_the_caller_s_and_the_thread_goes_on()
    {
        using var thread = new VcpuThread();
        Assert.Throws<InvalidDataException>(() => thread.Run(() => throw new InvalidDataException()));
        using var machine = new KvmMachine(new KvmOptions(), thread);
        Assert.Throws<ArgumentOutOfRangeException>(() => machine.Execute(1, Access.ReadMsr(ApicMsr.ApicBase)));
        Assert.Equal(0xFEE0_0900UL, thread.Run(() => machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)).Value));
    }

    [KvmFact]
    public void A_thread_that_ended_before_its_machine_says_so_and_the_machine_closes()
    {
        Held before = Held.Now();
        var thread = new VcpuThread();
        var machine = new KvmMachine(new KvmOptions(), thread);
        thread.Dispose();
        thread.Dispose();
        Assert.Throws<ObjectDisposedException>(() => machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)));
        machine.Dispose();
        Held.AssertNoMore(before);
    }

    [KvmFact]
    public void A_machine_may_be_disposed_of_on_the_thread_that_runs_it()
    {
        Held before = Held.Now();
        var machine = new KvmMachine(new KvmOptions());
        machine.Thread.Run(machine.Dispose);
        Held.AssertNoMore(before);
    }

    private static void Make(int count)
    {
        using var thread = new VcpuThread();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
        {
            using var machine = new KvmMachine(new KvmOptions { ApicIds = [0, 1] }, index % 2 == 0 ? thread : null);
            Assert.Equal(0xFEE0_0800UL, machine.Execute(1, Access.ReadMsr(ApicMsr.ApicBase)).Value);
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (int index = 0; index < count; index++)
        {
            var machine = new KvmMachine(new KvmOptions { ApicIds = [0, 1] });
            machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase));
            machine.Observer = new Watch();
        }
    }

    private static void Collect()
    {
        for (int round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static void UseHard(VcpuThread? thread, int seed)
    {
        using var machine = new KvmMachine(new KvmOptions(), thread);
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.SetInterruptFlag(0, true);
        for (int count = 0; count < 1000; count++)
        {
            byte vector = (byte)(0x20 + ((seed + count) % 0xD0));
            machine.Execute(0, Access.WriteMmio(0x300, 0x4_0000UL | vector));
            Assert.Equal(new TakenInterrupt(TakenKind.Fixed, vector), machine.Take(0));
            machine.Execute(0, Access.WriteMmio(0xB0, 0));
            machine.Execute(0, Access.WriteMmio(0xD0, (ulong)(uint)count << 24));
            Assert.Equal((ulong)((uint)count << 24), machine.Execute(0, Access.ReadMmio(0xD0)).Value);
        }
    }

    /// <summary>What the process has of the kernel.</summary>
    private sealed record Held(int Files, int Maps, int Threads, long Mapped)
    {
        private const string ThreadName = "ApicShell vCPUs";

        public static Held Now()
        {
            string[] maps = File.ReadAllLines("/proc/self/maps");
            return new(
                Directory.GetFiles("/proc/self/fd").Count(path => File.ResolveLinkTarget(path, false)?.Name.Contains("kvm", StringComparison.Ordinal) == true),
                maps.Count(line => line.Contains("kvm", StringComparison.Ordinal) && !line.Contains(".dll", StringComparison.Ordinal)),
                Directory.GetDirectories("/proc/self/task").Count(IsOurs),
                maps.Sum(Length));
        }

        /// <summary>Threads end, and finalizers run, a moment after they were asked to; what others left may go meanwhile too.</summary>
        public static void AssertNoMore(Held before)
        {
            const long FarLessThanAllMachines = 1L << 30;
            var time = Stopwatch.StartNew();
            Held now = Now();
            while (now.IsMoreThan(before) && time.Elapsed < TimeSpan.FromSeconds(20))
            {
                Collect();
                Thread.Sleep(20);
                now = Now();
            }

            Assert.False(now.IsMoreThan(before), $"{now} after {before}");
            Assert.True(now.Mapped < before.Mapped + FarLessThanAllMachines, $"{now} after {before}");
        }

        private bool IsMoreThan(Held before) => Files > before.Files || Maps > before.Maps || Threads > before.Threads;

        private static bool IsOurs(string task)
        {
            try
            {
                return ThreadName.StartsWith(File.ReadAllText(Path.Combine(task, "comm")).Trim(), StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return false;
            }
        }

        private static long Length(string map)
        {
            string[] ends = map.Split(' ')[0].Split('-');
            return (long)(ulong.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - ulong.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }
}
