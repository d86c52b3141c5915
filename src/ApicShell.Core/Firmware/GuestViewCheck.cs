using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>
/// Whether guest, SVSM and hypervisor mean the same: what a guest knows of its APIC is held against whoever decides by it now. The task priority is
/// decided by who delivers interrupts, a register by who serves the guest's accesses to it, the mode by who answers RDMSR of APIC_BASE.
/// </summary>
public static class GuestViewCheck
{
    private const uint SvrBits = SpuriousVector.EnableBit | SpuriousVector.VectorMask;
    private const uint TimerBits = LvtEntry.TimerModeMask | LvtEntry.VectorMask;

    /// <summary>In what the guest of a vCPU and whoever decides differ.</summary>
    public static GuestViewKinds Differing(StepRunner runner, int vcpu)
    {
        ref GuestMemory guest = ref runner.GuestOf(vcpu);
        IMachine machine = runner.Machine;
        SnpPlatform? platform = runner.Snp;
        GuestViewKinds known = guest.Known;
        GuestViewKinds differing = GuestViewKinds.None;
        if ((known & GuestViewKinds.Mode) != 0 && guest.Mode != ModeOf(machine, platform, vcpu))
        {
            differing |= GuestViewKinds.Mode;
        }

        if ((known & GuestViewKinds.Tpr) != 0 && ((guest.Tpr >> 4) & 0xF) != machine.ReadCr8(vcpu))
        {
            differing |= GuestViewKinds.Tpr;
        }

        if ((known & GuestViewKinds.Svr) != 0 && ((guest.Svr ^ Served(machine, platform, vcpu, ApicRegister.Svr)) & SvrBits) != 0)
        {
            differing |= GuestViewKinds.Svr;
        }

        if ((known & GuestViewKinds.Timer) != 0)
        {
            // A disabled APIC keeps its entries masked, whatever was written.
            bool enabled = (known & GuestViewKinds.Svr) == 0 || new SpuriousVector(guest.Svr).IsEnabled;
            var timer = new LvtEntry(guest.LvtTimer);
            uint compared = TimerBits | (enabled && timer.IsMasked ? LvtEntry.MaskBit : 0);
            if (((guest.LvtTimer ^ Served(machine, platform, vcpu, ApicRegister.LvtTimer)) & compared) != 0)
            {
                differing |= GuestViewKinds.Timer;
            }
        }

        // In TSC-deadline mode a write of the count is dropped, and a step to it clears the count.
        if ((known & GuestViewKinds.TimerCount) != 0 && (guest.LvtTimer & LvtEntry.DeadlineBit) == 0
            && guest.TimerInitial != (uint)Served(machine, platform, vcpu, ApicRegister.TimerInitial))
        {
            differing |= GuestViewKinds.TimerCount;
        }

        // In x2APIC mode the logical ID follows from the ID; in xAPIC mode it is what software wrote.
        if ((known & GuestViewKinds.Ldr) != 0 && guest.Mode == ApicMode.X2Apic && guest.Ldr != LogicalId.OfX2Apic(machine.InitialApicId(vcpu)).Value)
        {
            differing |= GuestViewKinds.Ldr;
        }

        if (!ServiceAgrees(ref guest, machine, platform, vcpu))
        {
            differing |= GuestViewKinds.Service;
        }

        return differing;
    }

    /// <summary>
    /// Whether the SVSM and the hypervisor differ about the mode: the SVSM's protocol has the forms of x2APIC mode only, unless it emulates the whole APIC.
    /// </summary>
    public static bool SvsmKnowsAnotherMode(IMachine machine, int vcpu) =>
        machine.Snp() is { } platform && platform.IsAlternateInjectionEnabled(vcpu)
        && !platform.IsWhole(vcpu) && ModeOf(machine, platform, vcpu) != ApicMode.X2Apic;

    /// <summary>The mode that a guest finds when it looks.</summary>
    public static ApicMode ModeOf(IMachine machine, int vcpu) => ModeOf(machine, machine.Snp(), vcpu);

    /// <summary>What the one who serves a register holds.</summary>
    public static ulong Served(IMachine machine, int vcpu, ApicRegister register) => Served(machine, machine.Snp(), vcpu, register);

    /// <summary>The newest vector in service with the one who delivers interrupts, or -1.</summary>
    public static int HighestInService(IMachine machine, int vcpu) =>
        machine.Snp() is { Injection: SnpInjection.Alternate } platform && platform.IsAlternateInjectionEnabled(vcpu)
            ? platform.SettledSvsmOf(vcpu).HighestService
            : machine.StateOf(vcpu, AccessOrigin.Guest).HighestInService;

    /// <summary>The vectors in service with the one who delivers interrupts, lowest first.</summary>
    internal static IEnumerable<byte> InService(IMachine machine, int vcpu)
    {
        if (machine.Snp() is { Injection: SnpInjection.Alternate } platform && platform.IsAlternateInjectionEnabled(vcpu))
        {
            SvsmApicState settled = platform.SettledSvsmOf(vcpu);
            for (int i = 0; i < settled.ServiceCount; i++)
            {
                yield return settled.Service(i);
            }

            yield break;
        }

        LocalApicState apic = machine.StateOf(vcpu, AccessOrigin.Guest);
        for (int vector = 0; vector < 256; vector++)
        {
            if ((apic[ApicRegister.Isr0 + (byte)(vector >> 5)] >> (vector & 31) & 1) != 0)
            {
                yield return (byte)vector;
            }
        }
    }

    private static ApicMode ModeOf(IMachine machine, SnpPlatform? platform, int vcpu) =>
        new ApicBase(Served(machine, platform, vcpu, ApicRegister.ApicBase)).Mode;

    private static ulong Served(IMachine machine, SnpPlatform? platform, int vcpu, ApicRegister register) =>
        platform is not null && platform.OwnerOf(vcpu, register) == Responder.Svsm
            ? platform.PeekSvsm(vcpu, register) ?? machine.Peek(vcpu, register)
            : machine.Peek(vcpu, register);

    private static bool ServiceAgrees(ref GuestMemory guest, IMachine machine, SnpPlatform? platform, int vcpu)
    {
        if (platform is { Injection: SnpInjection.Restricted })
        {
            return true;
        }

        if (platform?.IsAlternateInjectionEnabled(vcpu) != true)
        {
            LocalApicState apic = machine.StateOf(vcpu, AccessOrigin.Guest);
            int count = 0;
            for (ApicRegister word = ApicRegister.Isr0; word <= ApicRegister.Isr7; word++)
            {
                count += Compatibility.Bits.Count(apic[word]);
            }

            return count == guest.ServiceCount && apic.HighestInService == guest.Newest;
        }

        SvsmApicState settled = platform.SettledSvsmOf(vcpu);
        if (settled.ServiceCount != guest.ServiceCount)
        {
            return false;
        }

        for (int i = 0; i < settled.ServiceCount; i++)
        {
            if (settled.Service(i) != guest.Service(i))
            {
                return false;
            }
        }

        return true;
    }
}
