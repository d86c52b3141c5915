using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>One vCPU of an SEV-SNP machine, with all that belongs to it: two processor registers, wherever it goes.</summary>
/// <param name="platform">The platform.</param>
/// <param name="index">Index of the vCPU.</param>
internal readonly struct SnpVcpu(SnpPlatform platform, int index)
{
    public SnpPlatform Platform => platform;

    public int Index => index;

    public Machine Machine => platform.Machine;

    /// <summary>What SEV-SNP adds to it.</summary>
    public ref SnpVcpuState State => ref platform.At(index);

    /// <summary>What it has beside its local APICs.</summary>
    public ref VcpuState Cpu => ref platform.Machine.VcpuAt(index);

    /// <summary>The hypervisor's APIC of the guest.</summary>
    public ref LocalApicState HostApic => ref platform.Machine.GuestPlane.Apics[index];

    /// <summary>The APICs that the SVSM lends.</summary>
    public ApicPlane LentPlane => platform.LentPlane;

    /// <summary>The APIC that the SVSM lends the guest.</summary>
    public ref LocalApicState LentApic => ref platform.LentPlane.Apics[index];

    /// <summary>Whether the SVSM emulates its APIC whole.</summary>
    public bool IsWhole => platform.IsWhole(index);

    /// <summary>Whether somebody watches: else nothing needs to be told.</summary>
    public bool IsWatched => platform.Machine.Observer is not null;

    /// <summary>Another vCPU of the machine.</summary>
    public SnpVcpu Of(int other) => new(platform, other);

    /// <summary>Whether the SVSM gets something wrong in a way.</summary>
    public bool Has(SvsmBehavior behavior) => platform.Options.Has(behavior);

    /// <summary>A GHCB exit of the SVSM.</summary>
    /// <returns>Whether it succeeded.</returns>
    public bool ExitOfSvsm(ulong code, ulong info1, ulong info2 = 0) => Hypervisor.Exit(this, Vmpl.Svsm, new GhcbRequest(code, info1, info2)).Failure == 0;

    /// <summary>Tells who watches of an interrupt at this vCPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Tell(InterruptEventKind kind, byte vector, DeliveryMode mode, RuleId rule, uint destination = 0)
    {
        if (IsWatched)
        {
            TellWatcher(kind, vector, mode, rule, destination);
        }
    }

    // Not inlined: room for an event, cleared at each call, costs more than what is done without a watcher.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TellWatcher(InterruptEventKind kind, byte vector, DeliveryMode mode, RuleId rule, uint destination) =>
        platform.Machine.Tell(new InterruptEvent(kind, index, vector, mode, rule, destination));

    public void Tell(in Hop hop) => platform.Machine.Tell(index, hop);
}
