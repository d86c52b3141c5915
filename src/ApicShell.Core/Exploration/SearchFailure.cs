using System;
using System.Runtime.ExceptionServices;

namespace ApicShell.Exploration;

/// <summary>
/// What a state space threw while a state was expanded. Of several in a level the one at the smallest state counts, so that the same one
/// surfaces however many workers there are.
/// </summary>
internal sealed class SearchFailure(Fingerprint state, Exception exception)
{
    private readonly ExceptionDispatchInfo _exception = ExceptionDispatchInfo.Capture(exception);

    public Fingerprint State { get; } = state;

    public void Throw() => _exception.Throw();
}
