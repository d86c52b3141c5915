using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Firmware;

/// <summary>An access that a step issued, and its answer.</summary>
/// <param name="Vcpu">Index of the vCPU.</param>
/// <param name="Access">The access.</param>
/// <param name="Answer">How it ended.</param>
public readonly record struct IssuedAccess(int Vcpu, Access Access, Answer Answer);

/// <summary>One step of a boot, done.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Boot">The boot's name.</param>
/// <param name="Phase">The phase's name.</param>
/// <param name="Step">The step.</param>
/// <param name="Report">What became of it.</param>
/// <param name="Accesses">The accesses that it issued.</param>
/// <param name="ModeSteps">The steps between modes that it took.</param>
public sealed record BootStep(
    int Number, string Boot, string Phase, MachineStep Step, StepReport Report, IReadOnlyList<IssuedAccess> Accesses, IReadOnlyList<ModeStep> ModeSteps);

/// <summary>In what guest, SVSM and hypervisor differ after a phase.</summary>
/// <param name="Boot">The boot's name.</param>
/// <param name="Phase">The phase's name.</param>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Kinds">What they differ in.</param>
/// <param name="SvsmMode">Whether the SVSM's protocol is of another mode than the guest's APIC is in.</param>
/// <param name="AfterStep">Number of the last step before.</param>
public sealed record ViewDifference(string Boot, string Phase, int Vcpu, GuestViewKinds Kinds, bool SvsmMode, int AfterStep);

/// <summary>Runs boots on a machine, step by step, and looks after each phase whether guest, SVSM and hypervisor agree.</summary>
public sealed class BootRun : IStepLog
{
    private readonly List<BootStep> _steps = [];
    private readonly List<ViewDifference> _differences = [];
    private List<IssuedAccess> _accesses = [];
    private List<ModeStep> _modeSteps = [];
    private bool _hasProblem;

    /// <summary>Makes a run on a machine that exists; RESET and activation are the caller's business.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="design">What it is run under.</param>
    public BootRun(IMachine machine, ApicDesign design)
        : this(machine, design, new DesignInUse(design))
    {
    }

    private BootRun(IMachine machine, ApicDesign design, DesignInUse inUse)
    {
        Machine = machine;
        Design = design;
        Runner = new StepRunner(machine, inUse) { Log = this };
    }

    /// <summary>The machine.</summary>
    public IMachine Machine { get; }

    /// <summary>The design.</summary>
    public ApicDesign Design { get; }

    /// <summary>Who does the steps.</summary>
    public StepRunner Runner { get; }

    /// <summary>The steps done so far.</summary>
    public IReadOnlyList<BootStep> Steps => _steps;

    /// <summary>In what views differed after phases, in order.</summary>
    public IReadOnlyList<ViewDifference> Differences => _differences;

    /// <summary>Whether nothing more is done after the first step in which something went wrong.</summary>
    public bool EndsAtProblem { get; init; }

    /// <summary>Which knobs of the design have made a difference so far, or could have; as <see cref="DesignInUse.Used"/> has them.</summary>
    public IReadOnlyCollection<string> Used
    {
        get
        {
            Runner.Design.NoteAsked(Machine.Snp()?.BehaviorAsked ?? HypervisorBehavior.None);
            return Runner.Design.Used;
        }
    }

    /// <summary>Every step between modes.</summary>
    public IEnumerable<ModeStep> ModeSteps => _steps.SelectMany(step => step.ModeSteps);

    /// <summary>The first step in which something went wrong, or null.</summary>
    public BootStep? FirstProblem => _steps.Find(step => step.Report.IsWrong);

    /// <summary>Register accesses that guests issued; looks at APIC_BASE are not counted.</summary>
    public int AccessCount => GuestAccesses.Count();

    /// <summary>Those that did what they were for.</summary>
    public int SucceededCount => GuestAccesses.Count(one => one.Answer.Succeeded || one.Answer.Outcome == Outcome.Undefined);

    /// <summary>Exits of all.</summary>
    public long Exits => _steps.Sum(step => (long)step.Report.Exits);

