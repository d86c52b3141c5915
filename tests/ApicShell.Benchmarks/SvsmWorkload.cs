using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Benchmarks;

/// <summary>The workloads of an SNP guest under Alternate Injection: what they do natively, by calls to the SVSM, handler Proposal.</summary>
internal abstract class SvsmWorkload : Workload
{
    private readonly Machine _machine;

    private SvsmWorkload(int vcpus)
    {
        _machine = new(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.Shared), vcpus == 1 ? [0] : [0, 1]) { Observer = Watcher() };
        for (int vcpu = 0; vcpu < vcpus; vcpu++)
        {
            Check(_machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm)).Succeeded);
            _machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            _machine.SetInterruptFlag(vcpu, true);
        }
    }

    /// <summary>W1s: a TPR write and a PPR read.</summary>
    internal sealed class TaskPriority() : SvsmWorkload(1)
    {
        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong seen = 0;
            for (long i = 0; i < count; i++)
            {
                machine.Do(MachineCommand.WriteMsr(0, 0x808, (ulong)(i & 15) << 4));
                seen ^= machine.Do(MachineCommand.ReadMsr(0, 0x80A)).Value;
            }

            Check(seen < 0x100);
        }
    }

    /// <summary>W2s, W2l: self-IPI, injection, taken by the guest, and EOI: by a call, or left out.</summary>
    internal sealed class SelfIpi(bool lazy) : SvsmWorkload(1)
    {
        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong next = FirstVector;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                machine.Do(MachineCommand.WriteMsr(0, 0x83F, vector));
                Check(VectorOf(machine.Do(MachineCommand.Take(0))) == vector);
                if (!lazy || !machine.Do(new(SnpCommands.LazyEoi, 0)).Succeeded)
                {
                    Check(!lazy && machine.Do(MachineCommand.WriteMsr(0, 0x80B, 0)).Succeeded);
                }
            }
        }
    }

    /// <summary>W3s: an IPI to the other vCPU, with the notification by the host, taken there and ended by a call.</summary>
    internal sealed class PhysicalIpi() : SvsmWorkload(2)
    {
        public override void Run(long count)
        {
            Machine machine = _machine;
            ulong next = FirstVector;
            for (long i = 0; i < count; i++)
            {
                ulong vector = NextVector(ref next);
                machine.Do(MachineCommand.WriteMsr(0, 0x830, 0x1_0000_0000 | vector));
                Check(VectorOf(machine.Do(MachineCommand.Take(1))) == vector);
                Check(machine.Do(MachineCommand.WriteMsr(1, 0x80B, 0)).Succeeded);
            }
        }
    }
}
