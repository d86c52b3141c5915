using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>A machine with a fault: what it is told to do it first hears wrong.</summary>
internal sealed class AlteredMachine(IMachine machine, Func<MachineCommand, MachineCommand> hear) : IMachine
{
    public ApicTraits Traits => machine.Traits;

    public int VcpuCount => machine.VcpuCount;

    public ulong? NextTimer => machine.NextTimer;

    public void Add(System.Collections.Generic.IReadOnlyList<uint> added) => machine.Add(added);

    public void Stop() => machine.Stop();

    public MachineObserver? Observer { get => machine.Observer; set => machine.Observer = value; }

    public ulong Clock => machine.Clock;

    public uint InitialApicId(int vcpu) => machine.InitialApicId(vcpu);

    public bool Can(MachineCapability capability) => machine.Can(capability);

    public Answer Do(in MachineCommand command) => machine.Do(hear(command));

    public VcpuState VcpuStateOf(int vcpu) => machine.VcpuStateOf(vcpu);

    public LocalApicState StateOf(int vcpu, AccessOrigin origin) => machine.StateOf(vcpu, origin);

    public ulong Peek(int vcpu, ApicRegister register) => machine.Peek(vcpu, register);

    public uint ReadHostPage(int vcpu, ApicRegister register) => machine.ReadHostPage(vcpu, register);

    public byte ReadCr8(int vcpu) => machine.ReadCr8(vcpu);

    public int Dispatchable(int vcpu) => machine.Dispatchable(vcpu);

    public CpuidLeaf Cpuid(int vcpu, uint leaf) => machine.Cpuid(vcpu, leaf);
}
