using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>New-ApicVcpu: makes vCPUs, in a new machine or in one that is there.</summary>
[Cmdlet(VerbsCommon.New, "ApicVcpu", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class NewApicVcpuCommand : NewMachineCommand
{
    private static readonly string[] s_machineOptions =
    [
        nameof(Model), nameof(Platform), nameof(ApicScope), nameof(RestrictedInjection), nameof(HypervisorFeature), nameof(NoX2Apic), nameof(NoTscDeadline), nameof(PhysicalAddressBits),
        nameof(ResetMode), nameof(LowestPriorityIpi), nameof(BootstrapId), nameof(DisableQuirk), nameof(EnableQuirk), nameof(Name),
    ];

    /// <summary>Number of vCPUs.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    public int Count { get; set; } = 1;

    /// <summary>The machine that gets them; without it a new one is made.</summary>
    [Parameter(ValueFromPipeline = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNull]
    public ApicMachine? Machine { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        int? count = Has(nameof(Count)) ? Count : null;
        if (Machine is null)
        {
            WriteObject(Create(count)?.Vcpu, enumerateCollection: true);
            return;
        }

        Guard(() =>
        {
            CheckNoMachineOption();
            IReadOnlyList<uint> ids = MachineFactory.ApicIds(ApicId, count, Machine);
            if (ShouldProcess($"machine {Machine.Name}", $"Add {ids.Count} vCPU{(ids.Count == 1 ? "" : "s")}"))
            {
                WriteObject(MachineFactory.Add(Machine, ids), enumerateCollection: true);
            }
        });
    }

    private void CheckNoMachineOption()
    {
        foreach (string option in s_machineOptions)
        {
            if (Has(option))
            {
                throw ApicErrors.OptionsConflict($"-{option} describes a new machine; machine \"{Machine!.Name}\" is there already.");
            }
        }
    }
}
