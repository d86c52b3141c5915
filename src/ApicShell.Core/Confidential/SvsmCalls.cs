using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Confidential;

/// <summary>
/// The one door for calls of a guest to its SVSM, and what it serves: the APIC protocol whole, of the core protocol the query for it. A call that is
/// known but not ours ends as any unknown one.
/// </summary>
internal static class SvsmCalls
{
    /// <summary>The only version of the APIC protocol.</summary>
    private const ulong Version = 1;

    /// <summary>RAX of the call that reads a register.</summary>
    private const ulong ReadRegister = ((ulong)SvsmProtocol.Apic << 32) | SvsmCall.ReadRegister;

    /// <summary>RAX of the call that writes one.</summary>
    private const ulong WriteRegister = ((ulong)SvsmProtocol.Apic << 32) | SvsmCall.WriteRegister;

    /// <summary>A call: the guest is left without anything that it was taking, the SVSM serves it, looks at what came, and the guest goes on.</summary>
    /// <param name="cpu">The vCPU, in its guest.</param>
    /// <param name="registers">RAX, RCX, RDX, R8.</param>
    /// <returns>How it ended; the exits are the call and those that it causes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Answer Call(SnpVcpu cpu, in SvsmRegisterSet registers)
    {
        ref SnpVcpuState state = ref cpu.State;
        int exits = cpu.Platform.ExitCount;
        state.InSvsm = 1;
        bool isServed = state.Emulates != 0 && state.Handler != VcHandler.Whole;
        Answer answer = isServed && registers.Rax == ReadRegister ? SvsmRegisters.Read(cpu, ref state, in cpu.Platform.Served(registers.Rcx))
            : isServed && registers.Rax == WriteRegister ? SvsmRegisters.Write(cpu, ref state, in cpu.Platform.Served(registers.Rcx), registers.Rdx)
            : Serve(cpu, registers.Rax, registers.Rcx, registers.Rdx);
        if (cpu.IsWatched)
        {
            Tell(cpu, registers.Rax, registers.Rcx, registers.Rdx, answer);
        }

        SvsmEntry.GoOn(cpu, ref state);
        return answer.Via(Route.SvsmCall, 1 + cpu.Platform.ExitCount - exits);
    }

    /// <summary>The call for a register of the APIC protocol.</summary>
    public static Answer Call(SnpVcpu cpu, Access msr) => Call(
        cpu, SvsmRegisterSet.Call(SvsmProtocol.Apic, msr.IsWrite ? SvsmCall.WriteRegister : SvsmCall.ReadRegister, msr.Address, msr.Value));

    // The registers one by one: as a set that is handed on they would be kept in memory by the way of a register too.

    /// <summary>Any call but that for a register of the protocol.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Answer Serve(SnpVcpu cpu, ulong rax, ulong rcx, ulong rdx) => Serve(cpu, new(rax, rcx, rdx));

    private static Answer Serve(SnpVcpu cpu, in SvsmRegisterSet registers) => registers.Protocol switch
    {
        SvsmProtocol.Apic when cpu.State.Emulates != 0 => ServeApic(cpu, registers),
        SvsmProtocol.Apic => SnpAnswer.Failed(SvsmResult.UnsupportedProtocol, SnpRule.SvsmNoEmulation),
        SvsmProtocol.Core => ServeCore(cpu, registers),
        _ => SnpAnswer.Failed(SvsmResult.UnsupportedProtocol, SnpRule.SvsmUnsupported),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tell(SnpVcpu cpu, ulong rax, ulong rcx, ulong rdx, Answer answer) => cpu.Tell(new Hop(
        SnpHop.SvsmCall, Vmpl.Guest, rax, 0, 0, rcx, rdx, (ulong)answer.SvsmResult, new SvsmRegisterSet(rax, rcx, rdx).After(answer).Rdx));

    private static Answer ServeCore(SnpVcpu cpu, in SvsmRegisterSet registers) =>
        registers.CallNumber != SvsmCall.QueryProtocol
            ? SnpAnswer.Failed(SvsmResult.UnsupportedCall, SnpRule.SvsmUnsupported)
            : SnpAnswer.Served(SnpRule.SvsmQueriesProtocol, (registers.Rcx >> 32, (uint)registers.Rcx) switch
            {
                (SvsmProtocol.Core, 1) => Range(1, 1),
                (SvsmProtocol.Apic, (uint)Version) when cpu.State.Emulates != 0 => Range(Version, Version),
                _ => 0,
            });

    private static ulong Range(ulong lowest, ulong highest) => (highest << 32) | lowest;

    private static Answer ServeApic(SnpVcpu cpu, in SvsmRegisterSet registers)
    {
        if (cpu.IsWhole && WholeCalls.Is(registers))
        {
            return WholeCalls.Serve(cpu, registers);
        }

        return registers.CallNumber switch
        {
            SvsmCall.QueryFeatures => SnpAnswer.Served(SnpRule.SvsmServes, 0),
            SvsmCall.Configure => Configure(cpu, registers.Rcx),
            SvsmCall.ConfigureVector => ConfigureVector(ref cpu.State.Svsm, registers.Rcx),
            _ => SnpAnswer.Failed(SvsmResult.UnsupportedCall, SnpRule.SvsmUnsupported),
        };
    }

    private static Answer Configure(SnpVcpu cpu, ulong operation)
    {
        switch (operation)
        {
            case 0:
                break;
            case 1:
                cpu.Platform.Registrations -= cpu.Platform.Registrations > 0 ? 1u : 0;
                break;
            case 2 when cpu.Platform.Registrations is 0 or uint.MaxValue:
                return SnpAnswer.Failed(SvsmResult.ApicCannotRegister, SnpRule.SvsmRegistration);
            case 2:
                cpu.Platform.Registrations++;
                return SnpAnswer.Served(SnpRule.SvsmRegistration);
            default:
                return SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmConfigureValue);
        }

        if (cpu.Platform.Registrations == 0)
        {
            SvsmHandOff.Disable(cpu);
        }

        return SnpAnswer.Served(SnpRule.SvsmRegistration);
    }

    private static Answer ConfigureVector(ref SvsmApicState apic, ulong configuration)
    {
        const ulong EnableBit = 1 << 8;
        const ulong AllVectorsBit = 1 << 9;
        if (configuration >> 10 != 0)
        {
            return SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.SvsmVectorReserved);
        }

        bool allowed = (configuration & EnableBit) != 0;
        if ((configuration & AllVectorsBit) != 0)
        {
            apic.AllowAll(allowed);
        }
        else
        {
            apic.Allow((byte)configuration, allowed);
        }

        return SnpAnswer.Served(SnpRule.SvsmVectorConfigured);
    }
}
