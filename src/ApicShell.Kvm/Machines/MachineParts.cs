using System;
using System.Collections.Generic;
using ApicShell.Kvm.Guest;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm.Machines;

/// <summary>What a machine is made of: the kernel's machine, its memory and its vCPUs, and how they are made.</summary>
internal sealed class MachineParts : IDisposable
{
    private const ulong IoApicPins = 24;
    private const uint X2Apic = 1u << 21;
    private const uint TscDeadline = 1u << 24;

    private readonly KvmOptions _options;
    private readonly KvmOffer _offer;
    private readonly MemoryMap _memory;
    private readonly MemoryMap _ram;

    public MachineParts(KvmDevice device, KvmOptions options)
    {
        (_options, _offer) = (options, device.Offer);
        Machine = device.CreateVm();
        try
        {
            // Memory first: once KVM has interrupt controllers, it waits for the readers of what they replaced, on Linux 6.18 for 10 ms. So that goes by
            // while the machine is used, and is looked for when memory is taken away again.
            _memory = GuestMemory.CreateFor(Machine);
            _ram = GuestMemory.CreateRamFor(Machine);
            Configure();
            AddVcpus(options.ApicIds);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public KvmHandle Machine { get; }

    public List<VcpuSlot> Vcpus { get; } = [];

    /// <summary>Makes vCPUs in their RESET state; all of them run.</summary>
    public void AddVcpus(IReadOnlyList<uint> apicIds)
    {
        int first = Vcpus.Count;
        foreach (uint id in apicIds)
        {
            Vcpus.Add(new VcpuSlot(new Vcpu(Machine, _memory, Vcpus.Count, id, _offer.RunPageSize, _options.Traits.PhysicalAddressBits)));
        }

        for (int index = first; index < Vcpus.Count; index++)
        {
            SetUp(Vcpus[index]);
        }

        if (!_options.LeavesLastUnmapped)
        {
            // KVM finds it once anything of an APIC was set: its own page does.
            VcpuSlot last = Vcpus[^1];
            last.Vcpu.SetPage(last.ResetPage);
        }
    }

    public void Dispose()
    {
        foreach (VcpuSlot slot in Vcpus)
        {
            slot.Dispose();
        }

        if (_memory is not null)
        {
            GuestMemory.Remove(Machine);
        }

        Machine.Dispose();
        _memory?.Dispose();
        _ram?.Dispose();
    }

    private void Configure()
    {
        if (_options.DisabledQuirks != 0)
        {
            Machine.Enable(KvmCapability.KVM_CAP_DISABLE_QUIRKS2, _options.DisabledQuirks);
        }

        if (_options.HasSplitIrqchip)
        {
            Machine.Enable(KvmCapability.KVM_CAP_SPLIT_IRQCHIP, IoApicPins);
        }
        else
        {
            Machine.Call(KvmCall.KVM_CREATE_IRQCHIP);
        }

        if (_options.X2ApicFlags != 0)
        {
            Machine.Enable(KvmCapability.KVM_CAP_X2APIC_API, _options.X2ApicFlags);
        }

        if (_options.BusCycleNanoseconds is { } nanoseconds)
        {
            Machine.Enable(KvmCapability.KVM_CAP_X86_APIC_BUS_CYCLES_NS, nanoseconds);
        }

        Machine.Call(KvmCall.KVM_SET_BOOT_CPU_ID, (nint)_options.BootstrapId);
    }

    private void SetUp(VcpuSlot slot)
    {
        Vcpu vcpu = slot.Vcpu;
        vcpu.SetCpuid(CpuidFor(vcpu.ApicId));
        vcpu.SetMpState(MpState.Runnable);
        vcpu.EnterLongMode();
        vcpu.GetPage(slot.ResetPage);
        slot.ResetBase = vcpu.ApicBase;
    }

    /// <summary>What the host offers, with the APIC of the machine's traits, and of one vendor wherever it runs.</summary>
    private CpuidTable CpuidFor(uint apicId)
    {
        var table = new CpuidTable(_offer.Cpuid);
        foreach (ref CpuidEntry entry in table.Entries)
        {
            switch (entry.Function)
            {
                case 0 or 0x8000_0000:
                    // AuthenticAMD: KVM does a few things otherwise where the guest is an Intel.
                    (entry.Ebx, entry.Edx, entry.Ecx) = (0x6874_7541, 0x6974_6E65, 0x444D_4163);
                    break;
                case 1:
                    entry.Ebx = (entry.Ebx & 0xFFFF) | ((uint)Vcpus.Count << 16) | (apicId << 24);
                    entry.Ecx = (entry.Ecx & ~(X2Apic | TscDeadline))
                        | (_options.Traits.OffersX2Apic ? X2Apic : 0) | (_options.Traits.OffersTscDeadline ? TscDeadline : 0);
                    break;
                case 0xB or 0x1F:
                    entry.Edx = apicId;
                    break;
                case 0x8000_0008:
                    entry.Eax = (entry.Eax & ~0xFFu) | (uint)_options.Traits.PhysicalAddressBits;
                    break;
                case 0x8000_001E:
                    entry.Eax = apicId;
                    break;
            }
        }

        return table;
    }
}
