using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>The accesses of a guest that tests make most.</summary>
internal static class ShortAccesses
{
    public static Answer ReadMsr(this IMachine machine, int vcpu, uint msr) => machine.Execute(vcpu, Access.ReadMsr(msr));

    public static Answer WriteMsr(this IMachine machine, int vcpu, uint msr, ulong value) => machine.Execute(vcpu, Access.WriteMsr(msr, value));

    public static Answer ReadMmio(this IMachine machine, int vcpu, uint offset) => machine.Execute(vcpu, Access.ReadMmio(offset));

    /// <summary>Deregisters once, as a guest does on each vCPU.</summary>
    /// <returns>Whether Alternate Injection is off now.</returns>
    public static bool DisableAlternateInjection(this Machine machine, int vcpu)
    {
        machine.CallSvsm(vcpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.Configure, rcx: 1));
        return !machine.Platform().IsAlternateInjectionEnabled(vcpu);
    }

    public static Answer WriteMmio(this IMachine machine, int vcpu, uint offset, uint value) => machine.Execute(vcpu, Access.WriteMmio(offset, value));
}
