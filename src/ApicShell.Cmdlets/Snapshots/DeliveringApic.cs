using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>
/// The APIC that hands a vCPU its interrupts, at one moment: the SVSM's while Alternate Injection is on, as the guest's next read finds it; else the
/// local one. Its machine is locked meanwhile.
/// </summary>
internal readonly struct DeliveringApic
{
    public DeliveringApic(ApicVcpu vcpu)
    {
        IMachine machine = vcpu.Machine.Core;
        TaskPriority = (byte)(machine.ReadCr8(vcpu.Index) << 4);
        if (vcpu.Machine.Snp is { } platform && platform.IsAlternateInjectionEnabled(vcpu.Index))
        {
            SvsmApicState apic = platform.SettledSvsmOf(vcpu.Index);
            Requested = new(word => apic.Irr(word));
            InService = new(word => apic.Isr(word));
            LevelTriggered = new(word => apic.Tmr(word));
            Waiting = WaitingOf(apic, platform.DoorbellOf(vcpu.Index).Guest);
            HighestInService = apic.HighestService;
            ProcessorPriority = (byte)(platform.PeekSvsm(vcpu.Index, ApicRegister.Ppr) ?? 0);
            return;
        }

        LocalApicState local = machine.StateOf(vcpu.Index, AccessOrigin.Guest);
        Requested = new(local, ApicRegister.Irr0);
        InService = new(local, ApicRegister.Isr0);
        LevelTriggered = new(local, ApicRegister.Tmr0);
        Waiting = new(_ => 0);
        HighestInService = vcpu.Machine.Snp is { Injection: SnpInjection.Restricted } restricted
            ? HighestServed(InService, restricted.DoorbellOf(vcpu.Index).Vector)
            : local.HighestInService;
        ProcessorPriority = (byte)local.ProcessorPriority;
        TaskPriority = (byte)local[ApicRegister.Tpr];
    }

    /// <summary>IRR.</summary>
    public ApicVectorSet Requested { get; }

    /// <summary>ISR.</summary>
    public ApicVectorSet InService { get; }

    /// <summary>TMR.</summary>
    public ApicVectorSet LevelTriggered { get; }

    /// <summary>What the SVSM finds when it looks next: posted by other vCPUs, or by the hypervisor in the doorbell page.</summary>
    public ApicVectorSet Waiting { get; }

    /// <summary>The vector being served, or -1.</summary>
    public int HighestInService { get; }

    /// <summary>TPR.</summary>
    public byte TaskPriority { get; }

    /// <summary>PPR.</summary>
    public byte ProcessorPriority { get; }

    /// <summary>
    /// The vector being served. Under Restricted Injection the hypervisor has taken into service what it has put into the doorbell page, where the guest may not
    /// have taken it yet.
    /// </summary>
    private static int HighestServed(ApicVectorSet inService, byte presented) =>
        inService.Where(vector => vector != presented).Select(vector => (int)vector).DefaultIfEmpty(-1).Max();

    private static ApicVectorSet WaitingOf(SvsmApicState apic, DoorbellDescriptor page) => new(word =>
        apic.Posted(word)
        | (word > 0 ? page.Irr(word) : page.Status & DoorbellDescriptor.Vector31Bit)
        | (page.Vector != 0 && page.Vector >> 5 == word ? 1u << (page.Vector & 31) : 0));
}
