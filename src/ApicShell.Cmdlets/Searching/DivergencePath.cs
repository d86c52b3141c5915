using System.Collections.Generic;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.State;

namespace ApicShell.Searching;

/// <summary>The way to a broken property, run again on a machine with a trace.</summary>
internal sealed class DivergencePath
{
    private readonly List<PathPart> _before = [];
    private readonly List<PathPart> _steps = [];
    private readonly ApicMachine _machine;
    private readonly CommandRecorder _recorder;

    private DivergencePath(DesignProblem problem, IReadOnlyList<int> letters)
    {
        MachineLog? log = null;
        CommandRecorder? recorder = null;
        ApicMachine? handle = null;
        var run = BootRun.Start(problem.Design, problem.Environment, problem.VcpuCount, core =>
        {
            log = new MachineLog();
            handle = new ApicMachine(problem.Design.Name, core, log);
            recorder = new CommandRecorder(core, log);
            core.Observer = recorder;
        });
        (_machine, _recorder) = (handle!, recorder!);
        _before.Add(Part("the machine, as the design makes it", -1, PromptCommand.Make(run.Machine, problem.Design)));
        foreach (Firmware.ApicBoot boot in problem.Before)
        {
            foreach (BootPhase phase in boot.Phases)
            {
                run.Do(boot.Name, phase);
                _before.Add(Part($"boot {boot.Name}, phase {phase.Name}", -1));
            }
        }

        run.Runner.Library = problem.Library;
        foreach (int letter in letters)
        {
            MachineStep step = problem.Letters[letter];
            run.Do("Search", "Path", step);
            _steps.Add(Part($"{step}", step.Vcpus == StepVcpus.One ? step.Vcpu : -1));
        }

        Broken = DesignSpace.Explain(problem, letters);
        Problem = problem;
    }

    /// <summary>The problem.</summary>
    public DesignProblem Problem { get; }

    /// <summary>What comes before the first step of the search.</summary>
    public IReadOnlyList<PathPart> Before => _before;

    /// <summary>The steps.</summary>
    public IReadOnlyList<PathPart> Steps => _steps;

    /// <summary>What the last step breaks.</summary>
    public BrokenStep Broken { get; }

    /// <summary>The machine.</summary>
    public ApicMachine Machine => _machine;

    /// <summary>Runs a way again.</summary>
    public static DivergencePath Run(DesignProblem problem, IReadOnlyList<int> letters) => new(problem, letters);

    private PathPart Part(string title, int vcpu, IEnumerable<string>? first = null)
    {
        ApicTraceEvent[] events = _machine.Events(out _);
        _machine.Log.Trace.Clear();
        return new(title, vcpu, [.. first ?? [], .. _recorder.Take()], events);
    }
}
