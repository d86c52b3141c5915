using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>Machines whose SVSM emulates a whole local APIC, with one APIC for each VMPL in the hypervisor.</summary>
internal static class WholeMachines
{
    /// <summary>The page's address.</summary>
    public const ulong Base = 0xFEE00000;

    /// <summary>As it starts.</summary>
    public static Machine On(ApicMode kvm, params uint[] apicIds)
    {
        var machine = new Machine(new ApicTraits { ResetMode = kvm }, new SnpPlatform(ApicScope.PerVmpl), apicIds);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.EnableAlternateInjection(vcpu, VcHandler.Whole);
        }

        return machine;
    }

    /// <summary>As <see cref="On"/>, with the SVSM's own APIC set up, and the guest's on and interrupts enabled.</summary>
    public static Machine Ready(params uint[] apicIds)
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, apicIds);
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            machine.SetUpSvsmApic(vcpu);
            machine.EnableAlternateInjection(vcpu, VcHandler.Whole);
            machine.SetInterruptFlag(vcpu, true);
            machine.Execute(vcpu, Access.WriteMmio(0x0F0, 0x1FF));
        }

        return machine;
    }
}
