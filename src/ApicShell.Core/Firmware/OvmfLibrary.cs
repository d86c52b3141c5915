using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>How OVMF's library reached a register.</summary>
/// <param name="Access">The access it issued; null where its assertion failed before that the APIC is on (AE=1).</param>
/// <param name="Answer">How that ended, or how the look at APIC_BASE ended before it.</param>
/// <param name="Exits">Exits of the access and of the looks at APIC_BASE before it. CPUID is not counted.</param>
public readonly record struct LibraryAccess(Access? Access, Answer Answer, int Exits);

/// <summary>How OVMF's library takes an access, once it has looked.</summary>
internal enum LibraryForm
{
    /// <summary>Not at all: a look at APIC_BASE failed.</summary>
    None,

    /// <summary>Not at all: its assertion failed that the APIC is on.</summary>
    Asserted,

    /// <summary>As memory.</summary>
    Memory,

    /// <summary>As an MSR.</summary>
    Msr,
}

/// <summary>Who issues the accesses of a guest's code.</summary>
internal interface IAccessIssuer
{
    /// <summary>Issues an access.</summary>
    Answer Issue(int vcpu, in Access access);
}

/// <summary>
/// Register access as edk2's BaseXApicX2ApicLib does it, which all OVMF builds use: it looks at APIC_BASE before every access, takes the
/// MSR when it finds EXTD set, and else looks once more for the page's address and takes memory.
/// </summary>
public sealed class OvmfLibrary : IAccessIssuer
{
    private readonly IMachine _machine;
    private readonly int _vcpu;
    private Access _access;
    private Answer _answer;
    private int _exits;

    /// <summary>The library on one vCPU.</summary>
    public OvmfLibrary(IMachine machine, int vcpu) => (_machine, _vcpu) = (machine, vcpu);

    /// <summary>ReadLocalApicReg.</summary>
    /// <param name="offset">Offset of the register in the page.</param>
    public LibraryAccess Read(uint offset) => Reach(offset, isWrite: false, 0);

    /// <summary>WriteLocalApicReg.</summary>
    /// <param name="offset">Offset of the register in the page.</param>
    /// <param name="value">What to write.</param>
    public LibraryAccess Write(uint offset, uint value) => Reach(offset, isWrite: true, value);

    /// <inheritdoc/>
    Answer IAccessIssuer.Issue(int vcpu, in Access access)
    {
        (_access, _answer) = (access, _machine.Execute(vcpu, access));
        _exits += _answer.Exits;
        return _answer;
    }

    /// <summary>The looks of the library before an access, and what it makes of them.</summary>
    internal static LibraryForm FindForm(IAccessIssuer issuer, int vcpu)
    {
        Answer look = issuer.Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase));
        if (!look.Succeeded)
        {
            return LibraryForm.None;
        }

        return new ApicBase(look.Value).Mode switch
        {
            ApicMode.X2Apic => LibraryForm.Msr,
            ApicMode.XApic => issuer.Issue(vcpu, Access.ReadMsr(ApicMsr.ApicBase)).Succeeded ? LibraryForm.Memory : LibraryForm.None,
            _ => LibraryForm.Asserted,
        };
    }

    private LibraryAccess Reach(uint offset, bool isWrite, uint value)
    {
        _exits = 0;
        LibraryForm form = FindForm(this, _vcpu);
        if (form is LibraryForm.Msr or LibraryForm.Memory)
        {
            ((IAccessIssuer)this).Issue(_vcpu, Access.At(form == LibraryForm.Msr, isWrite, offset, value));
        }

        return new(form == LibraryForm.Asserted ? null : _access, _answer, _exits);
    }
}
