using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>What New-ApicMachine and New-ApicVcpu share: the options of a machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NewMachineCommand : ApicCommand
{
    private const string Lint0 = nameof(KvmQuirks.Lint0Reenabled);
    private const string Hole = nameof(KvmQuirks.LapicMmioHole);
    private const string Broadcast = nameof(KvmQuirks.X2ApicBroadcast);
    private const string LongIds = nameof(KvmQuirks.X2Apic32BitIds);
    private const string Suppression = nameof(KvmQuirks.EoiBroadcastSuppression);
    private const string Unmapped = nameof(KvmQuirks.LastVcpuUnmapped);

    /// <summary>One APIC ID a vCPU.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? ApicId { get; set; }

    /// <summary>Whose local APIC the machine has.</summary>
    [Parameter]
    [FlatArgument]
    public ApicModel Model { get; set; } = ApicModel.Kvm;

    /// <summary>What the machine runs on.</summary>
    [Parameter]
    [FlatArgument]
    public ApicBackend Backend { get; set; } = ApicBackend.Emulator;

    /// <summary>On backend Kvm, the length of a cycle of the timer's clock in nanoseconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int BusCycleNanoseconds { get; set; } = 1;

    /// <summary>The platform.</summary>
    [Parameter]
    [FlatArgument]
    public ApicPlatform Platform { get; set; } = ApicPlatform.Native;

    /// <summary>On SevSnp, whether all VMPLs of a vCPU share a local APIC.</summary>
    [Parameter]
    [FlatArgument]
    public ApicScope ApicScope { get; set; } = ApicScope.Shared;

    /// <summary>On SevSnp, the guest is under Restricted Injection, without an SVSM.</summary>
    [Parameter]
    public SwitchParameter RestrictedInjection { get; set; }

    /// <summary>On SevSnp, what the hypervisor offers.</summary>
    [Parameter]
    [FlatArgument]
    public HypervisorFeatures HypervisorFeature { get; set; } = HypervisorFeatures.Usual;

    /// <summary>On SevSnp, what the hypervisor does otherwise than KVM.</summary>
    [Parameter]
    [FlatArgument]
    public HypervisorBehavior HypervisorBehavior { get; set; }

    /// <summary>CPUID does not offer x2APIC.</summary>
    [Parameter]
    public SwitchParameter NoX2Apic { get; set; }

    /// <summary>Width of physical addresses in bits.</summary>
    [Parameter]
    [ValidateRange(36, 52)]
    public int PhysicalAddressBits { get; set; } = 48;

    /// <summary>The mode that RESET leaves, where it is not the model's own.</summary>
    [Parameter]
    [FlatArgument]
    public ApicMode ResetMode { get; set; }

    /// <summary>CPUID does not offer the timer's TSC-deadline mode.</summary>
    [Parameter]
    public SwitchParameter NoTscDeadline { get; set; }

    /// <summary>For model Intel, in which modes the APIC sends lowest-priority IPIs.</summary>
    [Parameter]
    [FlatArgument]
    public LowestPriorityIpis LowestPriorityIpi { get; set; }

    /// <summary>APIC ID of the bootstrap processor; without it vCPU 0 is it.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument? BootstrapId { get; set; }

    /// <summary>Quirks of KVM to switch off.</summary>
    [Parameter]
    [ValidateSet(Lint0, Hole, Broadcast, LongIds, Suppression, Unmapped)]
    [FlatArgument]
    public KvmQuirks[] DisableQuirk { get; set; } = [];

    /// <summary>Quirks of KVM to switch on.</summary>
    [Parameter]
    [ValidateSet(Lint0, Hole, Broadcast, LongIds, Suppression, Unmapped)]
    [FlatArgument]
    public KvmQuirks[] EnableQuirk { get; set; } = [];

    /// <summary>The machine's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    private protected bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Makes the machine that the options describe, or reports why not.</summary>
    private protected ApicMachine? Create(int? count)
    {
        ApicMachine? machine = null;
        Guard(() =>
        {
            var ids = MachineFactory.ApicIds(ApicId, count, null);
            uint? bootstrap = BootstrapId?.ToUInt32();
            KvmQuirks quirks = Quirks();
            string on = Backend == ApicBackend.Emulator ? "" : $", backend {Backend}";
            if (!ShouldProcess($"{Name ?? "a new machine"}: {ids.Count} vCPU{(ids.Count == 1 ? "" : "s")}, model {Model}, platform {Platform}{on}", "Make machine"))
            {
                return;
            }

            var traits = new ApicTraits
            {
                Model = Model,
                OffersX2Apic = !NoX2Apic,
                OffersTscDeadline = !NoTscDeadline,
                LowestPriorityIpis = LowestPriority(),
                PhysicalAddressBits = PhysicalAddressBits,
                BootstrapId = bootstrap,
                Quirks = quirks,
                ResetMode = Has(nameof(ResetMode)) ? ResetMode : null,
            };
            if (bootstrap is { } id && !ids.Contains(id))
            {
                WriteWarning($"No vCPU has APIC ID 0x{id:X}: the machine has no bootstrap processor.");
            }

            var choice = new SnpChoice(
                Has(nameof(ApicScope)) ? ApicScope : null,
                RestrictedInjection ? true : null,
                Has(nameof(HypervisorFeature)) ? HypervisorFeature : null,
                Has(nameof(HypervisorBehavior)) ? HypervisorBehavior : null);
            machine = Backend == ApicBackend.Kvm
                ? MachineFactory.CreateOfKernel(Name, CheckedForKernel(traits, choice), new KvmChoice(Has(nameof(BusCycleNanoseconds)) ? BusCycleNanoseconds : null, Has(nameof(PhysicalAddressBits))), ids)
                : MachineFactory.Create(Name, CheckedForEmulator(traits), Platform, choice, ids);
        });
        return machine;
    }

    private ApicTraits CheckedForEmulator(ApicTraits traits) => Has(nameof(BusCycleNanoseconds))
        ? throw ApicErrors.OptionsConflict($"-{nameof(BusCycleNanoseconds)} is for backend Kvm: a cycle of the emulator's timer is 1 ns.")
        : traits;

    /// <summary>A real KVM is model Kvm on platform Native, and RESET leaves it in xAPIC mode.</summary>
    private ApicTraits CheckedForKernel(ApicTraits traits, SnpChoice choice)
    {
        string? wrong = Model != ApicModel.Kvm ? $"model {Model}"
            : Platform != ApicPlatform.Native ? $"platform {Platform}"
            : choice.FirstGiven is { } option ? $"-{option}"
            : traits.ResetMode is { } mode and not ApicMode.XApic ? $"reset mode {mode}"
            : null;
        return wrong is not null
            ? throw ApicErrors.OptionsConflict($"Backend Kvm is the kernel's own APIC, native and in xAPIC mode after RESET: {wrong} is for backend Emulator.")
            : traits with { ResetMode = null };
    }

    private LowestPriorityIpis LowestPriority() => Has(nameof(LowestPriorityIpi)) && Model != ApicModel.Intel
        ? throw ApicErrors.OptionsConflict($"-{nameof(LowestPriorityIpi)} is for model Intel, whose manual leaves it to models: model {Model} does as it always does.")
        : LowestPriorityIpi;

    private KvmQuirks Quirks()
    {
        KvmQuirks off = Union(DisableQuirk);
        KvmQuirks on = Union(EnableQuirk);
        return (off | on) != KvmQuirks.None && Model != ApicModel.Kvm
                ? throw ApicErrors.OptionsConflict($"-DisableQuirk and -EnableQuirk are for model Kvm: model {Model} has no quirks.")
            : (off & on) != KvmQuirks.None
                ? throw ApicErrors.OptionsConflict($"Quirk {off & on} cannot be switched on and off at once.")
            : (KvmQuirks.Default | on) & ~off;
    }

    private static KvmQuirks Union(KvmQuirks[] quirks)
    {
        KvmQuirks union = KvmQuirks.None;
        foreach (KvmQuirks quirk in quirks)
        {
            union |= quirk;
        }

        return union;
    }
}
