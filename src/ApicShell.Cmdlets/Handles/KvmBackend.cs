using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Errors;
#if NET
using System.Linq;
using ApicShell.Emulation;
using ApicShell.Kvm;
using ApicShell.Kvm.Threads;
using ApicShell.State;
#endif

namespace ApicShell;

/// <summary>What can be chosen of a machine of backend Kvm beside what every machine has; null for what was not.</summary>
internal readonly struct KvmChoice
{
    public KvmChoice(int? busCycle, bool isWidthChosen) => (BusCycleNanoseconds, IsWidthChosen) = (busCycle, isWidthChosen);

    public int? BusCycleNanoseconds { get; }

    /// <summary>Whether the width of physical addresses was asked for; else it may be the host's.</summary>
    public bool IsWidthChosen { get; }
}

/// <summary>
/// Makes machines of the kernel's KVM. ApicShell.Kvm is used here and nowhere else, so that it is loaded when such a machine is asked for, and not before.
/// </summary>
internal static class KvmBackend
{
#if NET
    /// <summary>Makes a machine.</summary>
    /// <param name="name">Gives its name, once it is there.</param>
    /// <param name="traits">What its APICs have in common.</param>
    /// <param name="apicIds">One APIC ID a vCPU.</param>
    /// <param name="choice">What else was chosen.</param>
    public static ApicMachine Make(Func<string> name, ApicTraits traits, IReadOnlyList<uint> apicIds, KvmChoice choice)
    {
        try
        {
            using KvmDevice device = KvmDevice.Open();
            int width = choice.IsWidthChosen ? traits.PhysicalAddressBits : Math.Min(traits.PhysicalAddressBits, device.PhysicalAddressBits);
            var options = new KvmOptions
            {
                Traits = traits with { PhysicalAddressBits = width },
                ApicIds = apicIds,
                BusCycleNanoseconds = (uint?)choice.BusCycleNanoseconds,
            };
            var machine = new KvmMachine(options);
            return new(name(), machine, new MachineLog(), KernelName);
        }
        catch (KvmUnavailableException error)
        {
            throw ApicErrors.KvmUnavailable(error.Reason.ToString(), error.Message, error);
        }
    }

    /// <summary>The kernel's own trace events of a machine while something is done to it.</summary>
    public static IReadOnlyList<ApicKernelEvent> Trace(ApicMachine machine, Predicate<string>? wanted, Action script)
    {
        try
        {
            KernelTrace trace;
            using (machine.Take())
            {
                var core = (KvmMachine)machine.Core;
                core.Observer = trace = new KernelTrace(core.Thread.KernelId, wanted ?? KernelTrace.IsUsual, machine.Log);
            }

            using (trace)
            {
                try
                {
                    script();
                }
                finally
                {
                    using (machine.Take())
                    {
                        machine.Core.Observer = machine.Log;
                    }
                }

                IReadOnlyList<KernelEvent> events = trace.Read();
                return [.. events.Select((one, i) => new ApicKernelEvent(
                    machine, i + 1, one.Command, (one.Seconds - events[0].Seconds) * 1e6, one.Name, one.Text))];
            }
        }
        catch (KernelTraceException error)
        {
            throw ApicErrors.KernelTraceUnavailable(error.Problem.ToString(), error.Message, error);
        }
    }

    /// <summary>A place where many machines are made, one after the other.</summary>
    public static IMachinePlace Place()
    {
        try
        {
            return new KvmPlace();
        }
        catch (KvmUnavailableException error)
        {
            throw ApicErrors.KvmUnavailable(error.Reason.ToString(), error.Message, error);
        }
    }

    private static string KernelName => $"Linux {KvmDevice.KernelRelease}";

    /// <summary>One thread runs the vCPUs of all machines, and what uses them runs on it too: nothing is handed over.</summary>
    private sealed class KvmPlace : IMachinePlace
    {
        private readonly int _width;
        private readonly VcpuThread _thread;

        public KvmPlace()
        {
            using (var device = KvmDevice.Open())
            {
                _width = device.PhysicalAddressBits;
            }

            _thread = new VcpuThread();
        }

        public string Description => KernelName;

        public IMachine Make(ApicTraits traits, IReadOnlyList<uint> apicIds) => new KvmMachine(
            new KvmOptions { Traits = traits with { PhysicalAddressBits = Math.Min(traits.PhysicalAddressBits, _width) }, ApicIds = apicIds }, _thread);

        public void Run(Action action) => _thread.Run(action);

        public void Dispose() => _thread.Dispose();
    }
#else
    public static IMachinePlace Place() => throw ApicErrors.KvmUnavailable("NotLinux", NotHere);

    private const string NotHere = "A machine of the kernel's KVM needs PowerShell 7.4 or later, on Linux.";

    public static ApicMachine Make(Func<string> name, ApicTraits traits, IReadOnlyList<uint> apicIds, KvmChoice choice) =>
        throw ApicErrors.KvmUnavailable("NotLinux", NotHere);

    public static IReadOnlyList<ApicKernelEvent> Trace(ApicMachine machine, Predicate<string>? wanted, Action script) =>
        throw ApicErrors.KvmUnavailable("NotLinux", NotHere);
#endif
}
