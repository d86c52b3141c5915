using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Exploration;
using ApicShell.Firmware;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The states of a machine under a design, as a search goes over them.</summary>
public class DesignSpaceTests
{
    private static readonly string[] s_small = ["ensure Svr 0x100", "mode X2Apic", "write Tpr 0x40", "self 0x31", "take", "eoi", "sti"];

    public static TheoryData<string, ApicScope> DesignsAndScopes
    {
        get
        {
            var data = new TheoryData<string, ApicScope>();
            foreach (ApicDesign design in DesignCatalogue.All)
            {
                data.Add(design.Name, ApicScope.Shared);
                data.Add(design.Name, ApicScope.PerVmpl);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DesignsAndScopes))]
    public void A_search_finds_what_trying_every_word_finds(string design, ApicScope scope)
    {
        const int Longest = 4;
        DesignProblem problem = Problem(design, scope, 1, s_small);
        int naive = ShortestBreak(problem, Longest);
        SearchResult found = Search.Run(() => new DesignSpace(problem), new SearchOptions { MaxDepth = Longest, Workers = 2 });
        Assert.Equal(naive, found.Status == SearchStatus.Broken ? found.Depth : -1);
        if (found.Counterexample is { } way)
        {
            Assert.Equal(found.Depth, way.Letters.Count);
            Assert.Equal(StepKind.Broken, Follow(new DesignSpace(problem), way.Letters).Kind);
        }
    }

    [Theory]
    [MemberData(nameof(DesignsAndScopes))]
    public void A_state_that_was_left_and_entered_again_is_the_state_of_a_straight_run(string design, ApicScope scope)
    {
        DesignProblem problem = Problem(design, scope, 2, [.. AlphabetCatalogue.Find("Full")!.Steps(2).Select(step => step.ToString())]);
        var space = new DesignSpace(problem);
        ulong[] words = new ulong[space.WordCount];
        var random = new Random(7);
        for (int round = 0; round < 20; round++)
        {
            BootRun straight = problem.Start();
            straight.Runner.Library = problem.Library;
            space.WriteRoot(words, 0);
            for (int step = 0; step < 25; step++)
            {
                // Another letter before it, so that there is something to go back from.
                space.Enter(words, 0);
                space.Try(random.Next(space.LetterCount));
                int letter = random.Next(space.LetterCount);
                if (space.Try(letter).Kind != StepKind.Moved)
                {
                    continue;
                }

                space.Save(words, 0);
                straight.Runner.Do(problem.Letters[letter]);
                Assert.Equal(WordsOf(straight), words);
            }
        }
    }

    [Fact]
    public void Two_states_that_differ_in_the_clock_alone_are_one()
    {
        DesignProblem problem = Problem("A", ApicScope.Shared, 1, ["ensure Svr 0x100", "change LvtTimer 0x300FF 0x20020", "write TimerInitial 1000", "advance 100", "advance 7"]);
        var space = new DesignSpace(problem);
        Assert.Equal(Fingerprint(space, 0, 1, 2, 3), Fingerprint(space, 4, 4, 0, 1, 2, 3));
        Assert.NotEqual(Fingerprint(space, 0, 1, 2, 3), Fingerprint(space, 0, 1, 2, 4));
        Assert.NotEqual(Fingerprint(space, 0, 1, 2), Fingerprint(space, 0, 1, 2, 3));
    }

    /// <summary>What one of two application processors does, and the same done by the other, are one state.</summary>
    [Theory]
    [InlineData("A", ApicScope.Shared)]
    [InlineData("A", ApicScope.PerVmpl)]
    [InlineData("K", ApicScope.PerVmpl)]
    [InlineData("D", ApicScope.Shared)]
    public void Processors_that_change_places_are_folded(string design, ApicScope scope)
    {
        DesignProblem problem = Problem(design, scope, 3, [.. AlphabetCatalogue.Find("Interrupts")!.Steps(3).Select(step => step.ToString())]);
        Assert.Equal(2, new DesignSpace(problem).FoldedOrders);
        int[] mirrored = [.. problem.Letters.Select(letter => problem.Letters.ToList().IndexOf(Mirror(letter)))];
        Assert.DoesNotContain(-1, mirrored);
        Prop.ForAll(Arb.From(Gen.Choose(0, problem.Letters.Count - 1).ListOf()), word =>
        {
            var space = new DesignSpace(problem);
            (StepOutcome one, Fingerprint at) = Run(space, word);
            (StepOutcome other, Fingerprint then) = Run(space, [.. word.Select(letter => mirrored[letter])]);
            Assert.Equal(one, other);
            Assert.Equal(at, then);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true));
    }

