using System;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// Local APICs that can send each other interrupts: one of each vCPU. A machine has one plane, or one for each VMPL. The states are the
/// only thing here that a checkpoint holds; the map and the timer queue follow from them.
/// </summary>
internal sealed class ApicPlane
{
    private LocalApicState[] _apics = [];

    public ApicPlane(Machine machine, int index)
    {
        (Machine, Index) = (machine, (byte)index);
        Platform = machine.Platform.HasCommands ? machine.Platform : null;
        Traits = machine.Traits;
        Profile = ModelProfile.Of(Traits);
        (XApicCells, X2ApicCells) = (Profile.XApic, Profile.X2Apic);
        Destinations = Destinations.Of(Traits.Model);
        Map = new DestinationMap(Profile.HasExtendedRegisters);
        NativeExits = Profile.NativeExits;
        HasLongIds = (Traits.Quirks & KvmQuirks.X2Apic32BitIds) != 0;
    }

    public Machine Machine { get; }

    /// <summary>Which of a vCPU's local APICs these are.</summary>
    public byte Index { get; }

    /// <summary>Who is told of what its APICs accept; null where nobody waits for that.</summary>
    public Platform? Platform { get; }

    public ApicTraits Traits { get; }

    public ModelProfile Profile { get; }

    /// <summary>What accesses by memory do in xAPIC mode: the profile's, one step nearer.</summary>
    public AccessCell[] XApicCells { get; }

    /// <summary>What accesses by MSR do in x2APIC mode.</summary>
    public AccessCell[] X2ApicCells { get; }

    /// <summary>Exits that a native access costs: the profile's, one step nearer.</summary>
    public byte NativeExits { get; }

    /// <summary>The states, one a vCPU, and perhaps room for more.</summary>
    public LocalApicState[] Apics => _apics;

    /// <summary>Number of vCPUs.</summary>
    public int Count { get; private set; }

    public DestinationMap Map { get; }

    public Destinations Destinations { get; }

    public TimerQueue Timers { get; } = new();

    /// <summary>Whether MSIs have 32-bit destinations and shared 8-bit IDs are settled by order, KVM's X2APIC_API_USE_32BIT_IDS.</summary>
    public bool HasLongIds { get; }

    /// <summary>Makes room for vCPUs.</summary>
    public void Reserve(int count)
    {
        Array.Resize(ref _apics, count);
        Map.Reserve(count);
    }

    /// <summary>Adds a vCPU for which there is room. As in KVM the map then has all the others.</summary>
    public void Add(uint apicId)
    {
        if (Count > 0)
        {
            _apics[Count - 1].Unmapped = 0;
        }

        Map.Add(apicId, Count);
        _apics[Count++].InitialId = apicId;
    }

    /// <summary>Puts an APIC that changed back into the map. Like KVM's this settles whatever the map lacked.</summary>
    public void Join(int vcpu)
    {
        Map.Join(vcpu, _apics[vcpu]);
        _apics[Count - 1].Unmapped = 0;
    }

    /// <summary>RESET of one vCPU's APIC.</summary>
    public void Reset(int vcpu)
    {
        ref LocalApicState apic = ref _apics[vcpu];
        Map.Leave(vcpu, apic);
        ApicTimer.Cancel(this, vcpu);
        LocalApicReset.Reset(ref apic, Traits, Profile, IsBootstrap(vcpu));
        Join(vcpu);
    }

    /// <summary>INIT of one vCPU's APIC: as RESET, but for APIC_BASE and the ID (APM vol. 2, 16.10; SDM vol. 3; KVM lapic.c).</summary>
    public void Initialize(int vcpu)
    {
        ref LocalApicState apic = ref _apics[vcpu];
        Map.Leave(vcpu, apic);
        ApicTimer.Cancel(this, vcpu);
        LocalApicReset.Initialize(ref apic, Traits, Profile, IsBootstrap(vcpu));
        Join(vcpu);
    }

    private bool IsBootstrap(int vcpu) => Traits.BootstrapId is { } id ? _apics[vcpu].InitialId == id : vcpu == 0;

    /// <summary>Takes over one APIC's state, which was copied from a plane like this one.</summary>
    public void Load(int vcpu, in LocalApicState state)
    {
        ref LocalApicState apic = ref _apics[vcpu];
        if (apic.TimerRuns != 0)
        {
            Timers.Remove(vcpu);
        }

        if (apic.IsFoundLike(state))
        {
            apic = state;
        }
        else
        {
            Map.Leave(vcpu, apic);
            apic = state;
            Map.Join(vcpu, apic);
        }

        ApicTimer.Resume(this, vcpu);
    }
}
