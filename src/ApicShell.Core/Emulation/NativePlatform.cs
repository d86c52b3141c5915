using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A guest whose accesses reach its local APIC directly: hardware, or KVM's emulation behind one intercept.</summary>
public sealed class NativePlatform : Platform
{
    /// <inheritdoc/>
    public override int ApicsPerVcpu => 1;

    internal override Answer Execute(Machine machine, int vcpu, in Access access)
    {
        Answer answer = LocalApic.Execute(ref machine.ApicOf(vcpu, access.Origin), machine.Traits, access);
        return access.Origin == AccessOrigin.Host
            ? answer with { Route = Route.HostApi }
            : answer with
            {
                Route = access.Kind == AccessKind.Msr ? Route.Msr : Route.Mmio,
                Exits = ModelProfile.Of(machine.Traits.Model).NativeExits,
            };
    }
}
