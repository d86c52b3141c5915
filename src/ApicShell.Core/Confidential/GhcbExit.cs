using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>One GHCB exit on its way: who left, from where, for what.</summary>
/// <param name="Cpu">The vCPU.</param>
/// <param name="Vmpl">The VMPL that it left from.</param>
/// <param name="Request">What it asks for.</param>
internal readonly record struct GhcbExit(SnpVcpu Cpu, byte Vmpl, GhcbRequest Request)
{
    public AccessOrigin Origin =>
        Vmpl == Confidential.Vmpl.Svsm && Cpu.Platform.Injection == SnpInjection.Alternate ? AccessOrigin.Svsm : AccessOrigin.Guest;

    /// <summary>The APICs that it reaches.</summary>
    public ApicPlane Plane => Cpu.Machine.PlaneOf(Origin);
}
