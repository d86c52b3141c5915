using ApicShell.Architecture;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>
/// The write that ends an interrupt, the way the vCPU's mode wants it: by MSR in x2APIC mode, else to the page. For an SVSM's APIC, which as a
/// rule has no mode, it is the MSR.
/// </summary>
internal static class EoiWrite
{
    /// <summary>EOI: the highest vector in service ends.</summary>
    public static Access Of(ApicVcpu vcpu) => Write(vcpu, ApicRegister.Eoi, 0);

    /// <summary>AMD's specific EOI: this vector ends.</summary>
    public static Access Of(ApicVcpu vcpu, byte vector) => Write(vcpu, ApicRegister.SpecificEoi, vector);

    private static Access Write(ApicVcpu vcpu, ApicRegister register, uint value)
    {
        RegisterSpec spec = RegisterCatalogue.Find(register)!;
        if (spec.XApicAccess(vcpu.Machine.Model) == RegisterAccess.None)
        {
            throw ApicErrors.RegisterNotInModel(vcpu.Machine, register);
        }

        return vcpu.ModeFor(register) switch
        {
            ApicMode.X2Apic => Access.WriteMsr(spec.Msr, value),
            ApicMode.XApic => Access.WriteMmio((uint)spec.Offset, value),
            _ => throw ApicErrors.ApicOff(vcpu, register.ToString()),
        };
    }
}
