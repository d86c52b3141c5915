using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>One way in which a guest's #VC handler treats accesses to the APIC while Alternate Injection is on; it keeps nothing itself.</summary>
internal abstract class VcHandling
{
    /// <summary>Sends an access on its way.</summary>
    public abstract Answer Handle(SnpVcpu cpu, Access access);

    /// <summary>Who answers the guest's accesses to a register.</summary>
    public abstract Responder OwnerOf(SnpPlatform platform, ApicRegister register);

    /// <summary>An access in the form in which it came, by a GHCB exit.</summary>
    protected static Answer Exit(SnpVcpu cpu, Access access) => Hypervisor.Exit(cpu, Vmpl.Guest, access);

    /// <summary>The handler raises #GP(0) itself, without an exit.</summary>
    protected static Answer Fault(RuleId rule) => new Answer(Outcome.Fault, rule, responder: Responder.Nobody).By(Route.Handler, 0);

    /// <summary>The register's x2APIC MSR instead of its place in the page.</summary>
    protected static Access AsMsr(Access page) =>
        new(AccessKind.Msr, page.IsWrite, ApicMsr.X2First + (page.Address >> 4), (uint)page.Value, 8, page.Origin);

    /// <summary>Whether an access to the page is one of a whole register.</summary>
    protected static bool IsOfOneRegister(Access page) => (page.Address & 0xF) == 0 && page.Size == 4;
}
