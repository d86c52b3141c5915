using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Get-ApicBase: APIC_BASE of vCPUs, taken apart, without an access.</summary>
[Cmdlet(VerbsCommon.Get, "ApicBase")]
[OutputType(typeof(ApicBaseValue))]
public sealed class GetApicBaseCommand : VcpuCommand
{
    /// <summary>Whose APIC, where VMPLs have one each.</summary>
    [Parameter]
    [FlatArgument]
    public AccessOrigin Origin { get; set; } = AccessOrigin.Guest;

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        CheckOrigin(vcpu, Origin);
        WriteObject(new ApicBaseValue(vcpu, vcpu.BaseOf(Origin)));
    }
}
