using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Enable-ApicAlternateInjection: lets the SVSM emulate the APIC of vCPUs.</summary>
[Cmdlet(VerbsLifecycle.Enable, "ApicAlternateInjection", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class EnableApicAlternateInjectionCommand : AlternateInjectionCommand
{
    /// <summary>How the guest's #VC handler treats APIC accesses.</summary>
    [Parameter]
    [FlatArgument]
    public VcHandler VcHandler { get; set; } = VcHandler.Edk2;

    /// <summary>Who has the guest's timer.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmTimer TimerSupport { get; set; }

    /// <summary>What the SVSM does otherwise than its protocol means.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmBehavior SvsmBehavior { get; set; }

    /// <summary>With what it begins for the vCPU.</summary>
    [Parameter]
    [FlatArgument]
    public InjectionOptions InjectionOption { get; set; }

    /// <summary>The SVSM sets up its own APIC first.</summary>
    [Parameter]
    public SwitchParameter SvsmApicSetup { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        if (!ShouldProcess($"vCPU {vcpu}", $"Enable Alternate Injection, #VC handler {VcHandler}{(SvsmApicSetup ? ", the SVSM's APIC set up" : "")}"))
        {
            return;
        }

        using (vcpu.Machine.Take())
        {
            Enable(vcpu, platform);
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }

    private void Enable(ApicVcpu vcpu, SnpPlatform platform)
    {
        // Options are the machine's: what is not said stays as it is.
        SvsmOptions options = platform.Options with
        {
            Timer = Has(nameof(TimerSupport)) ? TimerSupport : platform.Options.Timer,
            Behavior = Has(nameof(SvsmBehavior)) ? SvsmBehavior : platform.Options.Behavior,
        };
        try
        {
            platform.CheckFeatures(options);
        }
        catch (MachineException error)
        {
            throw ApicErrors.OfMachine(error, vcpu);
        }

        if (SvsmApicSetup && !vcpu.Machine.Core.SetUpSvsmApic(vcpu.Index))
        {
            throw ApicErrors.SvsmSetupFailed(vcpu);
        }

        vcpu.Machine.Core.EnableAlternateInjection(vcpu.Index, VcHandler, options, InjectionOption);
    }

    private bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
