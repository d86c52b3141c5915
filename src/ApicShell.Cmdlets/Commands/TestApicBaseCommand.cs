using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Test-ApicBase: says whether a write of APIC_BASE would be accepted, and by which rule, without doing it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ApicBase", DefaultParameterSetName = ModeSet)]
[OutputType(typeof(ApicBaseTest), typeof(bool))]
public sealed class TestApicBaseCommand : BaseTargetCommand
{
    /// <summary>Give true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        var current = Current(vcpu);
        var test = new ApicBaseTest(vcpu, current, Target(current), Origin);
        WriteObject(Quiet ? test.Allowed : test);
    }
}