    /// <summary>What the fingerprint leaves out must not matter: whatever is done next ends alike, and leads to states that are one again.</summary>
    [Theory]
    [InlineData("A", ApicScope.Shared, 2)]
    [InlineData("A", ApicScope.PerVmpl, 3)]
    [InlineData("K", ApicScope.Shared, 2)]
    [InlineData("D", ApicScope.Shared, 2)]
    [InlineData("E", ApicScope.Shared, 1)]
    [Trait("Speed", "Slow")]
    public void States_of_one_fingerprint_go_on_alike(string design, ApicScope scope, int vcpus)
    {
        const int Enough = 300;
        DesignProblem problem = Problem(design, scope, vcpus, [.. AlphabetCatalogue.Find("Firmware")!.Steps(vcpus).Select(step => step.ToString())]);
        var space = new DesignSpace(problem);
        var seen = new Dictionary<Fingerprint, ulong[]>();
        var random = new Random(3);
        ulong[] words = new ulong[space.WordCount];
        int compared = 0;
        for (int walk = 0; compared < Enough; walk++)
        {
            Assert.True(walk < 20_000, $"Of {seen.Count} states only {compared} were met again in another form.");
            space.WriteRoot(words, 0);
            for (int step = 0; step < 20; step++)
            {
                space.Enter(words, 0);
                StepOutcome outcome = space.Try(random.Next(space.LetterCount));
                if (outcome.Kind != StepKind.Moved)
                {
                    continue;
                }

                space.Save(words, 0);
                if (!seen.TryGetValue(outcome.Fingerprint, out ulong[]? other))
                {
                    seen.Add(outcome.Fingerprint, [.. words]);
                }
                else if (!words.AsSpan(1).SequenceEqual(other.AsSpan(1)))
                {
                    compared++;
                    Assert.Equal(Outcomes(space, other, vcpus < 3), Outcomes(space, words, vcpus < 3));
                }
            }
        }
    }

    [Theory]
    [InlineData("A", "Interrupts", 3)]
    [InlineData("E", "Interrupts", 3)]
    [InlineData("K", "Firmware", 3)]
    [InlineData("None", "Firmware", 3)]
    [Trait("Speed", "Slow")]
    public void Folding_changes_no_answer(string design, string alphabet, int depth)
    {
        string[] lines = [.. AlphabetCatalogue.Find(alphabet)!.Steps(3).Select(step => step.ToString())];
        SearchResult folded = Run(true);
        SearchResult whole = Run(false);
        Assert.Equal((whole.Status, whole.Depth), (folded.Status, folded.Depth));
        Assert.True(folded.Status == SearchStatus.Broken || folded.States < whole.States * 4 / 5, $"{folded.States} of {whole.States}");

        SearchResult Run(bool folds)
        {
            DesignProblem problem = new(DesignCatalogue.Find(design)!, new() { World = WorldCatalogue.Mail }, 3, [.. lines.Select(StepGrammar.Parse)]) { FoldsSymmetry = folds };
            return Search.Run(() => new DesignSpace(problem), new SearchOptions { MaxDepth = depth, Workers = 2 });
        }
    }

    /// <summary>What COCONUT-SVSM gets wrong of interrupts alone, at the depth of tests/Vectors/svsm/defects.txt, and nothing without it.</summary>
    [Theory]
    [InlineData(SvsmBehavior.Vector31NotHandedOff, DesignBreak.InterruptLost, "self 0x1F", "deregister")]
    [InlineData(SvsmBehavior.PostedIpisNotHandedOff, DesignBreak.InterruptLost, "ipi 0x41 v1", "v1: deregister")]
    [InlineData(SvsmBehavior.NmiSentAsFixed, DesignBreak.InterruptLost, "nmi v1")]
    public void A_defect_of_a_real_SVSM_is_found(SvsmBehavior behavior, DesignBreak expected, params string[] shortest)
    {
        string[] lines = [.. AlphabetCatalogue.Find("Interrupts")!.Steps(2).Select(step => step.ToString()), .. shortest];
        SearchResult Found(SvsmBehavior one)
        {
            ApicDesign design = DesignCatalogue.Find("A")! with { Behavior = one };
            return Search.Run(() => new DesignSpace(new(design, new() { World = WorldCatalogue.Mail }, 2, [.. lines.Select(StepGrammar.Parse)]) { Before = [s_started] }), new SearchOptions { MaxDepth = 3, Workers = 2 });
        }

        Assert.Equal(SearchStatus.DepthReached, Found(SvsmBehavior.None).Status);
        SearchResult broken = Found(behavior);
        Assert.Equal((SearchStatus.Broken, shortest.Length, (int)expected), (broken.Status, broken.Depth, broken.Counterexample?.Property ?? 0));
    }

