using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The hypervisor's side of GHCB exits: Linux KVM, with a local APIC of model Kvm behind them (KVM svm.c, svm/sev.c). An exit says
/// which VMPL it came from; with one APIC for each VMPL it reaches that VMPL's.
/// </summary>
internal static class Hypervisor
{
    /// <summary>Longest memory access that an exit may ask for, in bytes (GHCB protocol 2).</summary>
    private const byte MaxMmioLength = 8;

    public static GhcbResult Exit(ApicPlane plane, int vcpu, in Access access, out ApicResult result)
    {
        if (access.Kind == AccessKind.Mmio && access.Size > MaxMmioLength)
        {
            result = ApicResult.Undefined(RuleId.GhcbMmioTooLong);
            return new(GhcbResult.Malformed, GhcbResult.InvalidInput, 0);
        }

        result = LocalApic.Execute(plane, vcpu, access);
        return result.Outcome == Outcome.Fault
            ? new(GhcbResult.Exception, GhcbResult.GeneralProtection, 0)
            : new(GhcbResult.Success, 0, result.Value);
    }
}
