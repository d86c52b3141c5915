using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell;

/// <summary>What snapshots say of themselves in words: numbers as wide as their register, and sentences.</summary>
internal static class ViewText
{
    /// <summary>A register's value in hex, as wide as the register.</summary>
    public static string Register(ApicRegister register, ulong? value, AccessKind kind) =>
        value is { } number ? $"0x{number.ToString($"X{RegisterDigits.Of(register, kind)}", CultureInfo.InvariantCulture)}" : "";

    /// <summary>Bits, highest first, with the names of those that have one: <c>bits 31:13 and 12 (SuppressEoiBroadcast)</c>.</summary>
    public static string Bits(uint bits, RegisterSpec register)
    {
        List<string> ranges = [];
        for (int high = 31; high >= 0; high--)
        {
            if ((bits & (1u << high)) == 0)
            {
                continue;
            }

            BitField? field = register.Fields.FirstOrDefault(one => one.High >= high && one.Low <= high);
            int low = high;
            while (low > 0 && (bits & (1u << (low - 1))) != 0 && register.Fields.FirstOrDefault(one => one.High >= low - 1 && one.Low <= low - 1) == field)
            {
                low--;
            }

            ranges.Add($"{(high == low ? $"{high}" : $"{high}:{low}")}{(field is null ? "" : $" ({field.Name})")}");
            high = low;
        }

        string last = ranges[ranges.Count - 1];
        ranges.RemoveAt(ranges.Count - 1);
        bool one = ranges.Count == 0 && !last.Contains(':');
        return $"bit{(one ? "" : "s")} {(ranges.Count == 0 ? "" : $"{string.Join(", ", ranges)} and ")}{last}";
    }

    /// <summary>The value of an access.</summary>
    public static string Value(ApicAccess access) => Register(access.Register, access.Value, access.Kind);

    /// <summary>The name of an access's register, or its number where it has no name.</summary>
    public static string Name(ApicRegister register, AccessKind kind, uint address) =>
        register != ApicRegister.None ? register.ToString() : kind == AccessKind.Msr ? $"MSR 0x{address:X3}" : $"offset 0x{address:X3}";

    /// <summary>The name of an access's register, or its number where it has no name.</summary>
    public static string Name(ApicAccess access) => Name(access.Register, access.Kind, access.Address);

    /// <summary>How an access was made: <c>RDMSR 0x808</c>.</summary>
    public static string Operation(in Access access) => access.Kind == AccessKind.Msr
        ? $"{(access.IsWrite ? "WRMSR" : "RDMSR")} 0x{access.Address:X3}"
        : $"{(access.IsWrite ? "write" : "read")} 0x{access.Address:X3}";

    /// <summary>What was done to a machine, in a few words: <c>WRMSR 0x808 = 0x00000020</c>, <c>NMI by the host, past the APIC</c>.</summary>
    public static string Operation(in MachineCommand command)
    {
        string what = Describe(command);
        return command.Kind switch
        {
            CommandKind.Access => $"{command.Access}{(command.Access.Origin == AccessOrigin.Guest ? "" : $" by {command.Access.Origin}")}",
            CommandKind.Message => what,
            _ => what.Length == 0 ? $"{command.Kind}" : $"{command.Kind} {what}",
        };
    }

    /// <summary>How a command ended: a value, what was taken, <c>#GP(0)</c>, <c>done</c>.</summary>
    public static string Ending(in MachineCommand command, in Answer answer)
    {
        if (answer.Outcome == Outcome.Fault)
        {
            return Ending(answer.Fault);
        }

        switch (command.Kind)
        {
            case CommandKind.Access when answer.HasValue && !command.Access.IsWrite:
                return Register(command.Access.Register, answer.Value, command.Access.Kind);
            case CommandKind.Take or CommandKind.Acknowledge when Comparisons.Likeness.IsDefined(answer):
                var taken = TakenInterrupt.Of(answer);
                return taken.Kind == TakenKind.None ? "nothing" : taken.Kind == TakenKind.Nmi ? "NMI" : $"0x{taken.Vector:X2}";
            case CommandKind.Message:
                return $"{(int)answer.Value} accepted";
            default:
                return answer.Rule == RuleId.NoCapability ? "not possible" : answer.Outcome.ToString();
        }
    }

