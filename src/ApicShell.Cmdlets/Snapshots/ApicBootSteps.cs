using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>Makes snapshots of the steps of a run.</summary>
internal static class ApicBootSteps
{
    /// <summary>The steps from a place on; the last one of a phase has what views differ in after it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="first">Index of the first step that is wanted.</param>
    public static ApicBootStep[] Of(BootRun run, ApicMachine machine, int first = 0)
    {
        using (machine.Take())
        {
            machine.AddHandles();
        }

        ApicVcpu[] vcpus = machine.Vcpu;
        IReadOnlyList<BootStep> steps = run.Steps;
        var made = new ApicBootStep[steps.Count - first];
        ILookup<int, ViewDifference> differences = run.Differences.ToLookup(one => one.AfterStep);
        for (int i = 0; i < made.Length; i++)
        {
            BootStep step = steps[first + i];
            made[i] = new ApicBootStep(step, vcpus, differences[step.Number]);
        }

        return made;
    }
}
