using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Kvm.Machines;

/// <summary>Who got what a command sent: the kernel does not tell, so what is requested is compared before and after.</summary>
internal sealed class DeliveryWatch
{
    private const int FirstRequest = 0x200;
    private const int RegisterSpacing = 0x10;
    private const int VectorCount = 256;

    private readonly byte[] _page = new byte[HostPage.Size];
    private readonly (byte[] Page, int Nmis)[] _before;

    public DeliveryWatch(IReadOnlyList<VcpuSlot> vcpus)
    {
        _before = new (byte[], int)[vcpus.Count];
        for (int vcpu = 0; vcpu < vcpus.Count; vcpu++)
        {
            _before[vcpu] = (new byte[HostPage.Size], vcpus[vcpu].Vcpu.GetEvents().NmiPending);
            vcpus[vcpu].Vcpu.GetPage(_before[vcpu].Page);
        }
    }

    /// <summary>Tells what is requested now and was not.</summary>
    public void Tell(IReadOnlyList<VcpuSlot> vcpus, List<InterruptEvent> events)
    {
        for (int vcpu = 0; vcpu < _before.Length; vcpu++)
        {
            vcpus[vcpu].Vcpu.GetPage(_page);
            for (int vector = 0; vector < VectorCount; vector++)
            {
                if (IsRequested(_page, vector) && !IsRequested(_before[vcpu].Page, vector))
                {
                    events.Add(new(InterruptEventKind.Accepted, vcpu, (byte)vector, DeliveryMode.Fixed, RuleId.KernelAnswered));
                }
            }

            if (vcpus[vcpu].Vcpu.GetEvents().NmiPending > _before[vcpu].Nmis)
            {
                events.Add(new(InterruptEventKind.Accepted, vcpu, 0, DeliveryMode.Nmi, RuleId.KernelAnswered));
            }
        }
    }

    private static bool IsRequested(byte[] page, int vector) =>
        (BitConverter.ToUInt32(page, FirstRequest + ((vector >> 5) * RegisterSpacing)) & (1u << (vector & 31))) != 0;
}
