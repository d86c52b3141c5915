using System;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>Says of each step whether it breaks a property of a design, and keeps what is wrong then.</summary>
internal sealed class DesignJudge : IStepLog
{
    private readonly DesignProperties _properties;
    private readonly bool _amendsFigure;
    private readonly StepRunner _runner;
    private readonly Machine _machine;
    private readonly SnpPlatform? _platform;
    private readonly InterruptLedger _ledger;
    private ModeStep _illegal;
    private bool _isIllegal;

    /// <summary>Makes a judge of what a runner does, whose log and whose machine's observer it becomes.</summary>
    public DesignJudge(DesignProblem problem, StepRunner runner)
    {
        (_properties, _amendsFigure) = (problem.Properties, problem.Design.AmendsFigure);
        _runner = runner;
        _machine = (Machine)runner.Machine;
        _platform = _machine.Snp();
        _ledger = new(_machine);
        _machine.Observer = _ledger;
        runner.Log = this;
    }

    /// <summary>What the last step that broke a property did; of no meaning before one has.</summary>
    public (DesignBreak Break, StepReport Report, int Vcpu, int Vector, ModeStep ModeStep) Last { get; private set; }

    /// <summary>The machine is in the state from which steps are tried next.</summary>
    public void Enter() => _ledger.Enter();

    /// <summary>A step begins.</summary>
    public void Begin()
    {
        _isIllegal = false;
        _ledger.Begin();
    }

    /// <summary>A step has ended: which property it broke, and how.</summary>
    /// <param name="step">The step.</param>
    /// <param name="report">What became of it.</param>
    public DesignBreak Judge(in MachineStep step, in StepReport report)
    {
        DesignBreak broken = OfAnswers(report);
        (int vcpu, int vector) = (report.Vcpu, -1);
        if (broken == DesignBreak.None && _isIllegal && Has(DesignProperties.ModeSteps))
        {
            (broken, vcpu) = (DesignBreak.ModeStepNotDrawn, _illegal.Vcpu);
        }

        if (broken == DesignBreak.None && (_properties & (DesignProperties.InterruptsOnce | DesignProperties.Priority)) != 0)
        {
            broken = OfInterrupts(step, report, out vcpu, out vector);
        }

        for (int one = 0; broken == DesignBreak.None && one < _machine.VcpuCount; one++)
        {
            (broken, vcpu) = (OfViews(one), one);
        }

        if (broken != DesignBreak.None)
        {
            Last = (broken, report, vcpu, vector, _illegal);
        }

        return broken;
    }

    /// <inheritdoc/>
    public void OnAccess(int vcpu, in Access access, in Answer answer)
    {
    }

    /// <inheritdoc/>
    public void OnModeStep(in ModeStep step)
    {
        if (!_isIllegal && step.Accepted && !step.IsDrawn && !_amendsFigure)
        {
            (_isIllegal, _illegal) = (true, step);
        }
    }

    private bool Has(DesignProperties property) => (_properties & property) != 0;

    private DesignBreak OfAnswers(in StepReport report) => !Has(DesignProperties.Answered) ? DesignBreak.None : report.Problem switch
    {
        StepProblem.Fault or StepProblem.GuestEnded => DesignBreak.Fault,
        StepProblem.Unanswered => DesignBreak.Unanswered,
        StepProblem.Asserted => DesignBreak.Asserted,
        StepProblem.CallFailed => DesignBreak.CallFailed,
        _ => DesignBreak.None,
    };

    private DesignBreak OfInterrupts(in MachineStep step, in StepReport report, out int vcpu, out int vector)
    {
        LedgerEntry entry = _ledger.End(step, report, out (int Vcpu, int Vector) wrong);
        (vcpu, vector) = wrong;
        if (entry != LedgerEntry.Right && Has(DesignProperties.InterruptsOnce))
        {
            return entry == LedgerEntry.Lost ? DesignBreak.InterruptLost : DesignBreak.InterruptFromNowhere;
        }

        if (step.Verb != StepVerb.Take)
        {
            return DesignBreak.None;
        }

        vcpu = report.Vcpu;
        return OfTake(report, out vector);
    }

    /// <summary>What was taken is allowed and is the right one; what could be taken is.</summary>
    private DesignBreak OfTake(in StepReport report, out int vector)
    {
        int vcpu = report.Vcpu;
        ref GuestMemory guest = ref _runner.GuestOf(vcpu);
        bool took = report.Taken.Kind == TakenKind.Fixed;

        // What was in service before this take: it has been noted by now.
        int newest = !took ? guest.Newest : guest.ServiceCount > 1 ? guest.Service(guest.ServiceCount - 2) : -1;
        int priority = (guest.Known & GuestViewKinds.Tpr) != 0 ? (int)((guest.Tpr >> 4) & 0xF) : _machine.ReadCr8(vcpu);
        int floor = Math.Max(priority, newest < 0 ? 0 : newest >> 4);
        bool open = _machine.VcpuAt(vcpu).InterruptFlag != 0;
        int waits = _ledger.After(vcpu).Known.Highest;
        vector = took ? report.Taken.Vector : waits;
        if (took)
        {
            bool right = open && report.Taken.Vector >> 4 > floor && report.Taken.Vector >= waits;
            return right || !Has(DesignProperties.Priority) ? DesignBreak.None : DesignBreak.AgainstPriority;
        }

        bool held = report.Taken.Kind == TakenKind.None && open && waits >> 4 > floor && _machine.VcpuAt(vcpu).RunState == RunState.Running && CanTake(vcpu);
        return held && Has(DesignProperties.InterruptsOnce) ? DesignBreak.InterruptHeldBack : DesignBreak.None;
    }

    /// <summary>Whether the one who delivers would: an APIC that is off hands nothing over, and a guest that has ended takes nothing.</summary>
    private bool CanTake(int vcpu) => _platform is null || !_platform.IsAlternateInjectionEnabled(vcpu)
        ? _machine.GuestPlane.Apics[vcpu].IsEnabled && _machine.GuestPlane.Apics[vcpu].IsSoftwareEnabled
        : !_platform.IsTerminated;

    private DesignBreak OfViews(int vcpu)
    {
        if ((_properties & (DesignProperties.ViewsAgree | DesignProperties.InterruptsOnce)) == 0)
        {
            return DesignBreak.None;
        }

        GuestViewKinds kinds = GuestViewCheck.Differing(_runner, vcpu);
        GuestViewKinds views = Has(DesignProperties.ViewsAgree) ? kinds & ~GuestViewKinds.Service : GuestViewKinds.None;
        return (views & GuestViewKinds.Mode) != 0 ? DesignBreak.ModeView
            : (views & GuestViewKinds.Tpr) != 0 ? DesignBreak.TprView
            : (views & GuestViewKinds.Svr) != 0 ? DesignBreak.SvrView
            : (views & (GuestViewKinds.Timer | GuestViewKinds.TimerCount)) != 0 ? DesignBreak.TimerView
            : (views & GuestViewKinds.Ldr) != 0 ? DesignBreak.LdrView
            : (kinds & GuestViewKinds.Service) != 0 && Has(DesignProperties.InterruptsOnce) ? DesignBreak.ServiceView
            : DesignBreak.None;
    }
}
