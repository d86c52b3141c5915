using System;
using System.Collections.Generic;
using System.IO;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Texts;

namespace ApicShell.Tracing;

/// <summary>
/// Writes what a machine did as a script that runs in a guest of a real KVM, one operation a line, in the grammar of tests/Vectors/README.md.
/// Behind <c>#=</c> stands the answer that the machine gave, as a part of the JSON line that the recorder prints. What the grammar cannot
/// say becomes a comment.
/// </summary>
public sealed class KvmApicWriter
{
    private readonly TextWriter _writer;
    private readonly Func<HopKind, string?> _nameOf;
    private readonly HashSet<int> _initialized = [];
    private readonly HashSet<int> _waiting = [];
    private readonly HashSet<int> _interrupted = [];
    private readonly HashSet<int> _silent = [];
    private readonly HashSet<int> _bootstrap = [];
    private long _told;

    /// <summary>Writes to a writer, which stays the caller's.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="nameOf">What a platform calls its hops; null for one that is never the whole of a command.</param>
    public KvmApicWriter(TextWriter writer, Func<HopKind, string?> nameOf) => (_writer, _nameOf) = (writer, nameOf);

    /// <summary>Operations written, those that make the machine included.</summary>
    public long Written { get; private set; }

    /// <summary>What the grammar cannot say.</summary>
    public long Unsaid { get; private set; }

    /// <summary>What the first thing was that it cannot say; null where there was none.</summary>
    public string? FirstUnsaid { get; private set; }

    /// <summary>Writes what the script is, how to read it, and the operations that make a machine like this one after RESET.</summary>
    /// <param name="machine">The machine; null for one vCPU of a KVM as it starts.</param>
    /// <param name="source">Where the events are from, one line.</param>
    public void WriteHead(IMachine? machine, string source)
    {
        foreach (string line in KvmApicText.Head(PlainText.Of(source)))
        {
            _writer.WriteLine(line.Length == 0 ? "#" : $"# {line}");
        }

        if (machine is null)
        {
            Say("vcpus 1", KvmApicText.Done);
            _bootstrap.Add(0);
            return;
        }

        foreach (string operation in KvmApicText.Configuration(machine))
        {
            Say(operation, KvmApicText.Done);
        }

        Start(machine);
    }

    /// <summary>Writes one recorded event.</summary>
    public void Write(TraceRecord record)
    {
        if (record.Access is { } access)
        {
            Say(KvmApicText.Operation(0, access, 0), record.Access.Value.IsWrite ? KvmApicText.Done
                : KvmApicText.DependsOnTime(access, record.Value) ? null : KvmApicText.Value(record.Value));
        }
        else
        {
            Omit($"an interrupt: {record.Text}");
        }
    }

    /// <summary>Writes one event of a machine.</summary>
    public void Write(in TraceEntry entry)
    {
        if (entry.Access is { } access)
        {
            WriteAccess(entry, access);
        }
        else if (entry.Interrupt is { } interrupt)
        {
            WriteInterrupt(entry, interrupt);
        }
        else if (entry.Action is { } action)
        {
            WriteAction(entry, action);
        }
        else if (entry.Hop is { } hop && entry.AccessNumber == 0 && entry.Cause != _told && _nameOf(hop.Kind) is { } name)
        {
            // The hops of an access are its way, which the access says; those of a platform's command stand for it, the first for all.
            _told = entry.Cause;
            Omit($"vCPU {entry.Vcpu}, {name}");
        }
    }

