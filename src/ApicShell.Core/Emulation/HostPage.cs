using System;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>A local APIC read from the page that KVM_GET_LAPIC gives, where the machine is no emulator.</summary>
public static class HostPage
{
    /// <summary>Bytes of the page that the host gets.</summary>
    public const int Size = 0x400;

    /// <summary>The state that the page shows. What KVM keeps beside it, as an interrupt of the timer that is held back, is not in it.</summary>
    /// <param name="page">The page, <see cref="Size"/> bytes.</param>
    /// <param name="apicBase">APIC_BASE.</param>
    /// <param name="initialId">The APIC ID the vCPU was made with.</param>
    /// <param name="deadline">IA32_TSC_DEADLINE.</param>
    public static LocalApicState Read(byte[] page, ulong apicBase, uint initialId, ulong deadline)
    {
        var apic = new LocalApicState { ApicBase = apicBase, InitialId = initialId, TscDeadline = deadline };
        foreach (RegisterSpec spec in RegisterCatalogue.All)
        {
            if (spec.Offset is >= 0 and < Size && spec.ExistsIn(ApicModel.Kvm))
            {
                apic[spec.Register] = BitConverter.ToUInt32(page, spec.Offset);
            }
        }

        if (apic.IsX2Apic)
        {
            (apic[ApicRegister.Id], apic.IcrDestination) = (initialId, apic[ApicRegister.Icr2]);
        }

        apic.RefreshSummaries();
        return apic;
    }
}