    /// <summary>How an access ended: <c>#GP(0)</c>, <c>Value</c>, <c>dropped</c>.</summary>
    public static string Ending(ApicAccess access) => access.Outcome switch
    {
        Outcome.Fault => Ending(access.Fault),
        _ => access.Outcome.ToString(),
    };

    /// <summary>A fault as manuals write it; <c>Ended</c> where the guest ended itself.</summary>
    private static string Ending(GuestFault fault) => fault == GuestFault.Terminated ? "Ended" : $"#{fault}(0)";

    /// <summary>How an access ended on one of several machines: the value read, <c>#GP(0)</c>, <c>Done</c>; what is left open is Undefined.</summary>
    public static string Ending(ApicTraceAnswer answer) => answer.Fault != GuestFault.None ? Ending(answer.Fault)
        : !answer.IsDefined ? nameof(Outcome.Undefined)
        : answer.Outcome.ToString();

    /// <summary>An answer: the value read, or how it ended.</summary>
    public static string Answer(ApicTraceAnswer answer) => answer is { Value: { } value, IsDefined: true, Outcome: Outcome.Value }
        ? Register(answer.Access.Register, value, answer.Access.Kind)
        : Ending(answer);

    /// <summary>A sentence made fit to stand inside another: without its full stop, and small unless it starts with a name.</summary>
    public static string Clause(string sentence)
    {
        string clause = sentence.TrimEnd('.');
        bool name = clause.StartsWith("Linux", StringComparison.Ordinal)
            || (clause.Length > 1 && (char.IsUpper(clause[1]) || char.IsDigit(clause[1]) || clause[1] == '_'));
        return name ? clause : char.ToLowerInvariant(clause[0]) + clause.Substring(1);
    }

    /// <summary>A text in lines of at most so many letters, broken at spaces.</summary>
    public static List<string> Folded(string text, int width)
    {
        var lines = new List<string> { "" };
        foreach (string word in text.Split(' '))
        {
            string last = lines[lines.Count - 1];
            if (last.Length > 0 && last.Length + 1 + word.Length > width)
            {
                lines.Add(word);
            }
            else
            {
                lines[lines.Count - 1] = last.Length == 0 ? word : $"{last} {word}";
            }
        }

        return lines;
    }

    /// <summary>What happened to an interrupt, in a few words.</summary>
    public static string Describe(InterruptEvent interrupt, MachineCommand? message = null)
    {
        string vector = $"0x{interrupt.Vector:X2}";
        string what = interrupt.Mode switch
        {
            DeliveryMode.Fixed => vector,
            DeliveryMode.LowestPriority => $"lowest priority {vector}",
            DeliveryMode.Startup => $"start-up {vector}",
            DeliveryMode.ExtInt => interrupt.Kind == InterruptEventKind.Taken ? $"ExtINT {vector}" : "ExtINT",
            DeliveryMode.RemoteRead => $"remote read {vector}",
            _ => interrupt.Mode.ToString().ToUpperInvariant(),
        };
        return interrupt.Kind switch
        {
            InterruptEventKind.Sent => $"{what} to 0x{interrupt.Destination:X}"
                + (message is { } msi ? $", MSI {Msi(msi.Message)}" : ""),
            InterruptEventKind.Accepted when interrupt.Rule == SnpRule.SvsmIpiPosted => $"{what} posted for its SVSM to find",
            InterruptEventKind.Accepted when interrupt.Mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority => $"{what} into IRR",
            InterruptEventKind.Merged when interrupt.Rule == SnpRule.SvsmIpiPosted => $"{what} posted already: one interrupt of two",
            InterruptEventKind.Merged when interrupt.Mode == DeliveryMode.Nmi => $"{what} waits already: one interrupt of two",
            InterruptEventKind.Merged => $"{what} already in IRR: one interrupt of two",
            InterruptEventKind.Refused => $"{what} refused: {Clause(RuleBook.Of(interrupt.Rule).Sentence)}",
            InterruptEventKind.Taken => $"{what}{TakenFrom(interrupt)}",
            InterruptEventKind.Posted => $"{what}{Posted(interrupt)}",
            InterruptEventKind.Injected => $"{what} into EVENT_INJ",
            InterruptEventKind.Queued => $"{what} into V_INTR",
            InterruptEventKind.Rewound => $"{what} was not taken: back into IRR",
            InterruptEventKind.Spurious => $"{what}, nothing in service for it",
            InterruptEventKind.Ended => $"{what} out of ISR{(interrupt.Rule == SnpRule.SvsmLazyEoi ? ", its EOI left out" : "")}",
            InterruptEventKind.EndBroadcast => $"{what} to the I/O APICs",
            InterruptEventKind.TimerExpired => $"vector {vector}",
            _ => what,
        };
    }

