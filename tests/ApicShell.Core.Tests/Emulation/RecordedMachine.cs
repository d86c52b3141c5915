using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>
/// A machine of another make, without any state of the emulator's: it answers from a recording of a real one, in order, and is asked nothing but
/// what was recorded. It has no clock, no checkpoints and no platform of its own.
/// </summary>
internal sealed class RecordedMachine : IMachine
{
    private readonly IReadOnlyList<RecordedCommand> _recording;
    private int _next;

    public RecordedMachine(IEnumerable<RecordedCommand> recording, int vcpuCount = 1) => (_recording, VcpuCount) = ([.. recording], vcpuCount);

    public ApicTraits Traits { get; } = new() { BootstrapId = 0, Quirks = KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped };

    public int VcpuCount { get; }

    /// <summary>What of the recording was not asked for yet.</summary>
    public int Left => _recording.Count - _next;

    public MachineObserver? Observer { get; set; }

    public ulong Clock => 0;

    public ulong? NextTimer => null;

    public uint InitialApicId(int vcpu) => (uint)vcpu;

    public VcpuState VcpuStateOf(int vcpu) => throw NotRecorded();

    public LocalApicState StateOf(int vcpu, AccessOrigin origin) => throw NotRecorded();

    public ulong Peek(int vcpu, ApicRegister register) => throw NotRecorded();

    public uint ReadHostPage(int vcpu, ApicRegister register) => throw NotRecorded();

    public byte ReadCr8(int vcpu) => throw NotRecorded();

    public int Dispatchable(int vcpu) => throw NotRecorded();

    public CpuidLeaf Cpuid(int vcpu, uint leaf) => throw NotRecorded();

    public void Add(IReadOnlyList<uint> apicIds) => throw NotRecorded();

    public void Stop()
    {
    }

    public bool Can(MachineCapability capability) => capability == MachineCapability.HostPage;

    public Answer Do(in MachineCommand command)
    {
        if (command.Kind is not (CommandKind.Access or CommandKind.Cr8 or CommandKind.Message or CommandKind.Nmi or CommandKind.HostWord))
        {
            return new(Outcome.Rejected, RuleId.NoCapability, responder: Responder.Nobody);
        }

        if (Left == 0 || _recording[_next].Command != command)
        {
            throw new InvalidOperationException($"asked for {command}; recorded is {(Left == 0 ? "no more" : _recording[_next].Command)}");
        }

        return _recording[_next++].Answer;
    }

    private static InvalidOperationException NotRecorded() => new("a recording has commands and answers alone");
}

/// <summary>A command that was recorded, and how it ended.</summary>
internal sealed record RecordedCommand(MachineCommand Command, Answer Answer)
{
    /// <summary>An operation in the grammar of tests/Vectors/kvm with its line of the recording; null for one that is no command.</summary>
    public static RecordedCommand? Of(string operation, string line)
    {
        string[] words = VectorFile.Words(operation);
        ulong[] numbers = [.. words.Skip(1).TakeWhile(word => char.IsAsciiDigit(word[0])).Select(VectorFile.Number)];
        if (words[0] is "vcpus" or "feature" || numbers.Length == 0)
        {
            return null;
        }

        int vcpu = (int)numbers[0];
        JsonElement answer = JsonDocument.Parse(line).RootElement;
        switch (words[0])
        {
            case "rdmsr":
                return new(MachineCommand.ReadMsr(vcpu, (uint)numbers[1]), Guest(answer));
            case "wrmsr":
                return new(MachineCommand.WriteMsr(vcpu, (uint)numbers[1], numbers[2]), Guest(answer));
            case "mmior":
                return new(new(vcpu, Access.ReadMmio((uint)numbers[1], Size(numbers, 2))), Guest(answer));
            case "mmiow":
                return new(new(vcpu, Access.WriteMmio((uint)numbers[1], numbers[2], Size(numbers, 3))), Guest(answer));
            case "hrdmsr":
                return new(new(vcpu, Access.ReadMsr((uint)numbers[1], AccessOrigin.Host)), Host(answer, 1));
            case "hwrmsr":
                return new(new(vcpu, Access.WriteMsr((uint)numbers[1], numbers[2], AccessOrigin.Host)), Host(answer, 1));
            case "hlapic":
                return new(new(CommandKind.HostWord, vcpu, numbers[1], numbers[2]), Host(answer, 0));
            case "cr8w":
                return new(new(CommandKind.Cr8, vcpu, 0, numbers[1]), Guest(answer));
            case "msi":
                ulong accepted = (ulong)answer.GetProperty("rc").GetInt32();
                InterruptMessage message = InterruptMessage.OfMsi(numbers[0], (uint)numbers[1], longDestination: false);
                return new(new(CommandKind.Message, -1, 0, message.Bits), new(accepted > 0 ? Outcome.Done : Outcome.Dropped, RuleId.None, accepted));
            default:
                return null;
        }
    }

    /// <summary>All of a recording's operations behind those that make the machine; null where one of them is no command.</summary>
    public static IReadOnlyList<RecordedCommand>? All(KvmRecording recording)
    {
        var commands = new List<RecordedCommand>();
        foreach ((string operation, string line) in recording.Operations.Zip(recording.Answers).Skip(recording.VcpuCount > 0 ? 1 : 0))
        {
            if (Of(operation, line) is not { } command)
            {
                return null;
            }

            commands.Add(command);
        }

        return commands;
    }

    private static Answer Guest(JsonElement answer)
    {
        bool hasValue = answer.TryGetProperty("value", out JsonElement value);
        return answer.TryGetProperty("fault", out _) ? new(Outcome.Fault, RuleId.None)
            : new(hasValue ? Outcome.Value : Outcome.Done, RuleId.None, hasValue ? Number(value) : 0);
    }

    private static Answer Host(JsonElement answer, int success)
    {
        bool hasValue = answer.TryGetProperty("value", out JsonElement value);
        return answer.GetProperty("rc").GetInt32() != success ? new(Outcome.Rejected, RuleId.None)
            : new(hasValue ? Outcome.Value : Outcome.Done, RuleId.None, hasValue ? Number(value) : 0);
    }

    private static byte Size(ulong[] numbers, int at) => numbers.Length > at ? (byte)numbers[at] : (byte)4;

    private static ulong Number(JsonElement value) => ulong.Parse(value.GetString()!.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
