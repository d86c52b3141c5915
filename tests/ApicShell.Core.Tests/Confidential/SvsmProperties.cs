using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Tracing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// What must hold of Alternate Injection whatever a guest, its host and its SVSM do in whatever order. A program that fails is shrunk and printed as
/// commands. More programs than usual: <c>APICSHELL_SVSM_CASES=100000 dotnet test tests/ApicShell.Core.Tests --filter SvsmProperties</c>.
/// </summary>
public class SvsmProperties
{
    private const string CasesVariable = "APICSHELL_SVSM_CASES";
    private const int LongestProgram = 60;

    private static readonly Arbitrary<SvsmProgram> s_programs = Arb.From(
        Gen.Choose(0, int.MaxValue).Select(seed => SvsmPrograms.Random(new System.Random(seed), LongestProgram)), SvsmPrograms.Smaller);

    [Fact]
    [Trait("Speed", "Slow")]
    public void Every_accepted_interrupt_is_taken_once_and_never_against_the_priority() => Check(1500, program =>
    {
        string? wrong = SvsmJudge.Judge(program);
        Assert.True(wrong is null, wrong);
    });

    [Fact]
    public void A_restored_checkpoint_goes_on_as_if_nothing_had_been() => Check(150, program =>
    {
        int half = program.Steps.Count / 2;
        Machine machine = program.NewMachine();
        Machine twin = program.NewMachine();
        SvsmStep[] before = [.. program.Steps.Take(half)];
        SvsmStep[] after = [.. program.Steps.Skip(half)];
        Run(machine, before);
        Run(twin, before);
        MachineCheckpoint checkpoint = machine.Checkpoint();
        byte[] then = StateOf(machine);
        Run(machine, after);
        machine.Restore(checkpoint);
        Assert.Equal(then, StateOf(machine));
        Assert.Equal(Run(twin, after), Run(machine, after));
        Assert.Equal(StateOf(twin), StateOf(machine));
    });

    [Fact]
    public void Watched_or_not_a_machine_does_the_same() => Check(150, program => Assert.True(IsTheSameWatched(program)));

    /// <summary>
    /// A vector that comes alone is given at once, where nobody watches; whatever else may be the matter with the vCPU that it comes to, it is left as a
    /// watched one is.
    /// </summary>
    [Theory]
    [InlineData(ApicScope.Shared)]
    [InlineData(ApicScope.PerVmpl)]
    [Trait("Speed", "Slow")]
    public void A_vector_that_may_come_alone_is_given_as_any_other(ApicScope scope)
    {
        SvsmStep[][] circumstances =
        [
            [new(SvsmOp.SelfIpi, 1, 0x61), new(SvsmOp.Take, 1)],
            [new(SvsmOp.Tpr, 1, 0x40)],
            [new(SvsmOp.SelfIpi, 1, 0x31), new(SvsmOp.Take, 1), new(SvsmOp.EndLazily, 1)],
            [new(SvsmOp.HostLevel, 1, 0x95)],
            [new(SvsmOp.Interrupts, 1, 0)],
            [new(SvsmOp.SelfIpi, 1, 0x41)],
            [new(SvsmOp.Shadow, 1, 1)],
            [new(SvsmOp.ExitException, 1, 14), new(SvsmOp.Enter, 1)],
            [new(SvsmOp.NmiIpi, 0, 0, IpiTarget.Second)],
            [new(SvsmOp.Exit, 1)],
            [new(SvsmOp.Pause, 1, 1)],
        ];
        for (int chosen = 0; chosen < 1 << circumstances.Length; chosen++)
        {
            SvsmStep[] before = [new(SvsmOp.AllowAll, 1, 1), .. circumstances.Where((_, i) => (chosen & (1 << i)) != 0).SelectMany(steps => steps)];
            foreach (byte vector in (byte[])[0x0F, 0x10, 0x44, 0x70, 0xA0])
            {
                SvsmStep[] steps =
                [
                    .. before, new(SvsmOp.Ipi, 0, vector, IpiTarget.Second), new(SvsmOp.SelfIpi, 1, vector), new(SvsmOp.Take, 1), new(SvsmOp.Eoi, 1),
                ];
                var program = new SvsmProgram(2, scope, IsPrepared: true, steps);
                if (!IsTheSameWatched(program))
                {
                    Assert.Fail(program.ToString());
                }
            }
        }
    }

    [Fact]
    public void The_short_way_of_an_access_is_the_long_one() => Check(150, program =>
    {
        Machine one = program.NewMachine();
        Machine other = program.NewMachine();
        foreach (SvsmStep step in program.Steps)
        {
            Assert.Equal(SvsmRun.Do(other, step, theLongWay: true), SvsmRun.Do(one, step));
            Assert.Equal(StateOf(other), StateOf(one));
        }
    });

    private static void Check(int usual, Action<SvsmProgram> holds)
    {
        string? asked = Environment.GetEnvironmentVariable(CasesVariable);
        int cases = asked is null ? usual : int.Parse(asked, CultureInfo.InvariantCulture);
        Prop.ForAll(s_programs, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true));
    }

    private static SvsmAnswer[] Run(Machine machine, IEnumerable<SvsmStep> steps) =>
        [.. steps.Select(step => SvsmRun.Do(machine, step))];

    /// <summary>Whether each step of a program gives and leaves the same where somebody watches: there every vector goes the long way.</summary>
    private static bool IsTheSameWatched(SvsmProgram program)
    {
        Machine machine = program.NewMachine();
        Machine watched = program.NewMachine();
        watched.Observer = new TraceRing();
        return program.Steps.All(step =>
            SvsmRun.Do(watched, step) == SvsmRun.Do(machine, step)
            && StateOf(watched).AsSpan().SequenceEqual(StateOf(machine))
            && watched.Platform().ExitCount == machine.Platform().ExitCount);
    }

    /// <summary>All state, as bytes that two machines have alike only when they are.</summary>
    private static byte[] StateOf(Machine machine)
    {
        SnpPlatform platform = machine.Platform();
        List<byte> bytes = [];
        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            Add(bytes, machine.VcpuStateOf(vcpu));
            Add(bytes, machine.StateOf(vcpu, AccessOrigin.Guest));
            Add(bytes, machine.StateOf(vcpu, AccessOrigin.Svsm));
            Add(bytes, platform.At(vcpu));
        }

        Add(bytes, platform.Registrations);
        return [.. bytes];
    }

    private static void Add<T>(List<byte> bytes, in T state)
        where T : unmanaged => bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in state)));
}
