using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Kvm.Tests;

/// <summary>Writes down what it is told.</summary>
internal sealed class Watch : MachineObserver
{
    public List<string> Lines { get; } = [];

    public bool Delivery { get; init; }

    public override bool WatchesDelivery => Delivery;

    public override void OnCommand(long number, in MachineCommand command) => Lines.Add($"{number} {command.Kind}");

    public override void OnInterrupt(long number, in InterruptEvent interrupt) =>
        Lines.Add($"{number}  {interrupt.Kind} vcpu {interrupt.Vcpu} {interrupt.Mode} 0x{interrupt.Vector:X2}");

    public override void OnAnswer(long number, in MachineCommand command, in Answer answer) => Lines.Add($"{number} {answer.Outcome}");

    /// <summary>What happened to interrupts since it was last asked, without the commands.</summary>
    public string[] TakeInterrupts()
    {
        string[] all = [.. Lines.Where(line => line.Contains("  ", System.StringComparison.Ordinal)).Select(line => line[(line.IndexOf(' ') + 2)..])];
        Lines.Clear();
        return all;
    }
}
