using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Get-ApicVcpu: the vCPUs of a machine.</summary>
[Cmdlet(VerbsCommon.Get, "ApicVcpu")]
[OutputType(typeof(ApicVcpu))]
public sealed class GetApicVcpuCommand : ApicCommand
{
    /// <summary>Numbers of vCPUs, from 0.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public int[]? Index { get; set; }

    /// <summary>APIC IDs of vCPUs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? ApicId { get; set; }

    /// <summary>The machines; without any the newest.</summary>
    [Parameter(ValueFromPipeline = true)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNullOrEmpty]
    public ApicMachine[]? Machine { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        foreach (ApicMachine machine in Machine ?? [CurrentMachine])
        {
            if (machine.IsRemoved)
            {
                throw ApicErrors.MachineRemoved(machine);
            }

            Write(machine, machine.Vcpu);
        }
    });

    private void Write(ApicMachine machine, ApicVcpu[] vcpus)
    {
        if (Index is null && ApicId is null)
        {
            WriteObject(vcpus, enumerateCollection: true);
            return;
        }

        foreach (int index in Index ?? [])
        {
            WriteOne(machine, index >= 0 && index < vcpus.Length ? vcpus[index] : null, index.ToString());
        }

        if (ApicId is not null)
        {
            Dictionary<uint, ApicVcpu> byId = vcpus.ToDictionary(vcpu => vcpu.ApicId);
            foreach (NumberArgument argument in ApicId)
            {
                uint id = argument.ToUInt32();
                WriteOne(machine, byId.TryGetValue(id, out ApicVcpu? vcpu) ? vcpu : null, $"with APIC ID 0x{id:X}");
            }
        }
    }

    private void WriteOne(ApicMachine machine, ApicVcpu? vcpu, string what)
    {
        if (vcpu is null)
        {
            WriteError(ApicErrors.VcpuNotFound(machine, what).ToErrorRecord());
        }
        else
        {
            WriteObject(vcpu);
        }
    }
}
