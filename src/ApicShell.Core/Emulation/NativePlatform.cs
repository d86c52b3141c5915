using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A guest whose accesses reach its local APIC directly: hardware, or KVM's emulation behind one intercept.</summary>
public sealed class NativePlatform : Platform
{
    /// <inheritdoc/>
    public override int ApicsPerVcpu => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override Answer Execute(int vcpu, Access access)
    {
        ApicPlane plane = Machine.GuestPlane;
        Answer answer = LocalApic.Execute(plane, vcpu, access);
        return access.Origin == AccessOrigin.Host
            ? answer.Via(Route.HostApi, 0)
            : answer.Via(access.Kind == AccessKind.Msr ? Route.Msr : Route.Mmio, plane.NativeExits);
    }
}
