using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of an SVSM protocol.</summary>
public sealed class SvsmProtocolCompleter : ProtocolNameCompleter
{
    private protected override NumberNames Names => ProtocolNames.Protocols;
}
