using System.ComponentModel;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>What New-ApicMachine and New-ApicVcpu share: the options of a machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NewMachineCommand : ApicCommand
{
    /// <summary>One APIC ID a vCPU.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? ApicId { get; set; }

    /// <summary>Whose local APIC the machine has.</summary>
    [Parameter]
    public ApicModel Model { get; set; } = ApicModel.Kvm;

    /// <summary>The platform.</summary>
    [Parameter]
    public ApicPlatform Platform { get; set; } = ApicPlatform.Native;

    /// <summary>On SevSnp, whether all VMPLs of a vCPU share a local APIC.</summary>
    [Parameter]
    public ApicScope ApicScope { get; set; } = ApicScope.Shared;

    /// <summary>CPUID does not offer x2APIC.</summary>
    [Parameter]
    public SwitchParameter NoX2Apic { get; set; }

    /// <summary>Width of physical addresses in bits.</summary>
    [Parameter]
    [ValidateRange(36, 52)]
    public int PhysicalAddressBits { get; set; } = 48;

    /// <summary>The mode that RESET leaves, where it is not the model's own.</summary>
    [Parameter]
    public ApicMode ResetMode { get; set; }

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
            if (!ShouldProcess($"{Name ?? "a new machine"}: {ids.Count} vCPU{(ids.Count == 1 ? "" : "s")}, model {Model}, platform {Platform}", "Make machine"))
            {
                return;
            }

            var traits = new ApicTraits
            {
                Model = Model,
                OffersX2Apic = !NoX2Apic,
                PhysicalAddressBits = PhysicalAddressBits,
                ResetMode = Has(nameof(ResetMode)) ? ResetMode : null,
            };
            machine = MachineFactory.Create(Name, traits, Platform, Has(nameof(ApicScope)) ? ApicScope : null, ids);
        });
        return machine;
    }
}
