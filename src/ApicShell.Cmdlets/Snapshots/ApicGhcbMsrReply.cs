using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>A request in the GHCB MSR, and what is there afterwards. A snapshot.</summary>
public sealed class ApicGhcbMsrReply
{
    private const ulong CodeBits = 0xFFF;
    private const int DataShift = 12;
    private const int RunVmplErrorShift = 32;

    internal ApicGhcbMsrReply(ApicVcpu vcpu, byte vmpl, ulong request, ulong response, bool ended) =>
        (Vcpu, Vmpl, Request, Response, GuestEnded) = (vcpu, vmpl, request, response, ended);

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>The VMPL that it came from.</summary>
    public byte Vmpl { get; }

    /// <summary>The MSR before.</summary>
    public ulong Request { get; }

    /// <summary>What bits 11:0 of the request mean; empty where they have no name.</summary>
    public string RequestName => ProtocolNames.MsrRequests.NameOf(Request & CodeBits);

    /// <summary>The MSR afterwards.</summary>
    public ulong Response { get; }

    /// <summary>Bits 63:12 of the response.</summary>
    public ulong Data => Response >> DataShift;

    /// <summary>Whether the hypervisor did what the request asks for. One that it does not know ends the guest.</summary>
    public bool Succeeded => (Request & CodeBits) switch
    {
        GhcbMsrProtocol.RegisterRequest => Data != ulong.MaxValue >> DataShift,
        GhcbMsrProtocol.RunVmplRequest => Response >> RunVmplErrorShift == 0,
        _ => RequestName.Length != 0,
    };

    /// <summary>Whether the guest is over now.</summary>
    public bool GuestEnded { get; }

    /// <summary>The request and the response, in a sentence.</summary>
    public string Description => $"{this} on vCPU {Vcpu.Index}: {(Succeeded ? "done" : GuestEnded ? "not known, the guest ends" : "refused")}; 0x{Response:X16}";

    /// <inheritdoc/>
    public override string ToString() => $"GHCB MSR {(RequestName.Length == 0 ? "" : $"{RequestName} ")}0x{Request:X} from VMPL{Vmpl}";
}
