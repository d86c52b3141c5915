using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Get-ApicTransition: the table of steps between the modes of an APIC.</summary>
[Cmdlet(VerbsCommon.Get, "ApicTransition")]
[OutputType(typeof(ApicTransition))]
public sealed class GetApicTransitionCommand : ApicCommand
{
    /// <summary>The models; without any all three.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [FlatArgument]
    public ApicModel[] Model { get; set; } = [ApicModel.Kvm, ApicModel.Amd, ApicModel.Intel];

    /// <summary>Who writes; without any both guest and host.</summary>
    [Parameter]
    [ValidateSet(nameof(AccessOrigin.Guest), nameof(AccessOrigin.Host))]
    [FlatArgument]
    public AccessOrigin[] Origin { get; set; } = [AccessOrigin.Guest, AccessOrigin.Host];

    /// <summary>Only steps from this mode.</summary>
    [Parameter]
    [FlatArgument]
    public ApicMode From { get; set; }

    /// <summary>Only steps to this mode.</summary>
    [Parameter]
    [FlatArgument]
    public ApicMode To { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool from = MyInvocation.BoundParameters.ContainsKey(nameof(From));
        bool to = MyInvocation.BoundParameters.ContainsKey(nameof(To));
        foreach (ApicModel model in Model)
        {
            foreach (AccessOrigin origin in Origin)
            {
                foreach (ApicTransition step in ApicTransition.Table(model, origin))
                {
                    if ((!from || step.From == From) && (!to || step.To == To))
                    {
                        WriteObject(step);
                    }
                }
            }
        }
    }
}
