using System;
using System.Collections.Generic;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>
/// The states of a machine under a design: all that a machine and the guests on it are, and a letter for each step of the alphabet. Two states that
/// differ in the clock alone are one; so are two in which vCPUs that can do the same have changed places.
/// </summary>
public sealed class DesignSpace : StateSpace
{
    private readonly DesignProblem _problem;
    private readonly MachineStep[] _letters;
    private readonly Machine _machine;
    private readonly StepRunner _runner;
    private readonly DesignJudge _judge;
    private readonly DesignCanon _canon;
    private readonly int _blockWords;
    private readonly ulong[] _root;
    private readonly ulong[] _entered;
    private readonly ulong[] _reached;
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
            ? BrokenStep.Of(space._runner, space._letters[letters[letters.Count - 1]], space._judge.Last)
            : throw new ArgumentException("There is no step.", nameof(letters));
    }

    /// <summary>Makes a view of a problem.</summary>
    /// <param name="problem">The problem.</param>
    public DesignSpace(DesignProblem problem)
    {
        _problem = problem;
        _letters = [.. problem.Letters];
        BootRun run = problem.Start();
        // A search saves and loads the image of the machine: it is the emulator's alone.
        _machine = (Machine)run.Machine;
        _runner = run.Runner;
        _runner.Library = problem.Library;
        _blockWords = _machine.BlockWords + GuestWords;
        WordCount = Machine.HeaderWords + (_machine.VcpuCount * _blockWords);
        _root = new ulong[WordCount];
        _entered = new ulong[WordCount];
        _reached = new ulong[WordCount];
        SaveTo(_root, 0);
        _judge = new(problem, _runner);
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
        _judge.Enter();
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
        ref readonly MachineStep step = ref _letters[letter];
        if (step.Verb == StepVerb.StartAp && !MayStart(step))
        {
            return StepOutcome.Disabled;
        }

        _judge.Begin();
        StepReport report = _runner.Do(step);
        if (report.Problem == StepProblem.NotPossible && step.Verb != StepVerb.Take)
        {
            return StepOutcome.Disabled;
        }

        _problem.Sabotage?.Invoke(_machine, step, report);
        DesignBreak broken = _judge.Judge(step, report);
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

    /// <summary>Only a vCPU that waits is started: one that runs would lose what waits for it, which is no fault of a design.</summary>
    private bool MayStart(in MachineStep step)
    {
        for (int vcpu = 1; vcpu < _machine.VcpuCount; vcpu++)
        {
            if ((step.Number == StepGrammar.Others || step.Number == vcpu) && _machine.VcpuAt(vcpu).RunState == RunState.Running)
            {
                return false;
            }
        }

        return step.Number != 0 && step.Vcpu != step.Number;
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
