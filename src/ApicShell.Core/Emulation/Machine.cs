using System;
using System.Collections.Generic;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// vCPUs and their local APICs. All state is in flat arrays of plain data: the APICs here, the platform's part in the platform.
/// Not safe for use by several threads at once.
/// </summary>
public sealed class Machine
{
    /// <summary>Most vCPUs that a machine may have.</summary>
    public const int MaxVcpuCount = 65536;

    /// <summary>Highest APIC ID; 0xFFFFFFFF is the broadcast destination.</summary>
    public const uint MaxApicId = 0xFFFF_FFFE;

    private LocalApicState[] _apics = [];
    private readonly HashSet<uint> _apicIds = [];
    private readonly Platform _platform;
    private readonly int _apicsPerVcpu;

    /// <summary>Makes a machine whose vCPUs are in their RESET state; vCPU 0 is the bootstrap processor.</summary>
    /// <param name="traits">What its APICs have in common.</param>
    /// <param name="platform">Native, or SEV-SNP; the machine's own, not to be shared.</param>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once.</param>
    /// <exception cref="ArgumentException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    public Machine(ApicTraits traits, Platform platform, IReadOnlyList<uint> apicIds)
    {
        Traits = traits;
        Profile = ModelProfile.Of(traits.Model);
        _platform = platform;
        _apicsPerVcpu = platform.ApicsPerVcpu;
        Add(apicIds);
    }

    /// <summary>What its APICs have in common.</summary>
    public ApicTraits Traits { get; }

    /// <summary>The platform.</summary>
    public Platform Platform => _platform;

    /// <summary>Whether its APICs have MSR 0x6E0, IA32_TSC_DEADLINE.</summary>
    public bool HasTscDeadline => Profile.HasTscDeadline;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount { get; private set; }

    /// <summary>Who watches, or null.</summary>
    public IMachineObserver? Observer { get; set; }

    /// <summary>One access of one vCPU.</summary>
    /// <param name="vcpu">Index, 0 to <see cref="VcpuCount"/> - 1.</param>
    /// <param name="access">The access.</param>
    public Answer Execute(int vcpu, in Access access)
    {
        Answer answer = _platform.Execute(this, vcpu, access);
        Observer?.OnAnswer(vcpu, access, answer);
        return answer;
    }

    /// <summary>Adds vCPUs in their RESET state, as hot-plug does; nothing of the others changes.</summary>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once in the machine.</param>
    /// <exception cref="ArgumentException">No vCPU, too many, or an APIC ID that is not allowed; the machine stays as it was.</exception>
    public void Add(IReadOnlyList<uint> apicIds)
    {
        if (apicIds.Count < 1 || apicIds.Count > MaxVcpuCount - VcpuCount)
        {
            throw new ArgumentOutOfRangeException(nameof(apicIds), VcpuCount + apicIds.Count, $"A machine has 1 to {MaxVcpuCount} vCPUs.");
        }

        CheckApicIds(apicIds);
        int first = VcpuCount;
        VcpuCount += apicIds.Count;
        Array.Resize(ref _apics, VcpuCount * _apicsPerVcpu);
        _platform.Attach(VcpuCount);
        for (int i = 0; i < apicIds.Count; i++)
        {
            _apicIds.Add(apicIds[i]);
            for (int apic = 0; apic < _apicsPerVcpu; apic++)
            {
                ApicAt(first + i, apic).InitialId = apicIds[i];
            }

            Reset(first + i);
        }
    }

    /// <summary>RESET of every vCPU.</summary>
    public void Reset()
    {
        for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
        {
            Reset(vcpu);
        }
    }

    /// <summary>RESET of one vCPU, its platform's part included.</summary>
    public void Reset(int vcpu)
    {
        for (int apic = 0; apic < _apicsPerVcpu; apic++)
        {
            LocalApicReset.Reset(ref ApicAt(vcpu, apic), Traits, bootstrap: vcpu == 0);
        }

        _platform.Reset(vcpu);
    }

    /// <summary>The APIC ID a vCPU was made with.</summary>
    public uint InitialApicId(int vcpu) => _apics[vcpu * _apicsPerVcpu].InitialId;

    /// <summary>APIC_BASE of the local APIC that an access of a vCPU reaches.</summary>
    public ApicBase ApicBaseOf(int vcpu, AccessOrigin origin) => new(ApicOf(vcpu, origin).ApicBase);

    /// <summary>A copy of the local APIC that an access of a vCPU reaches.</summary>
    public LocalApicState StateOf(int vcpu, AccessOrigin origin) => ApicOf(vcpu, origin);

    /// <summary>What a read of a register of the guest's local APIC would give, without any effect.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="register">A register of the page, APIC_BASE or TSC_DEADLINE.</param>
    public ulong Peek(int vcpu, ApicRegister register)
    {
        ref readonly LocalApicState apic = ref ApicOf(vcpu, AccessOrigin.Guest);
        return register switch
        {
            ApicRegister.ApicBase => apic.ApicBase,
            ApicRegister.TscDeadline => apic.TscDeadline,
            _ => RegisterCatalogue.Find(register) is { } spec ? LocalApic.Peek(apic, Profile, spec) : 0,
        };
    }

    /// <summary>Its model, as the access path reads it.</summary>
    internal ModelProfile Profile { get; }

    /// <summary>The local APIC that an access of a vCPU reaches.</summary>
    internal ref LocalApicState ApicOf(int vcpu, AccessOrigin origin) => ref ApicAt(vcpu, _platform.ApicOf(origin));

    /// <summary>A local APIC by its place among its vCPU's.</summary>
    internal ref LocalApicState ApicAt(int vcpu, int apic) => ref _apics[(vcpu * _apicsPerVcpu) + apic];

    private void CheckApicIds(IReadOnlyList<uint> apicIds)
    {
        var added = new HashSet<uint>();
        foreach (uint id in apicIds)
        {
            if (id > MaxApicId)
            {
                throw new ArgumentException($"APIC ID 0x{id:X} is the broadcast destination; IDs go from 0 to 0x{MaxApicId:X}.", nameof(apicIds));
            }

            if (_apicIds.Contains(id) || !added.Add(id))
            {
                throw new ArgumentException($"APIC ID 0x{id:X} is used twice.", nameof(apicIds));
            }
        }
    }
}