    private IEnumerable<IssuedAccess> GuestAccesses => _steps.SelectMany(step => step.Accesses)
        .Where(one => one.Access.Origin == AccessOrigin.Guest && (one.Access.IsWrite || one.Access.Register != ApicRegister.ApicBase));

    /// <summary>
    /// Makes a machine as a design has it, with its RESET and, on SEV-SNP, Alternate Injection switched on for the first vCPU; for others it is when they
    /// are started.
    /// </summary>
    /// <param name="design">The design.</param>
    /// <param name="environment">Where.</param>
    /// <param name="vcpuCount">How many vCPUs.</param>
    /// <param name="made">Gets the machine before anything is done on it, to set an observer; null for none.</param>
    /// <param name="endsAtProblem">Whether nothing more is done after the first step in which something went wrong.</param>
    public static BootRun Start(ApicDesign design, BootEnvironment environment, int vcpuCount, Action<Machine>? made = null, bool endsAtProblem = false)
    {
        ApicDesign whole = environment.Applied(design);
        var inUse = new DesignInUse(whole);
        var traits = new ApicTraits { ResetMode = inUse.KvmResetMode };
        uint[] ids = [.. Enumerable.Range(0, vcpuCount).Select(id => (uint)id)];
        Platform platform = environment.IsNative
            ? new NativePlatform()
            : new SnpPlatform(inUse.Scope, SnpInjection.Alternate, inUse.Features, inUse.HypervisorBehavior);
        var machine = new Machine(traits, platform, ids);
        made?.Invoke(machine);
        var run = new BootRun(machine, whole, inUse) { EndsAtProblem = endsAtProblem };
        run.Add("Start", "RESET", new MachineStep(StepVerb.Reset), run.Runner.Begun);
        if (!environment.IsNative)
        {
            run.Do("Start", "Activation", new MachineStep(StepVerb.Activate));
        }

        return run;
    }

    /// <summary>Runs a boot, phase by phase.</summary>
    /// <param name="boot">The boot.</param>
    /// <param name="phases">The phases to run; null for all.</param>
    public void Do(ApicBoot boot, Func<BootPhase, bool>? phases = null)
    {
        foreach (BootPhase phase in boot.Phases.Where(phase => phases?.Invoke(phase) ?? true))
        {
            Do(boot.Name, phase);
        }
    }

    /// <summary>Runs a phase, and looks at the views.</summary>
    public void Do(string boot, BootPhase phase)
    {
        Runner.Library = phase.Library;
        foreach (MachineStep step in Runner.Design.StepsOf(phase))
        {
            if (EndsAtProblem && _hasProblem)
            {
                return;
            }

            Do(boot, phase.Name, step);
        }

        for (int vcpu = 0; vcpu < Machine.VcpuCount; vcpu++)
        {
            // A vCPU whose guest has not looked at its APIC yet has no view of it.
            bool ran = Runner.GuestOf(vcpu).Known != GuestViewKinds.None;
            GuestViewKinds kinds = ran ? GuestViewCheck.Differing(Runner, vcpu) : GuestViewKinds.None;
            bool svsmMode = ran && GuestViewCheck.SvsmKnowsAnotherMode(Machine, vcpu);
            if (kinds != GuestViewKinds.None || svsmMode)
            {
                _differences.Add(new(boot, phase.Name, vcpu, kinds, svsmMode, _steps.Count));
            }
        }
    }

    /// <summary>Does one step.</summary>
    public StepReport Do(string boot, string phase, MachineStep step) => Add(boot, phase, step, () => Runner.Do(step));

    /// <inheritdoc/>
    public void OnAccess(int vcpu, in Access access, in Answer answer) => _accesses.Add(new(vcpu, access, answer));

    /// <inheritdoc/>
    public void OnModeStep(in ModeStep step) => _modeSteps.Add(step);

    private StepReport Add(string boot, string phase, MachineStep step, Func<StepReport> act)
    {
        (_accesses, _modeSteps) = ([], []);
        StepReport report = act();
        _hasProblem |= report.IsWrong;
        if (report.Problem != StepProblem.NotPossible)
        {
            _steps.Add(new(_steps.Count + 1, boot, phase, step, report, _accesses, _modeSteps));
        }

        return report;
    }
}
