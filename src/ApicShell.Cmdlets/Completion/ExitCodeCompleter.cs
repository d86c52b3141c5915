using ApicShell.Arguments;

namespace ApicShell.Completion;

/// <summary>Completes the name of a GHCB exit code.</summary>
public sealed class ExitCodeCompleter : ProtocolNameCompleter
{
    private protected override NumberNames Names => ProtocolNames.ExitCodes;
}