    private static string TakenFrom(InterruptEvent interrupt) => interrupt.Rule switch
    {
        SnpRule.SvsmInjected => " from EVENT_INJ",
        SnpRule.SvsmQueued => " from V_INTR",
        SnpRule.HostInjectsHv => " from the doorbell page",
        _ => interrupt.Mode == DeliveryMode.Fixed ? " from IRR to ISR" : "",
    };

    private static string Posted(InterruptEvent interrupt) => interrupt.Rule switch
    {
        SnpRule.HostNotifies => " tells the SVSM to look",
        SnpRule.HostNmiUnread => " into the doorbell page, where the SVSM does not look",
        _ => " into the doorbell page",
    };

    /// <summary>A vector; empty where there is none.</summary>
    public static string Vector(byte? vector) => vector is { } number ? $"0x{number:X2}" : "";

    /// <summary>What a vCPU takes next: <c>0x41</c>, <c>NMI</c>, <c>ExtINT 0x20</c>; none where nothing waits.</summary>
    public static string Next(ApicPendingInterrupt pending) => pending.NextKind switch
    {
        TakenKind.None => "none",
        TakenKind.Smi => "SMI",
        TakenKind.Nmi => "NMI",
        TakenKind.ExtInt => $"ExtINT {Vector(pending.Next)}",
        TakenKind.Exception => $"exception {Vector(pending.Next)}",
        _ => Vector(pending.Next),
    };

    /// <summary>What holds the next interrupt back, in words; empty where none waits.</summary>
    public static string HeldBack(ApicPendingInterrupt pending) => pending.HeldBackBy switch
    {
        ApicHold.Nothing => pending.NextKind == TakenKind.None ? "" : "taken now",
        ApicHold.InterruptsOff => "held back: interrupts are off",
        ApicHold.Priority => $"held back: the processor priority is 0x{pending.ProcessorPriority:X2}",
        ApicHold.InterruptEnable => "held back: its bit in IER is 0",
        ApicHold.ApicOff => "held back: the APIC is off",
        ApicHold.WaitsForStartup => "held back: the vCPU waits for a start-up IPI",
        ApicHold.InterruptShadow => "held back: an instruction shadows interrupts",
        ApicHold.SvsmNotNotified => "held back: the SVSM has not looked",
        ApicHold.NoDoorbell => "held back: there is no doorbell page",
        ApicHold.TimerMasked => "held back: the timer's LVT entry is masked",
        ApicHold.SoftwareOff => "held back: the APIC is off by software",
        ApicHold.Paused => "held back: the host does not let the vCPU run",
        _ => "held back: the guest has ended itself",
    };

    /// <summary>What waits beside the requested vectors: <c>SMI, 2 NMIs, ExtINT 0x20</c>.</summary>
    public static string Others(ApicPendingInterrupt pending) => string.Join(", ", new[]
    {
        pending.PendingSmi ? "SMI" : "",
        pending.PendingNmi switch { 0 => "", 1 => "NMI", var count => $"{count} NMIs" },
        pending.ExtInt is { } vector ? $"ExtINT 0x{vector:X2}" : "",
        pending.HeldTimer is { } timer ? $"timer 0x{timer:X2}" : "",
    }.Where(text => text.Length != 0));