    /// <summary>What SPIN counts in a model that was written by hand, tests/ApicShell.Benchmarks/Spin/local-apic.pml with -DN, less its step to the start.</summary>
    [Theory]
    [InlineData(1, 42, 266)]
    [InlineData(3, 858, 7668)]
    public void The_states_and_steps_are_those_of_a_model_in_SPIN(int classes, long states, long steps)
    {
        string[] lines = ["ensure Svr 0x100", "write Tpr 0x60", "write Tpr 0", "sti", "cli", "take", "eoi", .. Enumerable.Range(0, classes).Select(one => $"self 0x{0x31 + (one * 0x10):X}")];
        DesignProblem problem = new(DesignCatalogue.Find("None")!, new() { IsNative = true }, 1, [.. lines.Select(StepGrammar.Parse)]);
        SearchResult found = Search.Run(() => new DesignSpace(problem), new SearchOptions { Workers = 2 });
        Assert.Equal((SearchStatus.Complete, states, steps), (found.Status, found.States, found.Successors));
    }

    [Fact]
    public void A_dropped_EOI_is_found() => AssertFound(
        DesignBreak.ServiceView, 4, ["sti", "self 0x31", "take", "eoi"], (machine, step, _) =>
        {
            // As an APIC that forgets one EOI in two hundred and fifty-six vectors would.
            if (step.Verb == StepVerb.Eoi)
            {
                machine.GuestPlane.Apics[0].Request(0x31);
                machine.GuestPlane.Apics[0].StartService(0x31);
            }
        });

    [Fact]
    public void A_wrong_LDR_is_found() => AssertFound(
        DesignBreak.LdrView, 2, ["mode X2Apic", "read Ldr", "write Tpr 0x40"], (machine, _, _) =>
        {
            ref LocalApicState apic = ref machine.GuestPlane.Apics[0];
            apic[ApicRegister.Ldr] = apic.IsX2Apic ? 0x1_0001 : apic[ApicRegister.Ldr];
        });

    [Fact]
    public void A_lost_interrupt_is_found() => AssertFound(
        DesignBreak.InterruptLost, 2, ["sti", "self 0x31", "write Tpr 0x40"], (machine, step, _) =>
        {
            if (step.Verb == StepVerb.Write)
            {
                machine.GuestPlane.Apics[0].Withdraw(0x31);
            }
        });

    [Fact]
    public void An_interrupt_from_nowhere_is_found() => AssertFound(
        DesignBreak.InterruptFromNowhere, 1, ["write Tpr 0x40"], (machine, _, _) => machine.GuestPlane.Apics[0].Request(0x31));

    [Fact]
    public void A_wrong_task_priority_is_found() => AssertFound(
        DesignBreak.TprView, 1, ["write Tpr 0x40"], (machine, _, _) => machine.GuestPlane.Apics[0][ApicRegister.Tpr] = 0x30);

