using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of a request in the GHCB MSR.</summary>
public sealed class MsrRequestCompleter : ProtocolNameCompleter
{
    private protected override NumberNames Names => ProtocolNames.MsrRequests;
}
