using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// vCPUs, their local APICs and a virtual clock. All state is in flat arrays of plain data: vCPUs here, APICs in the planes, the platform's
/// part in the platform. Not safe for use by several threads at once.
/// </summary>
public sealed partial class Machine
{
    /// <summary>Most vCPUs that a machine may have.</summary>
    public const int MaxVcpuCount = 65536;

    /// <summary>Highest APIC ID; 0xFFFFFFFF is the broadcast destination.</summary>
    public const uint MaxApicId = 0xFFFF_FFFE;

    private readonly ApicPlane[] _planes;
    private readonly ApicPlane _guest;
    private readonly ApicPlane? _direct;
    private readonly Platform _platform;
    private VcpuState[] _vcpus = [];

    /// <summary>Makes a machine whose vCPUs are in their RESET state; vCPU 0 is the bootstrap processor.</summary>
    /// <param name="traits">What its APICs have in common.</param>
    /// <param name="platform">Native, or SEV-SNP; the machine's own, not to be shared.</param>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    public Machine(ApicTraits traits, Platform platform, IReadOnlyList<uint> apicIds)
    {
        Traits = traits;
        _platform = platform;
        _planes = [.. Enumerable.Range(0, platform.ApicsPerVcpu).Select(_ => new ApicPlane(this))];
        (_guest, SvsmPlane) = (PlaneOf(AccessOrigin.Guest), PlaneOf(AccessOrigin.Svsm));
        _direct = platform.IsDirect ? _guest : null;
        Add(apicIds);
    }

    /// <summary>What its APICs have in common.</summary>
    public ApicTraits Traits { get; }

    /// <summary>The platform.</summary>
    public Platform Platform => _platform;

    /// <summary>Whether its APICs have MSR 0x6E0, IA32_TSC_DEADLINE.</summary>
    public bool HasTscDeadline => _guest.Profile.HasTscDeadline;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount => _vcpus.Length;

    /// <summary>Who watches, or null.</summary>
    public MachineObserver? Observer { get; set; }

    /// <summary>One access of one vCPU.</summary>
    /// <param name="vcpu">Index, 0 to <see cref="VcpuCount"/> - 1.</param>
    /// <param name="access">The access.</param>
    public Answer Execute(int vcpu, in Access access)
    {
        Observer?.OnAccess(vcpu, access);
        Answer answer = _platform.Execute(this, vcpu, access);
        Observer?.OnAnswer(vcpu, access, answer);
        return answer;
    }

    /// <summary>RDMSR of the guest, the short way: what <see cref="Execute"/> answers, less the route.</summary>
    public ApicResult ReadMsr(int vcpu, uint msr) => _direct is { } plane && Observer is null
        ? LocalApic.ReadMsr(plane, vcpu, msr, AccessOrigin.Guest)
        : _platform.ReadMsr(this, vcpu, msr);

    /// <summary>WRMSR of the guest, the short way.</summary>
    public ApicResult WriteMsr(int vcpu, uint msr, ulong value) => _direct is { } plane && Observer is null
        ? LocalApic.WriteMsr(plane, vcpu, msr, value, AccessOrigin.Guest)
        : _platform.WriteMsr(this, vcpu, msr, value);

    /// <summary>An aligned 32-bit read of the guest at an offset of the page, the short way.</summary>
    public ApicResult ReadMmio(int vcpu, uint offset) => _direct is { } plane && Observer is null
        ? LocalApic.ReadPage(plane, vcpu, offset, 4, AccessOrigin.Guest)
        : TheLongPageWay(vcpu, false, offset, 0);

    /// <summary>An aligned 32-bit write of the guest at an offset of the page, the short way.</summary>
    public ApicResult WriteMmio(int vcpu, uint offset, uint value) => _direct is { } plane && Observer is null
        ? LocalApic.WritePage(plane, vcpu, offset, value, 4, AccessOrigin.Guest)
        : TheLongPageWay(vcpu, true, offset, value);

