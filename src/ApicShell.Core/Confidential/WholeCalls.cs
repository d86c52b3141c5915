using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// The calls of an SVSM that emulates a whole local APIC: those of the protocol for MSRs, with numbers that the protocol does not serve, and two for
/// the page that it does not have.
/// </summary>
internal static class WholeCalls
{
    private const int SizeShift = 16;

    /// <summary>Bits of RCX that a page call may use: offset and size.</summary>
    private const ulong PageBits = 0xFFF | (0xFUL << SizeShift);

    /// <summary>The registers of the call for an access.</summary>
    public static SvsmRegisterSet Of(Access access) => access.Kind == AccessKind.Msr
        ? SvsmRegisterSet.Call(SvsmProtocol.Apic, access.IsWrite ? SvsmCall.WriteRegister : SvsmCall.ReadRegister, access.Address, access.Value)
        : SvsmRegisterSet.Call(
            SvsmProtocol.Apic, access.IsWrite ? SvsmCall.WritePage : SvsmCall.ReadPage, access.Address | ((ulong)access.Size << SizeShift), access.Value);

    /// <summary>Whether a call is one for a register; any other ends as the protocol says.</summary>
    public static bool Is(in SvsmRegisterSet registers) => registers.CallNumber is >= SvsmCall.ReadRegister and <= SvsmCall.WriteRegister || IsPage(registers);

    /// <summary>A call for a register. A guest's #GP(0) is a wrong parameter; whatever else an access may end in, the call has served it.</summary>
    public static Answer Serve(SnpVcpu cpu, in SvsmRegisterSet registers)
    {
        bool isPage = IsPage(registers);
        if (!TryFind(registers, isPage, out Access access))
        {
            return isPage
                ? SnpAnswer.Failed(SvsmResult.InvalidParameter, SnpRule.WholePageCall)
                : SnpAnswer.Failed(SvsmResult.InvalidAddress, SnpRule.SvsmInvalidAddress);
        }

        Answer answer = WholeApic.Execute(cpu, access);
        answer = answer.Responder == Responder.LocalApic ? answer.From(Responder.Svsm) : answer;
        return answer.Outcome == Outcome.Fault ? answer.With((byte)SnpFailure.SvsmCall, (uint)SvsmResult.InvalidParameter) : answer;
    }

    private static bool IsPage(in SvsmRegisterSet registers) => registers.CallNumber is SvsmCall.ReadPage or SvsmCall.WritePage;

    private static bool TryFind(in SvsmRegisterSet registers, bool isPage, out Access access)
    {
        bool isWrite = registers.CallNumber is SvsmCall.WriteRegister or SvsmCall.WritePage;
        ulong value = isWrite ? registers.Rdx : 0;
        byte size = isPage ? (byte)((registers.Rcx >> SizeShift) & 0xF) : (byte)8;
        access = isPage
            ? new(AccessKind.Mmio, isWrite, (uint)registers.Rcx & 0xFFF, value, size, AccessOrigin.Guest)
            : new(AccessKind.Msr, isWrite, (uint)registers.Rcx, value, size, AccessOrigin.Guest);
        return isPage
            ? (registers.Rcx & ~PageBits) == 0 && size is (1 or 2 or 4 or 8)
            : registers.Rcx <= uint.MaxValue && WholeApic.Has((uint)registers.Rcx);
    }
}
