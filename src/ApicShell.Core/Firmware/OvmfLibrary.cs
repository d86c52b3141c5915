using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>How OVMF's library reached a register.</summary>
/// <param name="Access">The access it issued; null where its assertion failed before that the APIC is on (AE=1).</param>
/// <param name="Answer">How that ended, or how the look at APIC_BASE ended before it.</param>
/// <param name="Exits">Exits of the access and of the looks at APIC_BASE before it. CPUID is not counted.</param>
public readonly record struct LibraryAccess(Access? Access, Answer Answer, int Exits);

/// <summary>
/// Register access as edk2's BaseXApicX2ApicLib does it, which all OVMF builds use: it looks at APIC_BASE before every access, takes the
/// MSR when it finds EXTD set, and else looks once more for the page's address and takes memory.
/// </summary>
public sealed class OvmfLibrary
{
    private readonly StepRunner _runner;
    private readonly int _vcpu;

    /// <summary>The library on one vCPU.</summary>
    public OvmfLibrary(Machine machine, int vcpu)
    {
        _runner = new StepRunner(machine, new ApicDesign()) { Library = GuestLibrary.Ovmf };
        _vcpu = vcpu;
    }

    /// <summary>ReadLocalApicReg.</summary>
    /// <param name="offset">Offset of the register in the page.</param>
    public LibraryAccess Read(uint offset) => Reach(offset, isWrite: false, 0);

    /// <summary>WriteLocalApicReg.</summary>
    /// <param name="offset">Offset of the register in the page.</param>
    /// <param name="value">What to write.</param>
    public LibraryAccess Write(uint offset, uint value) => Reach(offset, isWrite: true, value);

    private LibraryAccess Reach(uint offset, bool isWrite, uint value)
    {
        StepReport report = _runner.Reach(_vcpu, offset, isWrite, value);
        return new(report.Problem == StepProblem.Asserted ? null : report.Access, report.Answer, report.Exits);
    }
}