    [Fact]
    public void Steps_allocate_nothing()
    {
        var space = new DesignSpace(Problem("A", ApicScope.Shared, 2, [.. AlphabetCatalogue.Find("Firmware")!.Steps(2).Select(step => step.ToString())]));
        ulong[] root = new ulong[space.WordCount];
        space.WriteRoot(root, 0);
        TryAll(space, root);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TryAll(space, root);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("hotplug", "number of vCPUs")]
    [InlineData("v2: eoi", "vCPU 2")]
    [InlineData("ipi 0x41 v7", "vCPU 7")]
    [InlineData("self 0x50", "0x50")]
    public void A_step_that_cannot_be_searched_is_refused_by_name(string step, string part)
    {
        DesignException error = Assert.Throws<DesignException>(() => Problem("A", ApicScope.Shared, 2, [step]));
        Assert.Contains("Design \"A\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(step, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_alphabet_is_refused() =>
        Assert.Contains("empty", Assert.Throws<DesignException>(() => Problem("A", ApicScope.Shared, 1, [])).Message, StringComparison.Ordinal);

    /// <summary>On plain KVM, without its fault, the search finds nothing; with it, at this depth.</summary>
    private static void AssertFound(DesignBreak expected, int depth, string[] steps, Action<Machine, MachineStep, StepReport> sabotage)
    {
        const int Deeper = 6;
        SearchResult clean = Search.Run(() => new DesignSpace(Native(null)), new SearchOptions { MaxDepth = Deeper, Workers = 1 });
        Assert.NotEqual(SearchStatus.Broken, clean.Status);
        SearchResult broken = Search.Run(() => new DesignSpace(Native(sabotage)), new SearchOptions { MaxDepth = Deeper, Workers = 1 });
        Assert.Equal((SearchStatus.Broken, depth, (int)expected), (broken.Status, broken.Depth, broken.Counterexample!.Property));

        DesignProblem Native(Action<Machine, MachineStep, StepReport>? fault) =>
            new(DesignCatalogue.Find("None")!, new() { IsNative = true }, 1, [.. steps.Append("ensure Svr 0x100").Select(StepGrammar.Parse)])
            {
                Sabotage = fault,
                Before = [s_enabled],
            };
    }

    private static readonly ApicBoot s_enabled = new(
        "Enabled", "", 1, null, [new BootPhase("Enabled", GuestLibrary.Ovmf, "", [StepGrammar.Parse("ensure Svr 0x100")])]);

    private static readonly ApicBoot s_started = new(
        "Started", "", 2, null, [new BootPhase("Started", GuestLibrary.Ovmf, "", [StepGrammar.Parse("start others")])]);

    private static DesignProblem Problem(string design, ApicScope scope, int vcpus, string[] steps) =>
        new(DesignCatalogue.Find(design)!, new BootEnvironment { World = WorldCatalogue.Mail, Scope = scope }, vcpus, [.. steps.Select(StepGrammar.Parse)]);

    private static MachineStep Mirror(MachineStep letter) => letter with
    {
        Vcpu = Mirror(letter.Vcpu),
        Number = letter.Verb is StepVerb.Ipi or StepVerb.StartAp ? (uint)Mirror((int)letter.Number) : letter.Number,
    };

    private static int Mirror(int vcpu) => vcpu == 0 ? 0 : 3 - vcpu;

    private static int ShortestBreak(DesignProblem problem, int longest)
    {
        var space = new DesignSpace(problem);
        ulong[] root = new ulong[space.WordCount];
        space.WriteRoot(root, 0);
        List<ulong[]> layer = [root];
        for (int depth = 1; depth <= longest; depth++)
        {
            var next = new List<ulong[]>();
            foreach (ulong[] state in layer)
            {
                for (int letter = 0; letter < space.LetterCount; letter++)
                {
                    space.Enter(state, 0);
                    StepKind kind = space.Try(letter).Kind;
                    if (kind == StepKind.Broken)
                    {
                        return depth;
                    }

                    if (kind == StepKind.Moved)
                    {
                        ulong[] reached = new ulong[space.WordCount];
                        space.Save(reached, 0);
                        next.Add(reached);
                    }
                }
            }

            layer = next;
        }

        return -1;
    }

    private static StepOutcome Follow(DesignSpace space, IEnumerable<int> letters)
    {
        ulong[] words = new ulong[space.WordCount];
        space.WriteRoot(words, 0);
        StepOutcome last = default;
        foreach (int letter in letters)
        {
            space.Enter(words, 0);
            last = space.Try(letter);
            if (last.Kind == StepKind.Moved)
            {
                space.Save(words, 0);
            }
        }

        return last;
    }

    private static (StepOutcome Last, Fingerprint At) Run(DesignSpace space, IEnumerable<int> letters)
    {
        ulong[] words = new ulong[space.WordCount];
        Fingerprint at = space.WriteRoot(words, 0);
        StepOutcome last = default;
        foreach (int letter in letters)
        {
            space.Enter(words, 0);
            last = space.Try(letter);
            if (last.Kind == StepKind.Moved)
            {
                space.Save(words, 0);
                at = last.Fingerprint;
            }
        }

        return (last, at);
    }

    /// <summary>What each letter leads to; where vCPUs are folded another letter may, so that the order does not count.</summary>
    private static StepOutcome[] Outcomes(DesignSpace space, ulong[] state, bool inOrder)
    {
        space.Enter(state, 0);
        StepOutcome[] outcomes = [.. Enumerable.Range(0, space.LetterCount).Select(space.Try)];
        return inOrder ? outcomes : [.. outcomes.OrderBy(one => one.Kind).ThenBy(one => one.Fingerprint)];
    }

    private static Fingerprint Fingerprint(DesignSpace space, params int[] letters) => Run(space, letters).At;

    private static void TryAll(DesignSpace space, ulong[] root)
    {
        for (int round = 0; round < 3; round++)
        {
            space.Enter(root, 0);
            for (int letter = 0; letter < space.LetterCount; letter++)
            {
                space.Try(letter);
            }
        }
    }

    private static unsafe ulong[] WordsOf(BootRun run)
    {
        var machine = (Machine)run.Machine;
        int guest = sizeof(GuestMemory) / sizeof(ulong);
        ulong[] words = new ulong[Machine.HeaderWords + (machine.VcpuCount * (machine.BlockWords + guest))];
        fixed (ulong* first = words)
        {
            machine.SaveHeader(first);
            ulong* block = first + Machine.HeaderWords;
            for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++, block += machine.BlockWords + guest)
            {
                machine.SaveBlock(vcpu, block);
                *(GuestMemory*)(block + machine.BlockWords) = run.Runner.GuestOf(vcpu);
            }
        }

        return words;
    }
}
