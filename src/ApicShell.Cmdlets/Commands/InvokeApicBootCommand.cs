using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicBoot: runs phases of boots on a machine, step by step.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicBoot", DefaultParameterSetName = MachineSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicBootStep))]
public sealed class InvokeApicBootCommand : ApicCommand
{
    private const string MachineSet = "Machine";
    private const string DesignSet = "Design";

    private readonly List<ApicBoot> _boots = [];
    private bool _wrong;

    /// <summary>The boots, by name or as objects, in order.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(BootCompleter))]
    [ValidateNotNullOrEmpty]
    public BootArgument[] Boot { get; set; } = [];

    /// <summary>Only these phases, with wildcards.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(PhaseCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Phase { get; set; } = ["*"];

    /// <summary>The boots that come before too.</summary>
    [Parameter]
    public SwitchParameter WithPrevious { get; set; }

    /// <summary>The machine; without one, the newest.</summary>
    [Parameter(ParameterSetName = MachineSet)]
    [MachineArgument]
    [ArgumentCompleter(typeof(MachineCompleter))]
    [ValidateNotNull]
    public ApicMachine? Machine { get; set; }

    /// <summary>The design that a new machine is made by.</summary>
    [Parameter(ParameterSetName = DesignSet, Mandatory = true)]
    [ArgumentCompleter(typeof(DesignCompleter))]
    [ValidateNotNull]
    public DesignArgument? Design { get; set; }

    /// <summary>The world that the new machine is in.</summary>
    [Parameter(ParameterSetName = DesignSet)]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [ValidateNotNull]
    public WorldArgument World { get; set; } = WorldArgument.Usual;

    /// <summary>Number of vCPUs of the new machine.</summary>
    [Parameter(ParameterSetName = DesignSet)]
    [ValidateNotNull]
    public int VcpuCount { get; set; }

    /// <summary>Whether all VMPLs of a vCPU of the new machine share a local APIC, where that is not as the world has it.</summary>
    [Parameter(ParameterSetName = DesignSet)]
    [FlatArgument]
    public ApicScope ApicScope { get; set; }

    /// <summary>Who has the timer on the new machine.</summary>
    [Parameter(ParameterSetName = DesignSet)]
    [FlatArgument]
    public SvsmTimer SvsmTimer { get; set; }

