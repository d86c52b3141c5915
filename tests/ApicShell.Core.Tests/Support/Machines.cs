using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>Machines that the tests start from.</summary>
internal static class Machines
{
    public static Machine Native(ApicModel model, params uint[] apicIds) =>
        new(new ApicTraits { Model = model }, new NativePlatform(), apicIds.Length == 0 ? [0] : apicIds);

    public static Machine Snp(ApicScope scope = ApicScope.Shared, params uint[] apicIds) =>
        new(new ApicTraits(), new SnpPlatform(scope), apicIds.Length == 0 ? [0] : apicIds);

    /// <summary>The emulator, as scripts are run on it.</summary>
    public static Machine Emulated(ApicTraits traits, IReadOnlyList<uint> apicIds) => new(traits, new NativePlatform(), apicIds);

    public static SnpPlatform Platform(this Machine machine) => (SnpPlatform)machine.Platform;

    /// <summary>Takes vCPU 0 to a mode by steps that every model allows.</summary>
    public static void GoTo(this Machine machine, ApicMode mode)
    {
        ApicBase current = machine.ApicBaseOf(0, AccessOrigin.Guest);
        if (current.Mode == ApicMode.Disabled && mode == ApicMode.X2Apic)
        {
            machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, current.WithMode(ApicMode.XApic).Value));
        }

        machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, current.WithMode(mode).Value));
    }
}
