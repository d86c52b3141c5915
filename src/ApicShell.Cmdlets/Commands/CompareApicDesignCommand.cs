using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.Searching;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Compare-ApicDesign: tries designs on boots, and on the conditions beside them.</summary>
[Cmdlet(VerbsData.Compare, "ApicDesign")]
[OutputType(typeof(ApicDesignResult))]
public sealed class CompareApicDesignCommand : ApicCommand
{
    private readonly List<ApicDesign> _designs = [];

    /// <summary>The designs, by name or as objects; without any, all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(DesignCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public DesignArgument[] Design { get; set; } = [new("*")];

    /// <summary>The boots, by name or as objects.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BootCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public BootArgument[] Boot { get; set; } = [new(SearchBoots.Usual)];

    /// <summary>The worlds, by name or as objects.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public WorldArgument[] World { get; set; } = [WorldArgument.Usual];

    /// <summary>A recorded trace of one vCPU instead of a boot.</summary>
    [Parameter]
    [ValidateNotNull]
    public TraceRecord[] Trace { get; set; } = [];

    /// <summary>What the designs are put through beside the boot; without any, all.</summary>
    [Parameter]
    [ValidateNotNull]
    [FlatArgument]
    public DesignCondition[] Condition { get; set; } = [.. DesignComparison.Conditions];

    /// <summary>The boot alone.</summary>
    [Parameter]
    public SwitchParameter NoCondition { get; set; }

    /// <summary>Whether all VMPLs of a vCPU share a local APIC, for the boot; a condition has its own. Without it, as the world has it.</summary>
    [Parameter]
    [FlatArgument]
    public ApicScope ApicScope { get; set; }

    /// <summary>How many vCPUs, for the boot; a condition has its own. Without it, as the boot says.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int VcpuCount { get; set; }

    /// <summary>Who has the timer, for the boot; a condition has its own. Without it, as each design says.</summary>
    [Parameter]
    [FlatArgument]
    public SvsmTimer SvsmTimer { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (DesignArgument argument in Design)
        {
            Guard(() => _designs.AddRange(argument.Resolve(State)));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var boots = new List<ApicBoot>();
        var worlds = new List<ApicWorld>();
        Guard(() => boots.AddRange(Boots()));
        foreach (WorldArgument argument in World)
        {
            Guard(() => worlds.AddRange(argument.Resolve(State)));
        }

        DesignCondition[] conditions = NoCondition ? [] : Condition;
        (ApicWorld World, ApicBoot Boot, ApicDesign Design)[] rows =
            [.. worlds.SelectMany(world => boots.SelectMany(boot => _designs.Select(design => (world, boot, design))))];
        int done = 0;
        foreach ((ApicWorld world, ApicBoot boot, ApicDesign design) in rows)
        {
            if (Stopping)
            {
                return;
            }

            WriteProgress(new ProgressRecord(1, "Compare-ApicDesign", $"{design} on {boot} in world {world}") { PercentComplete = done++ * 100 / rows.Length });
            var environment = new BootEnvironment
            {
                World = world.Core,
                Scope = Has(nameof(ApicScope)) ? ApicScope : null,
                VcpuCount = Has(nameof(VcpuCount)) ? VcpuCount : null,
                Timer = Has(nameof(SvsmTimer)) ? SvsmTimer : null,
            };
            Guard(() => WriteObject(Compared(design, boot, world, environment, conditions)));
        }

        if (done > 0)
        {
            WriteProgress(new ProgressRecord(1, "Compare-ApicDesign", "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private IEnumerable<ApicBoot> Boots()
    {
        if (NoCondition && Has(nameof(Condition)))
        {
            throw ApicErrors.OptionsConflict("-NoCondition and -Condition exclude each other.");
        }

        if (!Has(nameof(Trace)))
        {
            return [.. Boot.SelectMany(one => one.Resolve(State))];
        }

        if (Has(nameof(Boot)))
        {
            throw ApicErrors.OptionsConflict("-Trace stands in the place of a boot: leave -Boot out, or make a boot of the trace with New-ApicBoot -Trace.");
        }

        Firmware.ApicBoot core = TraceBoot.Of("Trace", "a recorded trace", Trace).Boot;
        return core.Phases.All(phase => phase.Steps.Count == 0)
            ? throw ApicErrors.BootInvalid("Trace", "the trace has no access to a register.")
            : [new ApicBoot(core)];
    }

    private static ApicDesignResult Compared(ApicDesign design, ApicBoot boot, ApicWorld world, BootEnvironment environment, DesignCondition[] conditions)
    {
        ApicMachine? machine = null;
        try
        {
            DesignResult result = DesignComparison.Compare(
                design.Core, boot.Core, environment, conditions, core => machine = new ApicMachine($"{design}/{boot}", core, new MachineLog()));
            return new(design, boot, machine!, result, world);
        }
        catch (DesignException error)
        {
            throw ApicErrors.DesignInvalid(error);
        }
        catch (Exception error) when (error is MachineException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw ApicErrors.DesignInvalid(design.Name, $"on boot {boot}: {error.Message}", error);
        }
    }
}
