using System;
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
        string then = Describe(machine);
        Run(machine, after);
        machine.Restore(checkpoint);
        Assert.Equal(then, Describe(machine));
        Assert.Equal(Run(twin, after), Run(machine, after));
        Assert.Equal(Describe(twin), Describe(machine));
    });

    [Fact]
    public void Watched_or_not_a_machine_does_the_same() => Check(150, program =>
    {
        Machine machine = program.NewMachine();
        Machine watched = program.NewMachine();
        watched.Observer = new TraceRing();
        Assert.Equal(Run(machine, program.Steps), Run(watched, program.Steps));
        Assert.Equal(Describe(machine), Describe(watched));
    });

    [Fact]
    public void The_short_way_of_an_access_is_the_long_one() => Check(150, program =>
    {
        Machine one = program.NewMachine();
        Machine other = program.NewMachine();
        foreach (SvsmStep step in program.Steps)
        {
            Assert.Equal(SvsmRun.Do(other, step, theLongWay: true), SvsmRun.Do(one, step));
            Assert.Equal(Describe(other), Describe(one));
        }
    });

    private static void Check(int usual, Action<SvsmProgram> holds)
    {
        string? asked = Environment.GetEnvironmentVariable(CasesVariable);
        int cases = asked is null ? usual : int.Parse(asked, CultureInfo.InvariantCulture);
        Prop.ForAll(s_programs, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithQuietOnSuccess(true));
    }

    private static SvsmAnswer[] Run(Machine machine, System.Collections.Generic.IEnumerable<SvsmStep> steps) =>
        [.. steps.Select(step => SvsmRun.Do(machine, step))];

    /// <summary>All state, as text that two machines have alike only when they are.</summary>
    private static string Describe(Machine machine)
    {
        SnpPlatform platform = machine.Platform();
        return string.Join('\n', Enumerable.Range(0, machine.VcpuCount).Select(vcpu => string.Join(
            ' ',
            Bytes(machine.VcpuStateOf(vcpu)), Bytes(machine.StateOf(vcpu, AccessOrigin.Guest)), Bytes(machine.StateOf(vcpu, AccessOrigin.Svsm)),
            Bytes(platform.At(vcpu)), platform.Registrations)));
    }

    private static string Bytes<T>(T state)
        where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref state, 1)));
}
