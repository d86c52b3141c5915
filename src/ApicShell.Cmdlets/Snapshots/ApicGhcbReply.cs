using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>A GHCB exit: what went in, and what the hypervisor replied. A snapshot.</summary>
public sealed class ApicGhcbReply
{
    private readonly GhcbRequest _request;
    private readonly GhcbReply _reply;

    internal ApicGhcbReply(ApicVcpu vcpu, byte vmpl, GhcbRequest request, GhcbReply reply, bool ended)
    {
        (_request, _reply) = (request, reply);
        (Vcpu, Vmpl, GuestEnded) = (vcpu, vmpl, ended);
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The VMPL that the exit came from.</summary>
    public byte Vmpl { get; }

    /// <summary>The exit code.</summary>
    public ulong ExitCode => _request.Code;

    /// <summary>Its name; empty where it has none.</summary>
    public string ExitName => ProtocolNames.ExitCodes.NameOf(ExitCode);

    /// <summary>Exit information 1 before.</summary>
    public ulong Info1 => _request.Info1;

    /// <summary>Exit information 2 before.</summary>
    public ulong Info2 => _request.Info2;

    /// <summary>RCX before.</summary>
    public ulong Rcx => _request.Rcx;

    /// <summary>What was to be written.</summary>
    public ulong Data => _request.Data;

    /// <summary>Exit information 1 afterwards: 0, 1 or 2.</summary>
    public ulong Info1Out => _reply.Info1;

    /// <summary>Exit information 2 afterwards.</summary>
    public ulong Info2Out => _reply.Info2;

    /// <summary>What a read returned.</summary>
    public ulong Value => _reply.Value;

    /// <summary>Exit information 1 afterwards, by name.</summary>
    public ApicGhcbOutcome Outcome => (ApicGhcbOutcome)_reply.Info1;

    /// <summary>Exit information 2 afterwards in words: of a malformed exit the reason, of an exception its name; empty where it succeeded.</summary>
    public string Reason => Outcome switch
    {
        ApicGhcbOutcome.Exception => $"#{(GuestFault)_reply.Vector}",
        ApicGhcbOutcome.Malformed => ProtocolNames.Reasons.TextOf(Info2Out),
        _ => "",
    };

    /// <summary>Whether the hypervisor did what the exit asks for.</summary>
    public bool Succeeded => Outcome == ApicGhcbOutcome.Success;

    /// <summary>Whether the guest is over now.</summary>
    public bool GuestEnded { get; }

    /// <summary>The exit and how it ended, in a sentence.</summary>
    public string Description =>
        $"{this} on vCPU {Vcpu.Index}: {Outcome}{(Reason.Length == 0 ? "" : $", {Reason}")}; info1=0x{Info1Out:X}, info2=0x{Info2Out:X}, value=0x{Value:X}";

    /// <inheritdoc/>
    public override string ToString() => ProtocolNames.ExitText(Vmpl, _request);
}
