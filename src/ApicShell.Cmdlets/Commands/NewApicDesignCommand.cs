using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>New-ApicDesign: makes a design from another.</summary>
[Cmdlet(VerbsCommon.New, "ApicDesign", SupportsShouldProcess = true)]
[OutputType(typeof(ApicDesign))]
public sealed class NewApicDesignCommand : ApicCommand
{
    /// <summary>The design's name.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Builds the design: gives knobs and steps.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>The design that it is made from; without one, None.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DesignCompleter))]
    [ValidateNotNull]
    public DesignArgument From { get; set; } = new("None");

    /// <summary>The changes that it makes too.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChangeCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public ChangeArgument[] Change { get; set; } = [];

    /// <summary>The idea in one line.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>What speaks for it.</summary>
    [Parameter]
    public string? For { get; set; }

    /// <summary>What speaks against it.</summary>
    [Parameter]
    public string? Against { get; set; }

    /// <summary>Where it comes from.</summary>
    [Parameter]
    public string? Source { get; set; }

    /// <summary>The guest's #VC handler.</summary>
    [Parameter]
    [FlatArgument]
    public VcHandler VcHandler { get; set; }

    /// <summary>The mode in which a vCPU runs its first instruction.</summary>
    [Parameter]
    [FlatArgument]
    public ApicMode ResetMode { get; set; }

    /// <summary>Who gives it that mode.</summary>
    [Parameter]
    [FlatArgument]
    public ResetOwner ResetBy { get; set; }

    /// <summary>Steps at activation.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public object[]? OnActivation { get; set; }

    /// <summary>The SVSM sets up its own APIC on every vCPU before firmware starts.</summary>
    [Parameter]
    public bool SvsmSetup { get; set; }

    /// <summary>For which vCPUs the SVSM has an APIC.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmApics SvsmApic { get; set; }

    /// <summary>The SVSM lets the host send any vector before the guest has asked for it.</summary>
    [Parameter]
    public bool AllVectorsAllowed { get; set; }

    /// <summary>Who sets VGIF in VMSAs.</summary>
    [Parameter]
    [FlatArgument]
    public VgifSetters Vgif { get; set; }

    /// <summary>Whether all VMPLs of a vCPU share a local APIC.</summary>
    [Parameter]
    [FlatArgument]
    public ApicScope ApicScope { get; set; }

    /// <summary>What the hypervisor offers.</summary>
    [Parameter]
    [FlatArgument]
    public HypervisorFeatures HypervisorFeature { get; set; }

    /// <summary>What the hypervisor does otherwise than KVM.</summary>
    [Parameter]
    [FlatArgument]
    public HypervisorBehavior HypervisorBehavior { get; set; }

    /// <summary>Who has the timer.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmTimer SvsmTimer { get; set; }

    /// <summary>What the SVSM gets wrong.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmBehavior SvsmBehavior { get; set; }

    /// <summary>What firmware does otherwise, by phase.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Firmware { get; set; }

    /// <summary>AMD's manual is changed with it.</summary>
    [Parameter]
    public SwitchParameter AmendsFigure { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        GivenText.CheckName("design", Name);
        if (RunspaceState.IsReservedDesign(Name))
        {
            throw ApicErrors.DesignNameTaken(Name);
        }

        if (Wildcards.In(Name))
        {
            throw ApicErrors.DesignInvalid(Name, "a name has no wildcards, for names are looked up with them.");
        }

        ApicDesign based = From.ResolveOne(State);
        Firmware.ApicDesign made = Made(based.Core);
        GivenText.Check(made);
        var design = new ApicDesign(made);
        if (ShouldProcess($"design {Name}", $"Make from {based}"))
        {
            State.Add(design);
            WriteObject(design);
        }
    });

    private Firmware.ApicDesign Made(Firmware.ApicDesign based)
    {
        var knobs = new DesignKnobs(Name, State);
        // What speaks for the base and against it need not hold for what is made from it.
        Firmware.ApicDesign design = based with { Name = Name, Title = $"made from {based.Name}", For = "", Against = "", Source = "" };
        design = ChangeSets.Added(design, [.. Change.SelectMany(one => one.Resolve(State))]);
        foreach (KeyValuePair<string, object> bound in MyInvocation.BoundParameters)
        {
            if (DesignKnob.Find(bound.Key) is { } knob && DesignKnobs.IsUsers(knob))
            {
                design = knobs.Turn(design, bound.Key, bound.Value);
            }
        }

        return DesignKnobs.Checked(ScriptBlock is null ? design : Built(design, knobs));
    }

    /// <summary>What the script block makes of a design: it runs once, and gives tables of knobs, and steps at activation.</summary>
    private Firmware.ApicDesign Built(Firmware.ApicDesign design, DesignKnobs knobs)
    {
        var steps = new List<object>();
        foreach (PSObject item in Output(design))
        {
            switch (item?.BaseObject)
            {
                case null:
                    break;
                case IDictionary table:
                    foreach (DictionaryEntry entry in table)
                    {
                        design = knobs.Turn(design, $"{entry.Key}", entry.Value);
                    }

                    break;
                case string or ApicStep:
                    steps.Add(item.BaseObject);
                    break;
                default:
                    throw ApicErrors.DesignInvalid(
                        Name, $"its script block gave \"{item}\", a {item.BaseObject.GetType().Name}. It gives tables of knobs, as @{{ ResetMode = 'X2Apic' }}, and steps as text.");
            }
        }

        return steps.Count == 0
            ? design
            : knobs.Turn(design, nameof(OnActivation), design.OnActivation.Select(step => (object)step.ToString()).Concat(steps).ToArray());
    }

    private Collection<PSObject> Output(Firmware.ApicDesign design)
    {
        var given = new ApicDesign(design);
        try
        {
            return ScriptBlock!.InvokeWithContext(null, [new PSVariable("_", given)], given);
        }
        catch (RuntimeException error) when (error is not PipelineStoppedException)
        {
            string where = error.ErrorRecord?.InvocationInfo is { ScriptLineNumber: > 0 } position
                ? $" (line {position.ScriptLineNumber}: {position.Line.Trim()})"
                : "";
            throw ApicErrors.DesignInvalid(Name, $"its script block failed: {error.Message}{where}", error);
        }
    }
}
