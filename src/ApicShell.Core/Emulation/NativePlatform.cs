using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A guest whose accesses reach its local APIC directly: hardware, or KVM's emulation behind one intercept.</summary>
public sealed class NativePlatform : Platform
{
    /// <inheritdoc/>
    public override int ApicsPerVcpu => 1;

    internal override bool IsDirect => true;

    internal override Answer Execute(Machine machine, int vcpu, in Access access)
    {
        ApicPlane plane = machine.PlaneOf(access.Origin);
        ApicResult result = LocalApic.Execute(plane, vcpu, access);
        return access.Origin == AccessOrigin.Host
            ? new(result, Route.HostApi, 0)
            : new(result, access.Kind == AccessKind.Msr ? Route.Msr : Route.Mmio, plane.Profile.NativeExits);
    }
}