    /// <summary>Adds vCPUs in their RESET state, as hot-plug does; nothing of the others changes.</summary>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once in the machine.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed; the machine stays as it was.</exception>
    public void Add(IReadOnlyList<uint> apicIds)
    {
        if (apicIds.Count < 1 || apicIds.Count > MaxVcpuCount - VcpuCount)
        {
            throw new MachineException(MachineError.VcpuCount, (ulong)(VcpuCount + apicIds.Count), $"A machine has 1 to {MaxVcpuCount} vCPUs.");
        }

        CheckApicIds(apicIds);
        int first = VcpuCount;
        Array.Resize(ref _vcpus, first + apicIds.Count);
        _platform.Attach(VcpuCount);
        foreach (ApicPlane plane in _planes)
        {
            plane.Add(apicIds);
        }

        for (int vcpu = first; vcpu < VcpuCount; vcpu++)
        {
            Observer?.OnAction(new(ActionKind.Added, vcpu));
            ResetState(vcpu);
        }

        if ((Traits.Quirks & KvmQuirks.LastVcpuUnmapped) != 0)
        {
            foreach (ApicPlane plane in _planes)
            {
                plane.Apics[VcpuCount - 1].Unmapped = 1;
            }
        }
    }

    /// <summary>RESET of every vCPU. The clock goes on.</summary>
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
        Observer?.OnAction(new(ActionKind.Reset, vcpu));
        ResetState(vcpu);
    }

    /// <summary>Copies all state.</summary>
    public MachineCheckpoint Checkpoint() =>
        new(Clock, MachineCheckpoint.Copy(_vcpus), [.. _planes.Select(plane => MachineCheckpoint.Copy(plane.Apics))], _platform.Save());

    /// <summary>Whether a checkpoint has this machine's number of vCPUs and planes, and its APIC IDs.</summary>
    public bool Fits(MachineCheckpoint checkpoint) =>
        checkpoint.VcpuCount == VcpuCount && checkpoint.Planes.Length == _planes.Length
        && checkpoint.Planes[0].Select(apic => apic.InitialId).SequenceEqual(_guest.Apics.Select(apic => apic.InitialId));

    /// <summary>Goes back to a checkpoint: the machine is then what it was, byte for byte.</summary>
    /// <param name="checkpoint">A checkpoint of this machine, or of one made like it.</param>
    /// <exception cref="MachineException">The checkpoint has another number of vCPUs or planes, or other APIC IDs; nothing changes.</exception>
    public void Restore(MachineCheckpoint checkpoint)
    {
        if (!Fits(checkpoint))
        {
            throw new MachineException(
                MachineError.CheckpointUnlike, (ulong)checkpoint.VcpuCount,
                $"The checkpoint has {checkpoint.VcpuCount} vCPUs and its own APIC IDs; this machine has {VcpuCount} vCPUs, or other IDs.");
        }

        Clock = checkpoint.Clock;
        checkpoint.Vcpus.CopyTo(_vcpus, 0);
        for (int i = 0; i < _planes.Length; i++)
        {
            _planes[i].Restore(checkpoint.Planes[i]);
        }

        _platform.Load(checkpoint.Platform);
        Observer?.OnAction(new(ActionKind.Restored, -1));
    }

    /// <summary>The APIC ID a vCPU was made with.</summary>
    public uint InitialApicId(int vcpu) => _guest.Apics[vcpu].InitialId;

    /// <summary>The vCPU that was made with an APIC ID, or -1.</summary>
    public int VcpuOfApicId(uint apicId) => _guest.Map.OfInitialId(apicId);

    /// <summary>APIC_BASE of the local APIC that an access of a vCPU reaches.</summary>
    public ApicBase ApicBaseOf(int vcpu, AccessOrigin origin) => new(PlaneOf(origin).Apics[vcpu].ApicBase);

    /// <summary>A copy of the local APIC that an access of a vCPU reaches.</summary>
    public LocalApicState StateOf(int vcpu, AccessOrigin origin) => PlaneOf(origin).Apics[vcpu];

    /// <summary>A copy of what a vCPU has beside its local APIC.</summary>
    public VcpuState VcpuStateOf(int vcpu) => _vcpus[vcpu];

    /// <summary>What a read of a register of the guest's local APIC would give, without any effect.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="register">A register of the page, APIC_BASE or TSC_DEADLINE.</param>
    public ulong Peek(int vcpu, ApicRegister register) => register switch
    {
        ApicRegister.ApicBase => _guest.Apics[vcpu].ApicBase,
        ApicRegister.TscDeadline => _guest.Apics[vcpu].TscDeadline,
        _ => RegisterCatalogue.Find(register) is { } spec ? LocalApic.Peek(_guest, vcpu, spec) : 0,
    };

    /// <summary>CR8: bits 7:4 of TPR, whatever the APIC's mode.</summary>
    public byte ReadCr8(int vcpu) => _platform.ReadCr8(this, vcpu);

    /// <summary>MOV to CR8: TPR becomes the value times 16.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="value">The value written.</param>
    /// <returns>Whether it was done: more than 15 is a #GP(0).</returns>
    public bool WriteCr8(int vcpu, ulong value)
    {
        if (value > 0xF)
        {
            return false;
        }

        Observer?.OnAction(new(ActionKind.Cr8, vcpu, 0, value));
        _platform.WriteCr8(this, vcpu, (byte)value);
        return true;
    }

    /// <summary>A word of the page as KVM_GET_LAPIC shows it to the host.</summary>
    public uint ReadHostPage(int vcpu, ApicRegister register) =>
        RegisterCatalogue.Find(register) is { } spec ? KvmPage.Get(_guest, vcpu, spec) : 0;

    /// <summary>KVM_SET_LAPIC with one word of the page changed.</summary>
    /// <param name="vcpu">Index of the vCPU.</param>
    /// <param name="offset">Offset in the page; a word that is no register is kept nowhere.</param>
    /// <param name="value">The new word.</param>
    /// <returns>Whether the host API takes it.</returns>
    public bool WriteHostPage(int vcpu, uint offset, uint value)
    {
        Observer?.OnAction(new(ActionKind.HostWord, vcpu, offset, value));
        return KvmPage.Set(_guest, vcpu, (offset & 0xF) == 0 ? RegisterCatalogue.AtOffset(offset) : null, value);
    }

    /// <summary>What CPUID says of the APIC: the bits of a leaf that depend on it, all others 0.</summary>
    public CpuidLeaf Cpuid(int vcpu, uint leaf) => ApicCpuid.Of(_planes[_platform.ApicShownTo(vcpu)], vcpu, leaf);

    /// <summary>The plane that a guest's accesses reach.</summary>
    internal ApicPlane GuestPlane => _guest;

    /// <summary>The plane that an SVSM's accesses reach: the guest's where there is one for all.</summary>
    internal ApicPlane SvsmPlane { get; }

    /// <summary>The plane that an access from somewhere reaches.</summary>
    internal ApicPlane PlaneOf(AccessOrigin origin) => _planes[_platform.ApicOf(origin)];

    /// <summary>A plane by its number, 0 to the platform's count of APICs - 1.</summary>
    internal ApicPlane PlaneAt(int index) => _planes[index];

    internal ref VcpuState VcpuAt(int vcpu) => ref _vcpus[vcpu];

    // Not inlined: the short way would carry the cost of what it does not use.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ApicResult TheLongPageWay(int vcpu, bool isWrite, uint offset, uint value) =>
        Execute(vcpu, new Access(AccessKind.Mmio, isWrite, offset, value, 4, AccessOrigin.Guest)).Result;

    private void ResetState(int vcpu)
    {
        foreach (ApicPlane plane in _planes)
        {
            plane.Reset(vcpu);
        }

        _vcpus[vcpu] = default;
        _platform.Reset(vcpu);
    }

    private void CheckApicIds(IReadOnlyList<uint> apicIds)
    {
        var added = new HashSet<uint>();
        foreach (uint id in apicIds)
        {
            if (id > MaxApicId)
            {
                throw new MachineException(
                    MachineError.ApicIdBroadcast, id, $"APIC ID 0x{id:X} is the broadcast destination; IDs go from 0 to 0x{MaxApicId:X}.");
            }

            if ((VcpuCount > 0 && VcpuOfApicId(id) >= 0) || !added.Add(id))
            {
                throw new MachineException(MachineError.ApicIdTwice, id, $"APIC ID 0x{id:X} is used twice.");
            }
        }
    }
}
