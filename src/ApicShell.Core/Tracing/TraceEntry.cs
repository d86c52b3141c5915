using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>
/// What the machine did: an answered access, a hop, an interrupt event, or an action from outside. Those of an access stand before it and
/// carry its number; what an action causes stands after it.
/// </summary>
/// <param name="Number">Number of the entry, from 1, never used twice in a machine.</param>
/// <param name="AccessNumber">Number of the access it belongs to, from 1; 0 outside any access.</param>
/// <param name="Vcpu">Index of the vCPU; -1 for a device.</param>
/// <param name="Access">The access, on the entry of its answer.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="Hop">The hop.</param>
/// <param name="Interrupt">What happened to an interrupt.</param>
/// <param name="Action">What was done to the machine; on a device's message, beside the interrupt, the message.</param>
/// <param name="Clock">The machine's clock then, in nanoseconds.</param>
public readonly record struct TraceEntry(
    long Number, long AccessNumber, int Vcpu, Access? Access, Answer Answer, Hop? Hop, InterruptEvent? Interrupt,
    MachineAction? Action = null, ulong Clock = 0);
