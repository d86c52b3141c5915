using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>The emulator behind another face: without a clock that stands still and without vCPUs that can be stopped, as a real machine is.</summary>
internal sealed class HostedMachine(ApicTraits traits, IReadOnlyList<uint> apicIds) : IMachine, IDisposable
{
    private readonly Machine _machine = Machines.Emulated(traits, apicIds);

    public List<MachineCommand> Commands { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>Whether a take always finds the same vector.</summary>
    public bool NeverEnds { get; init; }

    public ApicTraits Traits => _machine.Traits;

    public int VcpuCount => _machine.VcpuCount;

    public ulong? NextTimer => null;

    public void Add(IReadOnlyList<uint> added) => _machine.Add(added);

    public void Stop()
    {
    }

    public MachineObserver? Observer { get => _machine.Observer; set => _machine.Observer = value; }

    public ulong Clock => throw new InvalidOperationException("a real machine's clock is not its guest's");

    public uint InitialApicId(int vcpu) => _machine.InitialApicId(vcpu);

    public bool Can(MachineCapability capability) => capability == MachineCapability.HostPage;

    public Answer Do(in MachineCommand command)
    {
        Commands.Add(command);
        return command switch
        {
            { Kind: CommandKind.Pause or CommandKind.Restored } => new(Outcome.Rejected, RuleId.NoCapability),
            { Kind: CommandKind.Access, Access: { Address: 0x10, Origin: AccessOrigin.Host } } => new(Outcome.Value, RuleId.None, 0x1_0000),
            { Kind: CommandKind.Take } when NeverEnds => new(Outcome.Value, RuleId.None, ((ulong)TakenKind.Nmi << 8) | 2),
            _ => _machine.Do(command),
        };
    }

    public VcpuState VcpuStateOf(int vcpu) => _machine.VcpuStateOf(vcpu);

    public LocalApicState StateOf(int vcpu, AccessOrigin origin) => _machine.StateOf(vcpu, origin);

    public ulong Peek(int vcpu, ApicRegister register) => _machine.Peek(vcpu, register);

    public uint ReadHostPage(int vcpu, ApicRegister register) => register == ApicRegister.Ppr ? 0x77 : _machine.ReadHostPage(vcpu, register);

    public byte ReadCr8(int vcpu) => _machine.ReadCr8(vcpu);

    public int Dispatchable(int vcpu) => _machine.Dispatchable(vcpu);

    public CpuidLeaf Cpuid(int vcpu, uint leaf) => _machine.Cpuid(vcpu, leaf);

    public void Dispose() => IsDisposed = true;
}