    private void WriteAccess(in TraceEntry entry, Access access)
    {
        Answer answer = entry.Answer;
        access = access.AsSeenBy(answer.Route);
        if (answer.Responder == Responder.Svsm || answer.Route is Route.SvsmCall or Route.Handler)
        {
            Omit($"vCPU {entry.Vcpu}, {access}: answered by {(answer.Route == Route.Handler ? "the #VC handler" : "the SVSM")}");
            return;
        }

        if (access.Origin == AccessOrigin.Svsm)
        {
            Omit($"vCPU {entry.Vcpu}, {access}: issued by the SVSM");
            return;
        }

        if (access.Origin == AccessOrigin.Guest && _waiting.Contains(entry.Vcpu))
        {
            Omit($"vCPU {entry.Vcpu}, {access}: the vCPU waits for a start-up IPI and executes nothing");
            return;
        }

        Say(KvmApicText.Operation(entry.Vcpu, access, entry.Clock), KvmApicText.Expected(access, answer));
        if (access is { Register: ApicRegister.ApicBase, IsWrite: true } && answer.Outcome == Outcome.Done)
        {
            Note(_bootstrap, entry.Vcpu, new ApicBase(access.Value).IsBootstrap);
        }

        SettleInits();
    }

    private void WriteInterrupt(in TraceEntry entry, in InterruptEvent interrupt)
    {
        int vcpu = entry.Vcpu;
        if (entry.Action is { } message)
        {
            _told = entry.Cause;
            Say($"msi 0x{message.Message.MsiAddress:x} 0x{message.Message.MsiData:x}", null);
        }

        switch (interrupt.Kind)
        {
            case InterruptEventKind.Accepted or InterruptEventKind.Merged:
                Note(interrupt, entry.AccessNumber == 0);
                break;
            case InterruptEventKind.Taken when interrupt.Mode == DeliveryMode.Fixed:
                Take(vcpu, interrupt.Vector);
                break;
            case InterruptEventKind.Taken when interrupt.Mode == DeliveryMode.ExtInt:
                Omit($"vCPU {vcpu} takes vector 0x{interrupt.Vector:X2} from a legacy interrupt controller");
                break;
            case InterruptEventKind.TimerExpired when entry.AccessNumber == 0 && !_waiting.Contains(vcpu):
                // KVM looks at a timer that has ended when the vCPU runs again.
                Say($"nop {vcpu}", KvmApicText.Done);
                break;
        }
    }

    private void WriteAction(in TraceEntry entry, in MachineCommand action)
    {
        _told = entry.Cause;
        switch (action.Kind)
        {
            case CommandKind.ClockStep:
                if (action.Data != 0)
                {
                    Say($"wait {action.Data}", KvmApicText.Done);
                }

                break;
            case CommandKind.Nmi:
                Say($"nmi {entry.Vcpu}", "{\"rc\":0}");
                _silent.Add(entry.Vcpu);
                break;
            case CommandKind.Cr8 when _waiting.Contains(entry.Vcpu):
                Omit($"vCPU {entry.Vcpu}, MOV to CR8: the vCPU waits for a start-up IPI and executes nothing");
                break;
            case CommandKind.Cr8:
                Say($"cr8w {entry.Vcpu} {action.Data}", KvmApicText.Done);
                break;
            case CommandKind.HostWord:
                Say($"hlapic {entry.Vcpu} 0x{action.Address:x} 0x{action.Data:x}", null);
                break;
            case CommandKind.InterruptFlag:
                // Each interrupt that is taken is written where it is.
                break;
            default:
                Omit(KvmApicText.Name(action));
                break;
        }
    }

    /// <summary>One interrupt is taken and not ended: with its vector in service nothing else is taken before interrupts are off again.</summary>
    private void Take(int vcpu, byte vector)
    {
        if (_interrupted.Add(vcpu))
        {
            Say($"eoi {vcpu} off", KvmApicText.Done);
        }

        Say($"intr {vcpu} on", KvmApicText.Done);
        Say($"intr {vcpu} off", KvmApicText.Done);
        Say($"log {vcpu}", _silent.Contains(vcpu) ? null : $"{{\"log\":[\"0x{vector:x}\"]}}");
    }

    /// <summary>INIT and start-up decide whether a vCPU executes anything; an NMI stands in its log.</summary>
    private void Note(in InterruptEvent interrupt, bool atOnce)
    {
        switch (interrupt.Mode)
        {
            case DeliveryMode.Init:
                _initialized.Add(interrupt.Vcpu);
                break;
            case DeliveryMode.Startup:
                _waiting.Remove(interrupt.Vcpu);
                break;
            case DeliveryMode.Nmi:
                _silent.Add(interrupt.Vcpu);
                break;
        }

        if (atOnce)
        {
            SettleInits();
        }
    }

    private void SettleInits()
    {
        foreach (int vcpu in _initialized)
        {
            Note(_waiting, vcpu, !_bootstrap.Contains(vcpu));
        }

        _initialized.Clear();
    }

    private static void Note(HashSet<int> set, int vcpu, bool isIn)
    {
        if (isIn)
        {
            set.Add(vcpu);
        }
        else
        {
            set.Remove(vcpu);
        }
    }

    /// <summary>What the operations for the machine do not say, by the host's hand.</summary>
    private void Start(IMachine machine)
    {
        ApicTraits traits = machine.Traits;
        if (traits.PhysicalAddressBits != 48)
        {
            Omit($"{traits.PhysicalAddressBits} physical address bits");
        }

        if (traits.Model == ApicModel.Kvm && (traits.Quirks & KvmQuirks.LastVcpuUnmapped) == 0)
        {
            _writer.WriteLine("# The host sets an APIC's state, as QEMU does: KVM's map of APIC IDs has every vCPU then.");
            Say("hlapic 0 0xf0 0xff", "{\"rc\":0}");
        }

        for (int vcpu = 0; vcpu < machine.VcpuCount; vcpu++)
        {
            bool isBootstrap = machine.InitialApicId(vcpu) == (traits.BootstrapId ?? machine.InitialApicId(0));
            bool isScripts = machine.InitialApicId(vcpu) == 0;
            Note(_bootstrap, vcpu, isBootstrap);
            if (isBootstrap != isScripts && traits.Model == ApicModel.Kvm && (traits.Quirks & KvmQuirks.Lint0Reenabled) != 0)
            {
                Say($"hlapic {vcpu} 0x350 {(isBootstrap ? "0x700" : "0x10000")}", "{\"rc\":0}");
            }

            ApicMode mode = traits.ResetMode ?? ApicTransition.OfReset(traits.Model).To;
            if (isBootstrap != isScripts || mode != ApicMode.XApic)
            {
                ulong value = new ApicBase(ApicBase.DefaultAddress | (isBootstrap ? ApicBase.BspBit : 0)).WithMode(mode).Value;
                Say($"hwrmsr {vcpu} 0x1b 0x{value:x}", "{\"rc\":1}");
            }
        }
    }

    private void Say(string operation, string? expected)
    {
        _writer.WriteLine(expected is null ? operation : $"{operation,-30} #= {expected}");
        Written++;
    }

    private void Omit(string what)
    {
        _writer.WriteLine($"# left out: {PlainText.Of(what)}");
        Unsaid++;
        FirstUnsaid ??= what;
    }
}
