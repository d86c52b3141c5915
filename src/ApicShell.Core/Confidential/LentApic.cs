using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// A local APIC of each vCPU that the SVSM keeps and lends the guest: its timer, where the SVSM has timer support, or every register that the
/// delivery engine does not have, where it emulates the APIC whole. Whatever is accepted there goes to the engine's IRR at once.
/// </summary>
internal static class LentApic
{
    public static ApicPlane Plane(Machine machine) => machine.PlaneAt(machine.Platform.ApicsPerVcpu - 1);

    /// <summary>
    /// Makes a vCPU's ready for its guest: whole it is as KVM's is after RESET, in xAPIC mode whatever the hypervisor's has been put in; for the timer
    /// alone it is on, and in x2APIC mode.
    /// </summary>
    public static void Begin(SnpPlatform platform, Machine machine, int vcpu)
    {
        ApicPlane plane = Plane(machine);
        plane.Reset(vcpu);
        SetMode(plane, vcpu, platform.IsWhole(vcpu) ? ApicMode.XApic : ApicMode.X2Apic);
        AfterInit(platform, machine, vcpu);
        platform.At(vcpu).ApicOff = 0;
    }

    /// <summary>After RESET or INIT of it: where it is there for the timer alone, it is on.</summary>
    public static void AfterInit(SnpPlatform platform, Machine machine, int vcpu)
    {
        const uint SoftwareEnabled = 0x1FF;
        if (!platform.IsWhole(vcpu))
        {
            ApicPlane plane = Plane(machine);
            ref LocalApicState apic = ref plane.Apics[vcpu];
            plane.Map.Leave(vcpu, apic);
            apic[ApicRegister.Svr] = SoftwareEnabled;
            plane.Join(vcpu);
        }
    }

    /// <summary>Whether the APIC takes an interrupt of a type now: it is on by APIC_BASE, for all but NMIs by SVR too (KVM lapic.c).</summary>
    public static bool Accepts(Machine machine, int vcpu, DeliveryMode mode)
    {
        ref LocalApicState apic = ref Plane(machine).Apics[vcpu];
        return apic.IsEnabled && (mode == DeliveryMode.Nmi || apic.IsSoftwareEnabled);
    }

    private static void SetMode(ApicPlane plane, int vcpu, ApicMode mode)
    {
        ref LocalApicState apic = ref plane.Apics[vcpu];
        ApicMode before = apic.Mode;
        if (before != mode)
        {
            plane.Map.Leave(vcpu, apic);
            apic.ApicBase = new ApicBase(apic.ApicBase).WithMode(mode).Value;
            ModeChange.Of(plane.Traits.Model).Apply(ref apic, plane.Profile, before, mode);
            apic[ApicRegister.Ldr] = mode == ApicMode.X2Apic ? apic[ApicRegister.Ldr] : 0;
            plane.Join(vcpu);
        }
    }
}
