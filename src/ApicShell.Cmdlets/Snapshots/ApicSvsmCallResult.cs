using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>A call of a guest to the SVSM: the registers before and after. A snapshot.</summary>
public sealed class ApicSvsmCallResult
{
    private readonly SvsmRegisterSet _input;
    private readonly SvsmRegisterSet _output;

    internal ApicSvsmCallResult(ApicVcpu vcpu, SvsmRegisterSet input, SvsmRegisterSet output, RuleId rule, int exits)
    {
        (_input, _output) = (input, output);
        Vcpu = vcpu;
        Rule = rule == RuleId.None ? null : RuleBook.Of(rule);
        Exits = exits;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The protocol: RAX bits 63:32.</summary>
    public uint Protocol => _input.Protocol;

    /// <summary>Its name; empty where it has none.</summary>
    public string ProtocolName => ProtocolNames.Protocols.NameOf(Protocol);

    /// <summary>The call: RAX bits 31:0.</summary>
    public uint Call => _input.CallNumber;

    /// <summary>Its name; empty where it has none.</summary>
    public string CallName => ProtocolNames.CallsOf(Protocol).NameOf(Call);

    /// <summary>The call in words: its name or number, and its protocol's.</summary>
    public string CallText => ProtocolNames.CallText(_input);

    /// <summary>The register that a call to read or write one means; None for any other call, and where no register has the number.</summary>
    public ApicRegister Register =>
        Protocol != SvsmProtocol.Apic ? ApicRegister.None
        : Call is SvsmCall.ReadRegister or SvsmCall.WriteRegister && Rcx <= uint.MaxValue
            ? RegisterCatalogue.AtMsr((uint)Rcx)?.Register ?? ApicRegister.None
        : Call is SvsmCall.ReadPage or SvsmCall.WritePage
            ? RegisterCatalogue.AtOffset((uint)Rcx & 0xFFF)?.Register ?? ApicRegister.None
        : ApicRegister.None;

    /// <summary>RAX before.</summary>
    public ulong Rax => _input.Rax;

    /// <summary>RCX before.</summary>
    public ulong Rcx => _input.Rcx;

    /// <summary>RDX before.</summary>
    public ulong Rdx => _input.Rdx;

    /// <summary>R8 before.</summary>
    public ulong R8 => _input.R8;

    /// <summary>RAX afterwards: the result code.</summary>
    public ulong RaxOut => _output.Rax;

    /// <summary>RCX afterwards.</summary>
    public ulong RcxOut => _output.Rcx;

    /// <summary>RDX afterwards: the value of a register that was read.</summary>
    public ulong RdxOut => _output.Rdx;

    /// <summary>R8 afterwards.</summary>
    public ulong R8Out => _output.R8;

    /// <summary>Whether the SVSM saw a call.</summary>
    public bool WasSeen => Rule is not null;

    /// <summary>The result code by name; null where the SVSM saw no call.</summary>
    public SvsmResult? Result => WasSeen ? _output.Result : null;

    /// <summary>Whether the SVSM did what the call asks for.</summary>
    public bool Succeeded => Result == SvsmResult.Success;

    /// <summary>By which rule it ended; null where the SVSM saw no call.</summary>
    public Rule? Rule { get; }

    /// <summary>GHCB exits and SVSM calls that it took, itself included.</summary>
    public int Exits { get; }

    /// <summary>The call and how it ended, in a sentence.</summary>
    public string Description => Rule is null
        ? $"{this} on vCPU {Vcpu.Index}: the SVSM saw no call, because byte 0 of the calling area was 0"
        : $"{this} on vCPU {Vcpu.Index}: {Result}, {ViewText.Clause(Rule.Sentence)} ({Rule.Source})";

    /// <inheritdoc/>
    public override string ToString() => $"SVSM call {CallText}, rcx=0x{Rcx:X}, rdx=0x{Rdx:X}";
}
