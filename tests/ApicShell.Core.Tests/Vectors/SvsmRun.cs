using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>Executes the steps of a program.</summary>
internal static class SvsmRun
{
    /// <summary>Level-triggered sources have vectors of their own, as devices have: those whose low three bits are 5.</summary>
    private const int LevelBits = 5;

    private const ulong NmiBits = 0x400;

    /// <summary>The MSRs that steps read, less 0x800.</summary>
    public static readonly byte[] Readable =
        [0x02, 0x08, 0x0A, 0x0D, .. Enumerable.Range(0x10, 24).Select(low => (byte)low), 0x30];

    /// <summary>The vector that a step with a value is about: of the one kind or the other, and of a host legal.</summary>
    public static byte VectorOf(SvsmStep step)
    {
        bool isLevel = step.Op == SvsmOp.HostLevel;
        int vector = step.Value;
        if (step.Op is SvsmOp.HostEdge or SvsmOp.HostLevel && vector < 16)
        {
            vector += 16;
        }

        bool wasLevel = (vector & 7) == LevelBits;
        return (byte)(isLevel ? (vector & ~7) | LevelBits : wasLevel ? vector - 1 : vector);
    }

    /// <summary>The notification's vector, of which nobody can tell whose it is where the SVSM and the guest share an APIC.</summary>
    public const byte SvsmNotification = 0x50;

    /// <summary>The value of ICR that a step writes.</summary>
    public static ulong IcrOf(SvsmStep step, int vcpuCount)
    {
        ulong low = VectorOf(step) | (step.Op == SvsmOp.NmiIpi ? NmiBits : 0);
        return low | step.Target switch
        {
            IpiTarget.First or IpiTarget.Second or IpiTarget.Third => (ulong)SvsmProgram.ApicIds[(int)step.Target % vcpuCount] << 32,
            IpiTarget.Nobody => 0x77UL << 32,
            IpiTarget.Broadcast => 0xFFFF_FFFFUL << 32,
            IpiTarget.LogicalBroadcast => (0xFFFF_FFFFUL << 32) | 0x800,
            IpiTarget.LogicalFirst => (0x1UL << 32) | 0x800,
            IpiTarget.LogicalSecond => (0x8UL << 32) | 0x800,
            IpiTarget.LogicalCluster => (0xFFFFUL << 32) | 0x800,
            IpiTarget.Self => 0x4_0000,
            IpiTarget.All => 0x8_0000,
            _ => 0xC_0000,
        };
    }

    /// <summary>Executes a step, accesses by the short way.</summary>
    public static SvsmAnswer Do(Machine machine, SvsmStep step)
    {
        SnpPlatform platform = machine.Platform();
        int vcpu = step.Vcpu % machine.VcpuCount;
        byte value = step.Value;
        switch (step.Op)
        {
            case SvsmOp.SelfIpi:
                return Write(machine, vcpu, 0x83F, VectorOf(step));
            case SvsmOp.Ipi or SvsmOp.NmiIpi:
                return Write(machine, vcpu, 0x830, IcrOf(step, machine.VcpuCount));
            case SvsmOp.Tpr:
                return Write(machine, vcpu, 0x808, value);
            case SvsmOp.Eoi:
                return Write(machine, vcpu, 0x80B, 0);
            case SvsmOp.EndLazily:
                return machine.TryLazyEoi(vcpu) ? new(1) : Write(machine, vcpu, 0x80B, 0);
            case SvsmOp.Read:
                return Access(machine, vcpu, false, 0x800u + value, 0);
            case SvsmOp.HostEdge or SvsmOp.HostLevel:
                return new(machine.SendTo(vcpu, new InterruptMessage(0, VectorOf(step), isLevel: step.Op == SvsmOp.HostLevel)) ? 1UL : 0);
            case SvsmOp.HostNmi:
                return new((ulong)machine.PostNmi(vcpu));
            case SvsmOp.Allow or SvsmOp.Refuse:
                return Call(machine, vcpu, SvsmCall.ConfigureVector, (step.Op == SvsmOp.Allow ? 0x100UL : 0) | value);
            case SvsmOp.AllowAll:
                return Call(machine, vcpu, SvsmCall.ConfigureVector, value != 0 ? 0x300UL : 0x200);
            case SvsmOp.Interrupts:
                machine.SetInterruptFlag(vcpu, value != 0);
                return default;
            case SvsmOp.Cr8:
                return new(machine.WriteCr8(vcpu, value & 0xFu) ? 1UL : 0);
            case SvsmOp.Shadow:
                machine.SetInterruptShadow(vcpu, value != 0);
                return default;
            case SvsmOp.Take:
                return new(0, machine.Take(vcpu));
            case SvsmOp.Intercept:
                return new(machine.InterceptTake(vcpu).Value);
            case SvsmOp.Exit:
                machine.ExitGuest(vcpu);
                return default;
            case SvsmOp.ExitException:
                machine.ExitGuest(vcpu, new EventInjection(InjectedEventType.Exception, value));
                return default;
            case SvsmOp.ExitSoftware:
                machine.ExitGuest(vcpu, new EventInjection(InjectedEventType.Software, value));
                return default;
            case SvsmOp.Enter:
                machine.EnterGuest(vcpu);
                return default;
            case SvsmOp.Pause:
                machine.SetPaused(vcpu, value != 0);
                return default;
            case SvsmOp.Configure:
                return Call(machine, vcpu, SvsmCall.Configure, value);
            default:
                if (!platform.IsAlternateInjectionEnabled(vcpu))
                {
                    machine.EnableAlternateInjection(vcpu, VcHandler.Proposal, platform.Options);
                }

                return default;
        }
    }

    private static SvsmAnswer Write(Machine machine, int vcpu, uint msr, ulong value) => Access(machine, vcpu, true, msr, value);

    private static SvsmAnswer Access(Machine machine, int vcpu, bool isWrite, uint msr, ulong value)
    {
        Answer result = isWrite ? machine.WriteMsr(vcpu, msr, value) : machine.ReadMsr(vcpu, msr);
        return new(result.Value, Rule: result.Rule, Succeeded: result.Succeeded);
    }

    private static SvsmAnswer Call(Machine machine, int vcpu, uint call, ulong rcx)
    {
        SvsmRegisterSet result = machine.CallSvsm(vcpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, call, rcx));
        return new(result.Rax, Succeeded: result.Result == SvsmResult.Success);
    }
}

/// <summary>What a step gave.</summary>
/// <param name="Value">What was read or returned.</param>
/// <param name="Taken">What the vCPU took.</param>
/// <param name="Rule">The rule of an access.</param>
/// <param name="Succeeded">Whether an access or call did.</param>
internal readonly record struct SvsmAnswer(ulong Value = 0, TakenInterrupt Taken = default, RuleId Rule = RuleId.None, bool Succeeded = true);
