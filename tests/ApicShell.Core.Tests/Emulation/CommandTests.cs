using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The one way in: what is done to a machine is a command with a number, which all that it causes carries, and nothing else changes the machine.</summary>
public class CommandTests
{
    private const uint Icr = 0x300;
    private const uint Icr2 = 0x310;

    /// <summary>Every kind of any machine, and those of SEV-SNP.</summary>
    private static readonly CommandKind[] s_kinds =
    [
        .. Enum.GetValues<CommandKind>().Where(kind => kind < CommandKind.FirstOfPlatform),
        .. typeof(SnpCommands).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(CommandKind))
            .Select(field => (CommandKind)field.GetRawConstantValue()!),
    ];

    public static TheoryData<string> Names => [.. Makers.Keys];

    private static Dictionary<string, Func<Machine>> Makers => new()
    {
        ["native"] = () => Busy(Machines.Native(ApicModel.Kvm, 0, 1)),
        ["amd"] = () => Busy(Machines.Native(ApicModel.Amd, 0, 1)),
        ["snp"] = () => Busy(Machines.Snp(ApicScope.PerVmpl, 0, 1)),
        ["alternate"] = () => Enabled(VcHandler.Edk2),
        ["whole"] = () => Enabled(VcHandler.Whole),
        ["restricted"] = () => Busy(new(new ApicTraits(), new SnpPlatform(ApicScope.Shared, SnpInjection.Restricted), [0, 1])),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_command_is_told_once_with_its_number_and_so_is_all_that_it_causes(string name)
    {
        Assert.Equal(28, s_kinds.Distinct().Count());
        foreach (CommandKind kind in s_kinds)
        {
            Machine machine = Makers[name]();
            var told = new Recorder();
            machine.Observer = told;
            foreach (MachineCommand command in Commands(kind, machine))
            {
                long number = machine.CommandCount + 1;
                told.Clear();

                Answer answer = machine.Do(command);

                Assert.Equal(number, machine.CommandCount);
                Assert.All(told.Numbers, one => Assert.Equal(number, one));
                Assert.Equal((command, command, answer), (Assert.Single(told.Commands), Assert.Single(told.Answers).Command, told.Answers[0].Answer));
                Assert.Equal(("command", "answer"), (told.Events[0], told.Events[^1]));
                Assert.Equal(2, told.Events.Count(text => text is "command" or "answer"));
            }
        }
    }

    [Theory]
    [InlineData("native", false)]
    [InlineData("alternate", true)]
    [InlineData("restricted", true)]
    public void What_a_command_causes_is_told_between_it_and_its_answer(string name, bool hasHops)
    {
        Machine machine = Makers[name]();
        var told = new Recorder();
        machine.Observer = told;

        machine.Execute(0, Access.WriteMmio(Icr2, 1 << 24));
        told.Clear();
        machine.Execute(0, Access.WriteMmio(Icr, 0x4041));

        Assert.Equal(hasHops, told.Events.Contains("hop"));
        Assert.True(told.Events.Count(text => text == "interrupt") >= 2, "sent, and accepted");
        Assert.Equal(told.Events.Count - 1, told.Events.IndexOf("answer"));
    }

    [Fact]
    public void What_is_no_single_command_is_as_many_as_it_is()
    {
        Machine machine = Makers["native"]();
        var told = new Recorder();
        machine.Observer = told;
        long before = machine.CommandCount;
        MachineCheckpoint checkpoint = machine.Checkpoint();

        machine.Advance(1000);
        machine.Restore(checkpoint);
        machine.Add([7, 9]);

        Assert.Equal([CommandKind.ClockStep, CommandKind.Restored, CommandKind.Added, CommandKind.Added], told.Commands.Select(command => command.Kind));
        Assert.Equal(before + 4, machine.CommandCount);
        Assert.All(told.Answers, one => Assert.Equal(Outcome.Done, one.Answer.Outcome));
    }

    /// <summary>Do, and two that make commands of what no number stands for; every other public member of a machine only looks.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_but_a_command_changes_a_machine(string name)
    {
        string[] ways = [nameof(Machine.Do), nameof(Machine.Add), nameof(Machine.Restore)];
        Machine machine = Makers[name]();
        MethodInfo[] others = [.. typeof(Machine).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !ways.Contains(method.Name))];
        Assert.True(others.Length >= 20, "those that look");
        AssertLooksOnly(machine, machine, others);
        if (machine.Platform is SnpPlatform platform)
        {
            // A GHCB exit by its page is a command too, and told as one.
            AssertLooksOnly(machine, platform, typeof(SnpPlatform).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.Name != nameof(SnpPlatform.ExitPage)));
        }
    }

    private static void AssertLooksOnly(Machine machine, object target, IEnumerable<MethodInfo> methods)
    {
        ulong[] before = machine.Checkpoint().Words;
        long commands = machine.CommandCount;
        foreach (MethodInfo method in methods)
        {
            foreach (object?[] arguments in Arguments(machine, method.GetParameters().Select(parameter => parameter.ParameterType)))
            {
                try
                {
                    method.Invoke(target, arguments);
                }
                catch (TargetInvocationException exception) when (exception.InnerException is MachineException)
                {
                    // Refused, which has to change nothing either.
                }
            }

            Assert.True(before.SequenceEqual(machine.Checkpoint().Words), $"{method.Name} changes the machine");
            Assert.True(commands == machine.CommandCount, $"{method.Name} is a command");
        }
    }

    private static IEnumerable<object?[]> Arguments(Machine machine, IEnumerable<Type> types)
    {
        IEnumerable<object?[]> all = [[]];
        foreach (Type type in types)
        {
            object?[] values = ValuesOf(machine, type);
            all = [.. all.SelectMany(one => values.Select(value => (object?[])[.. one, value]))];
        }

        return all;
    }

    private static object?[] ValuesOf(Machine machine, Type type) =>
        type == typeof(int) ? [0, 1]
        : type == typeof(uint) ? [0u, 1u, 0x8000_001Fu]
        : type.IsEnum ? [.. Enum.GetValues(type).Cast<object>()]
        : type == typeof(MachineObserver) ? [null]
        : type == typeof(MachineCheckpoint) ? [machine.Checkpoint(), Machines.Native(ApicModel.Kvm).Checkpoint()]
        : type == typeof(SvsmOptions) ? [default(SvsmOptions), new SvsmOptions(SvsmTimer.HvTimer)]
        : type == typeof(InterruptEvent) ? [default(InterruptEvent), new InterruptEvent(InterruptEventKind.Ended, 1, 0x40, DeliveryMode.Fixed, RuleId.None, Apic: 2)]
        : throw new NotSupportedException($"Which values of {type} ask for everything?");

    private static Machine Enabled(VcHandler handler)
    {
        Machine machine = Machines.Snp(ApicScope.PerVmpl, 0, 1);
        machine.SetUpSvsmApic(0);
        machine.SetUpSvsmApic(1);
        Assert.True(machine.EnableAlternateInjection(0, handler) && machine.EnableAlternateInjection(1, handler));
        return Busy(machine);
    }

    /// <summary>Interrupts wait and are in service, a timer has ended and another runs.</summary>
    private static Machine Busy(Machine machine)
    {
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, machine.ApicBaseOf(vcpu, AccessOrigin.Guest).WithMode(ApicMode.XApic).Value));
            machine.Execute(vcpu, Access.WriteMmio(0x0F0, 0x1FF));
            machine.Execute(vcpu, Access.WriteMmio(0x320, 0x2_0050));
            machine.Execute(vcpu, Access.WriteMmio(0x380, 1_000_000));
            machine.SetInterruptFlag(vcpu, true);
            machine.SendTo(vcpu, new InterruptMessage(0, 0x41, DeliveryMode.Fixed));
            machine.Take(vcpu);
            machine.SendTo(vcpu, new InterruptMessage(0, 0x31, DeliveryMode.Fixed));
            machine.PostNmi(vcpu);
        }

        machine.Advance(20_000_000);
        return machine;
    }

    /// <summary>Commands of a kind, those that do something among them.</summary>
    private static MachineCommand[] Commands(CommandKind kind, Machine machine) => kind switch
    {
        CommandKind.Access =>
        [
            new(0, Access.ReadMmio(0x0F0)), new(0, Access.WriteMmio(Icr2, 1 << 24)), new(0, Access.WriteMmio(Icr, 0x4061)), new(0, Access.WriteMmio(0x0B0, 0)),
            new(0, Access.ReadMsr(ApicMsr.ApicBase, AccessOrigin.Host)), new(0, Access.WriteMsr(ApicMsr.ApicBase, 2)),
        ],
        CommandKind.Message or CommandKind.DirectMessage => [new(kind, 1, 0, new InterruptMessage(1, 0x71, DeliveryMode.Fixed).Bits)],
        CommandKind.ClockStep => [new(kind, -1, 0, 20_000_000), new(kind, -1, 0, ulong.MaxValue)],
        CommandKind.Added => [new(kind, machine.VcpuCount, 0, 7)],
        CommandKind.Restored => [new(kind, -1)],
        CommandKind.LocalInterrupt => [new(kind, 0, (ulong)ApicRegister.LvtLint1), new(kind, 0, (ulong)ApicRegister.LvtTimer)],
        CommandKind.HostWord => [new(kind, 0, 0x080, 0x20), new(kind, 0, 0x020, 0xFF)],
        CommandKind.Startup => [new(CommandKind.Init, 1), new(kind, 1, 0, 0x10)],
        SnpCommands.SvsmCall =>
        [
            new(kind, 0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.QueryFeatures).Rax) { Info2 = 1 },
            new(kind, 0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ConfigureVector).Rax) { Info2 = 1, Rcx = 0x300 }, new(kind, 0),
        ],
        SnpCommands.GhcbExit => [new(kind, 0, GhcbExitCode.Msr) { Vmpl = 2, Rcx = ApicMsr.ApicBase }, new(kind, 0, 0x123) { Vmpl = 0 }],
        SnpCommands.GhcbMsr => [new(kind, 0, 0, 0x002) { Vmpl = 2 }],
        SnpCommands.EnableInjection => [new(kind, 0, (ulong)VcHandler.Linux)],
        _ => [new(kind, 0, 0, 1), new(kind, 0, 0, 0)],
    };

    /// <summary>What a machine tells, in order.</summary>
    private sealed class Recorder : MachineObserver
    {
        public List<string> Events { get; } = [];

        public List<long> Numbers { get; } = [];

        public List<MachineCommand> Commands { get; } = [];

        public List<(MachineCommand Command, Answer Answer)> Answers { get; } = [];

        public void Clear()
        {
            Events.Clear();
            Numbers.Clear();
            Commands.Clear();
            Answers.Clear();
        }

        public override void OnCommand(long number, in MachineCommand command)
        {
            Commands.Add(command);
            Add("command", number);
        }

        public override void OnHop(long number, int vcpu, in Hop hop) => Add("hop", number);

        public override void OnInterrupt(long number, in InterruptEvent interrupt) => Add("interrupt", number);

        public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
        {
            Answers.Add((command, answer));
            Add("answer", number);
        }

        private void Add(string text, long number)
        {
            Events.Add(text);
            Numbers.Add(number);
        }
    }
}