    /// <summary>The new machine's name.</summary>
    [Parameter(ParameterSetName = DesignSet)]
    [ValidateNotNullOrEmpty]
    public string? MachineName { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (BootArgument argument in Boot)
        {
            try
            {
                _boots.AddRange(argument.Resolve(State));
            }
            catch (ApicException error)
            {
                _wrong = true;
                WriteError(error.ToErrorRecord());
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A boot that is missing in the midst of others would make what follows mean something else.
        if (!_wrong && _boots.Count > 0)
        {
            Guard(Run);
        }
    }

    private bool Has(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private void Run()
    {
        (ApicBoot Boot, ApicBootPhase[] Phases)[] wanted = [.. Chained().Select(boot => (boot, Wanted(boot)))];
        CheckPhases(wanted.SelectMany(one => one.Boot.Phase));
        string action = $"Boot {string.Join("; ", wanted.Where(one => one.Phases.Length > 0).Select(one => $"{one.Boot}: {string.Join(", ", one.Phases.Select(phase => phase.Name))}"))}";
        BootRun? run = ParameterSetName == DesignSet ? Started(action, out ApicMachine? machine) : Continued(action, out machine);
        if (run is null)
        {
            return;
        }

        int written = Write(run, machine!, 0);
        foreach ((ApicBoot boot, ApicBootPhase[] phases) in wanted)
        {
            foreach (ApicBootPhase phase in phases)
            {
                if (Stopping)
                {
                    return;
                }

                using (machine!.Take())
                {
                    run.Do(boot.Name, phase.Core);
                }

                written = Write(run, machine, written);
            }
        }
    }

    private int Write(BootRun run, ApicMachine machine, int written)
    {
        ApicBootStep[] steps;
        using (machine.Take())
        {
            steps = ApicBootSteps.Of(run, machine, written);
        }

        WriteObject(steps, enumerateCollection: true);
        return written + steps.Length;
    }

    /// <summary>The run on a machine that is there, by what its guests know.</summary>
    private BootRun? Continued(string action, out ApicMachine? machine)
    {
        machine = Machine ?? CurrentMachine;
        if (machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(machine);
        }

        if (!ShouldProcess($"machine {machine.Name}", action))
        {
            return null;
        }

        using (machine.Take())
        {
            var run = new BootRun(machine.Core, AsItIs(machine));
            run.Runner.Recall(machine.Log.Views);
            return run;
        }
    }

    /// <summary>What a step of activation does on a machine that is there: what was done before.</summary>
    private static Firmware.ApicDesign AsItIs(ApicMachine machine) => new()
    {
        Name = machine.Name,
        Handler = machine.Snp is { } snp && snp.IsAlternateInjectionEnabled(0) ? snp.HandlerOf(0) : VcHandler.Proposal,
        Timer = machine.Snp?.Options.Timer ?? SvsmTimer.None,
        Behavior = machine.Snp?.Options.Behavior ?? SvsmBehavior.None,
    };

    /// <summary>The run on a new machine, as the design has it.</summary>
    private BootRun? Started(string action, out ApicMachine? machine)
    {
        ApicDesign design = Design!.ResolveOne(State);
        int count = Has(nameof(VcpuCount)) ? VcpuCount : Chained().Max(boot => boot.VcpuCount);
        machine = null;
        if (count is < 1 or > Emulation.Machine.MaxVcpuCount)
        {
            throw ApicErrors.VcpuCountInvalid(count);
        }

        MachineFactory.CheckName(State, MachineName);

        if (!ShouldProcess($"{MachineName ?? "a new machine"}: {count} vCPU{(count == 1 ? "" : "s")}, design {design}", action))
        {
            return null;
        }

        var environment = new BootEnvironment
        {
            World = World.ResolveOne(State).Core,
            Scope = Has(nameof(ApicScope)) ? ApicScope : null,
            Timer = Has(nameof(SvsmTimer)) ? SvsmTimer : null,
        };
        ApicMachine? made = null;
        try
        {
            DesignCheck.Whole(design.Core);
            BootRun run = BootRun.Start(design.Core, environment, count, core => made = new ApicMachine(MachineName ?? State.NextName(), core, new MachineLog()));
            State.Add(machine = made!);
            return run;
        }
        catch (DesignException error)
        {
            throw ApicErrors.DesignInvalid(error);
        }
    }

    private List<ApicBoot> Chained()
    {
        if (!WithPrevious)
        {
            return _boots;
        }

        // Each once: what two boots come after is run before the first of them.
        var chain = new List<ApicBoot>();
        foreach (Firmware.ApicBoot core in _boots.SelectMany(boot => BootCatalogue.Chain(boot.Core)))
        {
            if (!chain.Exists(one => string.Equals(one.Name, core.Name, StringComparison.OrdinalIgnoreCase)))
            {
                chain.Add(new ApicBoot(core));
            }
        }

        return chain;
    }

    private ApicBootPhase[] Wanted(ApicBoot boot)
    {
        // Of the boots that come before all phases are meant: -Phase is for those that were named.
        bool named = _boots.Exists(one => one.Name == boot.Name);
        WildcardPattern[] patterns = [.. Phase.Select(Wildcards.Pattern)];
        return [.. boot.Phase.Where(phase => !named || Array.Exists(patterns, pattern => pattern.IsMatch(phase.Name)))];
    }

    private void CheckPhases(IEnumerable<ApicBootPhase> phases)
    {
        string[] names = [.. phases.Select(phase => phase.Name).Distinct()];
        foreach (string name in Phase)
        {
            if (!Wildcards.In(name) && !names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw ApicErrors.PhaseNotFound(_boots.Count == 1 ? $"Boot {_boots[0]}" : "These boots", name, names);
            }
        }
    }
}
