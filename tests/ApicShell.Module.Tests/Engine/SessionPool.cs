using System;
using System.Collections.Generic;

namespace ApicShell.Tests.Engine;

/// <summary>
/// Sessions with the module as it ships. One that is given back is made as new and lent again, which takes a tenth of the time of a
/// new one; what cannot be made as new is closed.
/// </summary>
internal sealed class SessionPool : IDisposable
{
    private readonly Stack<EngineSession> _free = [];

    /// <summary>Gets the pool of all tests.</summary>
    public static SessionPool Shared { get; } = new();

    /// <summary>Lends a session. Its disposal gives it back.</summary>
    public EngineSession Lend()
    {
        lock (_free)
        {
            if (_free.TryPop(out EngineSession? session))
            {
                return session;
            }
        }

        return EngineSession.WithModule(BuildPaths.ModuleLayout, this);
    }

    /// <summary>Takes a session that is as new.</summary>
    public void Take(EngineSession session)
    {
        lock (_free)
        {
            // Once, however often it is disposed of.
            if (!_free.Contains(session))
            {
                _free.Push(session);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_free)
        {
            while (_free.TryPop(out EngineSession? session))
            {
                session.Close();
            }
        }
    }
}