    /// <summary>What keeps a vCPU from taking interrupts at all.</summary>
    public static string Condition(ApicPendingInterrupt pending) => string.Join(", ", new[]
    {
        pending.RunState == RunState.WaitForStartup ? "waits for a start-up IPI" : "",
        pending.InterruptsEnabled ? "interrupts on" : "interrupts off",
        pending.Paused ? "paused" : "",
        pending.AtVmpl0 ? "at VMPL0" : "",
    }.Where(text => text.Length != 0));

    /// <summary>The marks of a row of vectors, with space between.</summary>
    public static string Marks(ApicVectorRow row) => string.Join(" ", row.Marks.ToCharArray());

    /// <summary>What was done to a machine, in a few words.</summary>
    public static string Describe(MachineCommand action) => action.Kind switch
    {
        CommandKind.ClockStep => $"{action.Data} ns",
        CommandKind.Halt => $"for at most {action.Data} ns",
        CommandKind.Nmi => "by the host, past the APIC",
        CommandKind.Pin => $"LINT{action.Address} {((action.Data & 0x100) != 0 ? "asserted" : "released")}",
        CommandKind.LocalInterrupt => $"by {(ApicRegister)action.Address}",
        CommandKind.InterruptFlag or CommandKind.InterruptShadow => action.Data != 0 ? "on" : "off",
        CommandKind.Cr8 => $"{action.Data}",
        CommandKind.Pause => action.Data != 0 ? "by the host" : "over",
        CommandKind.HostWord => $"0x{action.Address:X3} = 0x{action.Data:X8}",
        CommandKind.Init => "by the host, past the APIC",
        CommandKind.Startup => $"0x{action.Data:X2} by the host, past the APIC",
        CommandKind.Message or CommandKind.DirectMessage => $"MSI {Msi(action.Message)}",
        CommandKind.Restored => "back to a checkpoint",
        _ => "",
    };

    private static string Msi(InterruptMessage message) => $"0x{message.MsiAddress:X8} = 0x{message.MsiData:X8}";

    /// <summary>What became of a timer's interrupt: <c>held back</c>.</summary>
    public static string Ending(TimerInterrupt interrupt) => interrupt switch
    {
        TimerInterrupt.Delivered => "delivered",
        TimerInterrupt.HeldBack => "held back",
        _ => "lost",
    };

    /// <summary>A hop in a few words.</summary>
    public static string Describe(Hop hop) => hop.Kind switch
    {
        SnpHop.GhcbExit => $"VMPL{hop.Vmpl} GHCB exit 0x{hop.Code:X}, info1=0x{hop.Info1:X}"
            + (hop.Rcx != 0 ? $", rcx=0x{hop.Rcx:X}" : $", info2=0x{hop.Info2:X}") + (hop.Data != 0 ? $", data=0x{hop.Data:X}" : "")
            + $" -> info1=0x{hop.Result1:X}, {(hop.Result1 == 0 ? "value" : "info2")}=0x{hop.Result2:X}",
        SnpHop.SvsmCall => $"VMPL{hop.Vmpl} SVSM call rax=0x{hop.Code:X}, rcx=0x{hop.Rcx:X}, rdx=0x{hop.Data:X} -> rax=0x{hop.Result1:X}, rdx=0x{hop.Result2:X}",
        SnpHop.InjectionOn => $"Alternate Injection on, #VC handler {(Confidential.VcHandler)hop.Info1}",
        SnpHop.InjectionOff => "Alternate Injection off",
        SnpHop.GuestExit => $"guest left for the SVSM, exitintinfo=0x{hop.Info1:X}",
        SnpHop.GuestEntry => $"guest entered, event_inj=0x{hop.Info1:X}, vintr_ctrl=0x{hop.Info2:X}",
        SnpHop.GhcbMsr => $"VMPL{hop.Vmpl} GHCB MSR 0x{hop.Code:X} -> 0x{hop.Result1:X}",
        SnpHop.LazyEoi => "no_eoi_required cleared instead of EOI",
        _ => $"#HV at VMPL{hop.Vmpl}, doorbell 0x{hop.Info1:X8}, guest's status 0x{hop.Info2:X8}",
    };
}
