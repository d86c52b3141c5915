using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// vCPUs, their local APICs and a virtual clock. All state is in flat arrays of plain data: vCPUs here, APICs in the planes, the platform's
/// part in the platform. Not safe for use by several threads at once.
/// </summary>
public sealed partial class Machine : IMachine
{
    /// <summary>Most vCPUs that a machine may have.</summary>
    public const int MaxVcpuCount = 65536;

    /// <summary>Highest APIC ID; 0xFFFFFFFF is the broadcast destination.</summary>
    public const uint MaxApicId = InterruptMessage.X2Broadcast - 1;

    private readonly ApicPlane[] _planes;
    private readonly ApicPlane _guest;
    private readonly Platform _platform;
    private readonly NativePlatform? _native;
    private VcpuState[] _vcpus = [];
    private long _commands;

    /// <summary>Makes a machine whose vCPUs are in their RESET state; vCPU 0 is the bootstrap processor.</summary>
    /// <param name="traits">What its APICs have in common.</param>
    /// <param name="platform">Native, or SEV-SNP; the machine's own, not to be shared.</param>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    public Machine(ApicTraits traits, Platform platform, IReadOnlyList<uint> apicIds)
    {
        Traits = traits;
        _platform = platform;
        _native = platform as NativePlatform;
        _planes = [.. Enumerable.Range(0, platform.ApicsPerVcpu).Select(index => new ApicPlane(this, index))];
        _guest = PlaneOf(AccessOrigin.Guest);
        Add(apicIds);

        // Nobody can have watched how it was made: numbers start with what is done to it.
        _commands = 0;
    }

    /// <summary>What its APICs have in common.</summary>
    public ApicTraits Traits { get; }

    /// <summary>The platform.</summary>
    public Platform Platform => _platform;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount { get; private set; }

    /// <summary>Who watches, or null.</summary>
    public MachineObserver? Observer { get; set; }

    /// <summary>Adds vCPUs in their RESET state, as hot-plug does; nothing of the others changes.</summary>
    /// <param name="apicIds">One APIC ID a vCPU, each 0 to 0xFFFFFFFE and used once in the machine.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed; the machine stays as it was.</exception>
    public void Add(IReadOnlyList<uint> apicIds)
    {
        ApicIdList.Check(apicIds, this, MaxVcpuCount);
        Reserve(VcpuCount + apicIds.Count);
        foreach (uint id in apicIds)
        {
            Do(new(CommandKind.Added, VcpuCount, 0, id));
        }
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

    /// <inheritdoc/>
    public byte ReadCr8(int vcpu) => _platform.ReadCr8(vcpu);

    /// <summary>A word of the page as KVM_GET_LAPIC shows it to the host.</summary>
    public uint ReadHostPage(int vcpu, ApicRegister register) =>
        RegisterCatalogue.Find(register) is { } spec ? KvmPage.Get(_guest, vcpu, spec) : 0;

    /// <summary>What CPUID says of the APIC: the bits of a leaf that depend on it, all others 0.</summary>
    public CpuidLeaf Cpuid(int vcpu, uint leaf) => ApicCpuid.Of(_planes[_platform.ApicShownTo(vcpu)], vcpu, leaf);

    /// <summary>The plane that a guest's accesses reach.</summary>
    internal ApicPlane GuestPlane => _guest;

    /// <summary>The plane that an access from somewhere reaches.</summary>
    internal ApicPlane PlaneOf(AccessOrigin origin) => _planes[_platform.ApicOf(origin)];

    /// <summary>A plane by its number, 0 to the platform's count of APICs - 1.</summary>
    internal ApicPlane PlaneAt(int index) => _planes[index];

    internal ref VcpuState VcpuAt(int vcpu) => ref _vcpus[vcpu];
}
