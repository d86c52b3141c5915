using System.Management.Automation;
using ApicShell.Architecture;

namespace ApicShell.Commands;

/// <summary>Set-ApicBase: writes APIC_BASE.</summary>
[Cmdlet(VerbsCommon.Set, "ApicBase", DefaultParameterSetName = ModeSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class SetApicBaseCommand : BaseTargetCommand
{
    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        ApicBase current = Current(vcpu);
        Access write = Access.WriteMsr(ApicMsr.ApicBase, Target(current).Value, Origin);
        if (!ShouldProcess($"vCPU {vcpu}", $"{write} ({current.Mode} to {new ApicBase(write.Value).Mode})"))
        {
            return;
        }

        if (ParameterSetName == BitsSet)
        {
            // A read-modify-write: the read is an access too, with its exit and its place in the trace.
            ApicAccess read = Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase, Origin));
            if (!read.Succeeded)
            {
                return;
            }

            write = write with { Value = Target(new ApicBase(read.Value!.Value)).Value };
        }

        if (Execute(vcpu, write).Succeeded && PassThru)
        {
            WriteObject(vcpu);
        }
    }
}
