using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>
/// The states of a machine under a design: all that a machine and the guests on it are, and a letter for each step of the alphabet. Two states that
/// differ in the clock alone are one; so are two in which vCPUs that can do the same have changed places.
/// </summary>
public sealed class DesignSpace : StateSpace, IStepLog
{
    private readonly DesignProblem _problem;
    private readonly MachineStep[] _letters;
    private readonly Machine _machine;
    private readonly SnpPlatform? _platform;
    private readonly StepRunner _runner;
    private readonly InterruptLedger _ledger;
    private readonly DesignCanon _canon;
    private readonly int _blockWords;
    private readonly ulong[] _root;
    private readonly ulong[] _entered;
    private readonly ulong[] _reached;
    private ModeStep _illegal;
    private bool _isIllegal;
    private bool _isEntered;

    /// <summary>What a sequence of letters breaks with its last one, told in full.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="letters">The letters of a <see cref="Counterexample"/>.</param>
    /// <exception cref="ArgumentException">They break nothing, or break it before the last one.</exception>
    public static BrokenStep Explain(DesignProblem problem, IReadOnlyList<int> letters)
    {
        var space = new DesignSpace(problem);
        ulong[] words = new ulong[space.WordCount];
        space.WriteRoot(words, 0);
        for (int at = 0; at < letters.Count; at++)
        {
            space.Enter(words, 0);
            StepKind kind = letters[at] < space.LetterCount ? space.Try(letters[at]).Kind : StepKind.Disabled;
            if (kind != (at == letters.Count - 1 ? StepKind.Broken : StepKind.Moved))
            {
                throw new ArgumentException($"Step {at + 1} of {letters.Count} ends as {kind}: this is no way to a broken property of this problem.", nameof(letters));
            }

            if (kind == StepKind.Moved)
            {
                space.Save(words, 0);
            }
        }

        return letters.Count > 0
            ? BrokenStep.Of(space._runner, space._letters[letters[letters.Count - 1]], space.Last)
            : throw new ArgumentException("There is no step.", nameof(letters));
    }

    /// <summary>Makes a view of a problem.</summary>
    /// <param name="problem">The problem.</param>
    public DesignSpace(DesignProblem problem)
    {
        _problem = problem;
        _letters = [.. problem.Letters];
        BootRun run = problem.Start();
        _machine = run.Machine;
        _platform = _machine.Platform as SnpPlatform;
        _runner = run.Runner;
        _runner.Log = this;
        _runner.Library = problem.Library;
        _blockWords = _machine.BlockWords + GuestWords;
        WordCount = Machine.HeaderWords + (_machine.VcpuCount * _blockWords);
        _root = new ulong[WordCount];
        _entered = new ulong[WordCount];
        _reached = new ulong[WordCount];
        SaveTo(_root, 0);
        _ledger = new(_machine);
        _machine.Observer = _ledger;
        _canon = new(problem, _machine, _blockWords);
        Identity = _canon.Identity(_root);
    }

    /// <inheritdoc/>
    public override int WordCount { get; }

    /// <inheritdoc/>
    public override int LetterCount => _letters.Length;

    /// <inheritdoc/>
    public override Fingerprint Identity { get; }

    /// <summary>How many orders of vCPUs are taken as one.</summary>
    public int FoldedOrders => _canon.OrderCount;

    /// <summary>What the last step did, where it broke a property; of no meaning otherwise.</summary>
    internal (DesignBreak Break, StepReport Report, int Vcpu, int Vector, ModeStep ModeStep) Last { get; private set; }

    private static unsafe int GuestWords => sizeof(GuestMemory) / sizeof(ulong);

    /// <inheritdoc/>
    public override Fingerprint WriteRoot(ulong[] words, int offset)
    {
        Array.Copy(_root, 0, words, offset, WordCount);
        return _canon.Of(words, offset);
    }

    /// <inheritdoc/>
    public override void Enter(ulong[] words, int offset)
    {
        Array.Copy(words, offset, _entered, 0, WordCount);
        Load();
        _ledger.Enter();
    }

    /// <inheritdoc/>
    /// <exception cref="DesignException">The step threw; the message names design and step.</exception>
    public override StepOutcome Try(int letter)
    {
        try
        {
            return TryStep(letter);
        }
        catch (Exception error) when (error is not DesignException)
        {
            throw new DesignException(_problem.Design, $"step \"{_letters[letter]}\" failed: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public override void Save(ulong[] words, int offset) => Array.Copy(_reached, 0, words, offset, WordCount);

    private StepOutcome TryStep(int letter)
    {
        if (!_isEntered)
        {
            Load();
        }

        _isEntered = false;
        _isIllegal = false;
        ref readonly MachineStep step = ref _letters[letter];
        _ledger.Begin();
        StepReport report = _runner.Do(step);
        if (report.Problem == StepProblem.NotPossible && step.Verb != StepVerb.Take)
        {
            return StepOutcome.Disabled;
        }

        _problem.Sabotage?.Invoke(_machine, step, report);
        DesignBreak broken = Judge(step, report);
        if (broken != DesignBreak.None)
        {
            return StepOutcome.Broken((int)broken);
        }

        if (report.Problem is StepProblem.NotPossible or StepProblem.Refused)
        {
            return StepOutcome.Disabled;
        }

        SaveTo(_reached, 0);
        return StepOutcome.Moved(_canon.Of(_reached, 0));
    }

    /// <inheritdoc/>
    public void OnAccess(int vcpu, in Access access, in Answer answer)
    {
    }

    /// <inheritdoc/>
    public void OnModeStep(in ModeStep step)
    {
        if (!_isIllegal && step.Accepted && !step.IsDrawn && !_problem.Design.AmendsFigure)
        {
            (_isIllegal, _illegal) = (true, step);
        }
    }

    /// <inheritdoc/>
    public void OnDone(int vcpu, in MachineStep step)
    {
    }

    private bool Has(DesignProperties property) => (_problem.Properties & property) != 0;

    private DesignBreak Judge(in MachineStep step, in StepReport report)
    {
        DesignBreak broken = OfAnswers(report);
        (int vcpu, int vector) = (report.Vcpu, -1);
        if (broken == DesignBreak.None && _isIllegal && Has(DesignProperties.ModeSteps))
        {
            (broken, vcpu) = (DesignBreak.ModeStepNotDrawn, _illegal.Vcpu);
        }

        if (broken == DesignBreak.None && (_problem.Properties & (DesignProperties.InterruptsOnce | DesignProperties.Priority)) != 0)
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
        if ((_problem.Properties & (DesignProperties.ViewsAgree | DesignProperties.InterruptsOnce)) == 0)
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

    private unsafe void SaveTo(ulong[] words, int offset)
    {
        fixed (ulong* first = &words[offset])
        {
            _machine.SaveHeader(first);
            ulong* block = first + Machine.HeaderWords;
            for (int vcpu = 0; vcpu < _machine.VcpuCount; vcpu++, block += _blockWords)
            {
                _machine.SaveBlock(vcpu, block);
                *(GuestMemory*)(block + _machine.BlockWords) = _runner.GuestOf(vcpu);
            }
        }
    }

    private unsafe void Load()
    {
        fixed (ulong* first = _entered)
        {
            _machine.LoadHeader(first);
            ulong* block = first + Machine.HeaderWords;
            for (int vcpu = 0; vcpu < _machine.VcpuCount; vcpu++, block += _blockWords)
            {
                _machine.LoadBlock(vcpu, block);
                _runner.GuestOf(vcpu) = *(GuestMemory*)(block + _machine.BlockWords);
            }
        }

        _isEntered = true;
    }
}
