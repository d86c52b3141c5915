using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>What the machine did: a hop, or an answered access with the hops before it that carry its number.</summary>
/// <param name="Number">Number of the entry, from 1, never used twice in a machine.</param>
/// <param name="AccessNumber">Number of the access it belongs to, from 1; of a hop outside any access, 0.</param>
/// <param name="Vcpu">Index of the vCPU.</param>
/// <param name="Access">The access, on the entry of its answer.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="Hop">The hop, on any other entry.</param>
public readonly record struct TraceEntry(long Number, long AccessNumber, int Vcpu, Access? Access, Answer Answer, Hop Hop)
{
    /// <summary>Whether this is a hop.</summary>
    public bool IsHop => Access is null;
}
