using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// A local APIC of each vCPU that the SVSM keeps and lends the guest: its timer, where the SVSM has timer support, or every register that the
/// delivery engine does not have, where it emulates the APIC whole. Whatever is accepted there goes to the engine's IRR at once.
/// </summary>
internal static class LentApic
{
    /// <summary>
    /// Makes a vCPU's ready for its guest: whole it is as KVM's is after RESET, in xAPIC mode whatever the hypervisor's has been put in; for the timer
    /// alone it is on, and in x2APIC mode.
    /// </summary>
    public static void Begin(SnpVcpu cpu)
    {
        cpu.LentPlane.Reset(cpu.Index);
        SetMode(cpu, cpu.IsWhole ? ApicMode.XApic : ApicMode.X2Apic);
        AfterInit(cpu);
        cpu.State.ApicOff = 0;
    }

    /// <summary>After RESET or INIT of it: where it is there for the timer alone, it is on.</summary>
    public static void AfterInit(SnpVcpu cpu)
    {
        if (!cpu.IsWhole)
        {
            ApicPlane plane = cpu.LentPlane;
            ref LocalApicState apic = ref plane.Apics[cpu.Index];
            plane.Map.Leave(cpu.Index, apic);
            apic[ApicRegister.Svr] = SpuriousVector.EnabledAtVector255;
            plane.Join(cpu.Index);
        }
    }

    /// <summary>Whether the APIC takes an interrupt of a type now: it is on by APIC_BASE, for all but NMIs by SVR too (KVM lapic.c).</summary>
    public static bool Accepts(SnpVcpu cpu, DeliveryMode mode)
    {
        ref LocalApicState apic = ref cpu.LentApic;
        return apic.IsEnabled && (mode == DeliveryMode.Nmi || apic.IsSoftwareEnabled);
    }

    private static void SetMode(SnpVcpu cpu, ApicMode mode)
    {
        ApicPlane plane = cpu.LentPlane;
        ref LocalApicState apic = ref plane.Apics[cpu.Index];
        ApicMode before = apic.Mode;
        if (before != mode)
        {
            plane.Map.Leave(cpu.Index, apic);
            apic.ApicBase = new ApicBase(apic.ApicBase).WithMode(mode).Value;
            ModeChange.Of(plane.Traits.Model).Apply(ref apic, plane.Profile, before, mode);
            apic[ApicRegister.Ldr] = mode == ApicMode.X2Apic ? apic[ApicRegister.Ldr] : 0;
            plane.Join(cpu.Index);
        }
    }
}
