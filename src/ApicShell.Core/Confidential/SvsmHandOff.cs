using ApicShell.Architecture;
using ApicShell.Compatibility;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>Who emulates a vCPU's APIC changes: from the hypervisor to the SVSM and back, with all that waits or is in service.</summary>
internal static class SvsmHandOff
{
    /// <summary>
    /// The SVSM begins: the VMSA is made for Alternate Injection, and the hypervisor told by which vector to call (coconut-svsm cpu/percpu.rs,
    /// alloc_guest_vmsa). What the hypervisor's APIC holds comes along; no source has that, since a real VMSA is made before the guest runs.
    /// </summary>
    public static void Enable(SnpVcpu cpu, InjectionOptions options)
    {
        ref SnpVcpuState state = ref cpu.State;
        (state.Svsm, state.CallingArea, state.Doorbell) = (default, default, default);
        state.Emulates = (byte)((options & InjectionOptions.WithoutApic) != 0 ? 0 : 1);
        state.Vmsa = new()
        {
            Features = state.Vmsa.Features | SevFeatures.AlternateInjection,
            InterruptControl = new((options & InjectionOptions.WithoutVgif) != 0 ? 0 : VirtualInterruptControl.GifBit),
        };
        if ((options & InjectionOptions.AllVectorsAllowed) != 0)
        {
            state.Svsm.AllowAll(true);
        }

        if (state.Emulates != 0 && (options & InjectionOptions.NewVmsa) == 0)
        {
            TakeOver(cpu);
        }

        cpu.ExitOfSvsm(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, SnpPlatform.SvsmDoorbellBase + ((ulong)cpu.Index << 12));
        cpu.ExitOfSvsm(GhcbExitCode.ConfigureInjection, SvsmIpi.NotificationVector);
        LentApic.Begin(cpu);
        SvsmEntry.Enter(cpu);
    }

    /// <summary>The SVSM ends: what it holds goes into the doorbell page, and the hypervisor takes it from there (coconut-svsm cpu/apic.rs).</summary>
    public static void Disable(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        SvsmDelivery.Rewind(cpu, ref state);
        if (state.Svsm.HasPosted && !cpu.Has(SvsmBehavior.PostedIpisNotHandedOff))
        {
            state.Svsm.TakeInPosted();
        }

        if (state.Vmsa.EventInjection is { IsValid: true, Type: InjectedEventType.Nmi })
        {
            (state.Vmsa.EventInjection, state.Svsm.Nmi) = (default, 1);
        }

        WriteDescriptor(cpu);
        state.CallingArea.NoEoiRequired = 0;
        state.Vmsa.Features &= ~SevFeatures.AlternateInjection;
        VirtualInterruptControl control = state.Vmsa.InterruptControl;
        ulong info1 = ((ulong)Vmpl.Guest << 16) | ((ulong)control.TaskPriority << 12)
            | (control.InterruptShadow ? 2UL : 0) | cpu.Cpu.InterruptFlag;
        cpu.ExitOfSvsm(GhcbExitCode.DisableAlternateInjection, info1);
        if (!cpu.Has(SvsmBehavior.ServesAfterDisable))
        {
            (state.Emulates, state.Svsm) = (0, default);
            cpu.LentPlane.Reset(cpu.Index);
        }

        cpu.Tell(new Hop(SnpHop.InjectionOff, Vmpl.Svsm));
    }

    /// <summary>What the SVSM holds, into the guest's descriptor: edge-triggered vectors as many, what is in service, an NMI.</summary>
    internal static void WriteDescriptor(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        ref SvsmApicState apic = ref state.Svsm;
        ref DoorbellDescriptor descriptor = ref state.Doorbell.Guest;
        descriptor.Status |= DoorbellDescriptor.MultipleBit | (apic.Nmi != 0 ? DoorbellDescriptor.NmiBit : 0);

        // The hypervisor does not look at a single vector beside many, but for a level-triggered one.
        if (descriptor.Vector >= 31 && (descriptor.Status & DoorbellDescriptor.LevelBit) == 0)
        {
            apic.Request(descriptor.Vector);
        }

        bool vector31 = apic.Irr(0) >> 31 != 0 && !cpu.Has(SvsmBehavior.Vector31NotHandedOff);
        descriptor.Status |= vector31 ? DoorbellDescriptor.Vector31Bit : 0;
        for (int word = 0; word < 8; word++)
        {
            if (word > 0)
            {
                descriptor.OrIrr(word, apic.Irr(word));
            }

            descriptor.SetIsr(word, apic.Isr(word));
        }

        for (uint bits = apic.Irr(0) & 0x7FFF_FFFF; bits != 0; bits &= bits - 1)
        {
            cpu.Tell(InterruptEventKind.Refused, (byte)Bits.Lowest(bits), DeliveryMode.Fixed, SnpRule.SvsmHandOffNoPlace);
        }
    }

    private static void TakeOver(SnpVcpu cpu)
    {
        ref SnpVcpuState state = ref cpu.State;
        ref LocalApicState apic = ref cpu.HostApic;
        state.Vmsa.InterruptControl = state.Vmsa.InterruptControl.WithTaskPriority((byte)(apic[ApicRegister.Tpr] >> 4));
        (state.Svsm.Nmi, state.Svsm.UpdateRequired) = ((byte)(cpu.Cpu.PendingNmi != 0 ? 1 : 0), 1);
        cpu.Cpu.PendingNmi = 0;
        for (int vector = 0; vector < 256; vector++)
        {
            TakeOver(cpu, (byte)vector, ref apic);
        }
    }

    private static void TakeOver(SnpVcpu cpu, byte vector, ref LocalApicState apic)
    {
        ref SvsmApicState svsm = ref cpu.State.Svsm;
        bool isLevel = apic.Has(ApicRegister.Tmr0, vector);
        if (apic.Has(ApicRegister.Isr0, vector))
        {
            apic.EndService(vector);

            // The stack has room for one a class, which is all that hardware nests.
            if (svsm.ServiceClass < vector >> 4)
            {
                svsm.StartService(vector);
                svsm.SetLevel(vector, isLevel);
                svsm.SetHostLevel(vector, isLevel);
            }
        }

        if (apic.Has(ApicRegister.Irr0, vector) && !HypervisorDelivery.IsNotification(cpu, vector))
        {
            apic.Withdraw(vector);
            SvsmDelivery.Accept(cpu, vector, SnpRule.SvsmTakenOver, isLevel);
        }
    }
}
