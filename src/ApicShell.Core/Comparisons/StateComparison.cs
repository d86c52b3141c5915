using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Comparisons;

/// <summary>A register that several machines hold differently.</summary>
/// <param name="Vcpu">Index of the vCPU.</param>
/// <param name="Register">The register.</param>
/// <param name="Values">What each machine holds, in their order.</param>
public sealed record StateDifference(int Vcpu, ApicRegister Register, IReadOnlyList<ulong> Values);

/// <summary>In what the local APICs of several machines differ: APIC_BASE, and the words of the page that the host sees.</summary>
public static class StateComparison
{
    /// <summary>What is not looked at, in words.</summary>
    public const string NotLookedAt =
        "the current count and the deadline of timers, whose time differs; what KVM keeps beside the page of an APIC; everything outside the local APICs";

    /// <summary>The registers that differ, vCPU by vCPU, of the vCPUs and registers that all machines have.</summary>
    public static IEnumerable<StateDifference> Of(IReadOnlyList<IMachine> machines)
    {
        int vcpus = machines.Min(machine => machine.VcpuCount);
        ApicRegister[] registers = [.. RegistersOf(machines)];
        for (int vcpu = 0; vcpu < vcpus; vcpu++)
        {
            foreach (ApicRegister register in registers)
            {
                ulong[] values = [.. machines.Select(machine => Read(machine, vcpu, register))];
                if (values.Any(value => value != values[0]))
                {
                    yield return new(vcpu, register, values);
                }
            }
        }
    }

    /// <summary>KVM writes the processor priority into the page late, and APIC_BASE is no word of it: both are looked at as a guest does.</summary>
    private static ulong Read(IMachine machine, int vcpu, ApicRegister register) => register is ApicRegister.ApicBase or ApicRegister.Ppr
        ? machine.Peek(vcpu, register)
        : machine.ReadHostPage(vcpu, register);

    private static IEnumerable<ApicRegister> RegistersOf(IReadOnlyList<IMachine> machines) =>
        new[] { ApicRegister.ApicBase }.Concat(
            from spec in RegisterCatalogue.All
            where spec.Register != ApicRegister.TimerCurrent && machines.All(machine => spec.ExistsIn(machine.Traits.Model))
            select spec.Register);
}
