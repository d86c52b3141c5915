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
