using System.Collections.Generic;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Exploration;
using ApicShell.Texts;

namespace ApicShell.Searching;

/// <summary>
/// What a search found as a sequence diagram in the language of Mermaid: guests, SVSM, hypervisor and devices, with every access, exit, call
/// and interrupt of the path.
/// </summary>
internal sealed class DivergenceDiagram
{
    private const string Svsm = "S";
    private const string Hypervisor = "H";
    private const string LocalApic = "L";
    private const string Device = "D";
    private const int NoteWidth = 60;

    private readonly StringBuilder _text = new();
    private readonly bool _native;
    private readonly HashSet<string> _beside = [];

    private DivergenceDiagram(DivergencePath path)
    {
        _native = path.Machine.Platform == ApicPlatform.Native;
        Note(All, $"design {DivergenceVerdict.Subject(path.Problem.Design)}: {path.Problem.Design.Title}");
        foreach (PathPart part in path.Before.Skip(1))
        {
            Note(All, $"{part.Title}: {part.Commands.Count} commands");
        }

        int number = 0;
        foreach (PathPart step in path.Steps)
        {
            Note(step.Vcpu < 0 ? All : Guest(step.Vcpu), $"{++number}. {step.Title}");
            Events(step.Events);
        }

        Note(All, $"property {BrokenStepText.PropertyOf(path.Broken.Break)} is broken: {BrokenStepText.Of(path.Broken)}");
    }

    private string All => $"{Guest(0)},{(_native ? LocalApic : Hypervisor)}";

    /// <summary>The diagram.</summary>
    public static string Of(DivergencePath path)
    {
        var diagram = new DivergenceDiagram(path);
        return string.Concat(diagram.Participants(path.Machine.VcpuCount).Prepend("sequenceDiagram\n")) + diagram._text;
    }

    /// <summary>Those who take part, from left to right; a device or a native host only where it does something.</summary>
    private IEnumerable<string> Participants(int vcpus)
    {
        List<string> all = [.. Enumerable.Range(0, vcpus).Select(vcpu => $"{Guest(vcpu)} as guest, vCPU {vcpu}")];
        all.AddRange(_native ? [$"{LocalApic} as local APICs"] : [$"{Svsm} as SVSM", $"{Hypervisor} as hypervisor"]);
        if (_native && _beside.Contains(Hypervisor))
        {
            all.Add($"{Hypervisor} as host");
        }

        if (_beside.Contains(Device))
        {
            all.Add($"{Device} as device");
        }

        return all.Select(one => $"    participant {one}\n");
    }

    /// <summary>The access that a group of events belongs to stands after them; in a diagram it begins them.</summary>
    private void Events(IReadOnlyList<ApicTraceEvent> events)
    {
        for (int at = 0; at < events.Count;)
        {
            long number = events[at].AccessNumber;
            int end = at + 1;
            while (number != 0 && end < events.Count && events[end].AccessNumber == number)
            {
                end++;
            }

            ApicAccess? access = events.Skip(at).Take(end - at).Select(one => one.Access).FirstOrDefault(one => one is not null);
            Begin(access);
            for (; at < end; at++)
            {
                Event(events[at]);
            }

            End(access);
        }
    }

    private void Begin(ApicAccess? access)
    {
        if (access is not null)
        {
            Arrow(Issuer(access), _native ? (access.Origin == AccessOrigin.Guest ? LocalApic : Issuer(access)) : Issuer(access), $"{access.Core}");
        }
    }

    private void End(ApicAccess? access)
    {
        if (access is null)
        {
            return;
        }

        if (_native && access.Origin == AccessOrigin.Guest)
        {
            Reply(LocalApic, Issuer(access), Ending(access));
        }
        else if (!access.Succeeded)
        {
            Note(Issuer(access), Ending(access));
        }
    }

    private static string Ending(ApicAccess access) => access.Succeeded
        ? access.IsWrite ? "done" : ViewText.Register(access.Register, access.Value, access.Kind)
        : $"{ViewText.Ending(access)}, rule {access.Rule.Id}";

    private static string Issuer(ApicAccess access) => access.Origin switch
    {
        AccessOrigin.Guest => Guest(access.Vcpu.Index),
        AccessOrigin.Svsm => Svsm,
        _ => Hypervisor,
    };

    private void Event(ApicTraceEvent item)
    {
        if (item.Hop is { } hop)
        {
            OfHop(item.Vcpu?.Index ?? 0, hop.Core);
        }
        else if (item.Entry.Interrupt is { } interrupt)
        {
            OfInterrupt(interrupt, item.Action, Actor(item));
        }
        else if (item.Action is { } action)
        {
            OfAction(action);
        }
    }

    private void OfHop(int vcpu, in Hop hop)
    {
        string from = hop.Vmpl == Vmpl.Svsm ? Svsm : Guest(vcpu);
        switch (hop.Kind)
        {
            case SnpHop.GhcbExit:
                Arrow(from, Hypervisor, ProtocolNames.ExitText(hop.Vmpl, new(hop.Code, hop.Info1, hop.Info2, hop.Rcx, hop.Data)));
                Reply(Hypervisor, from, hop.Result1 == 0 ? $"0x{hop.Result2:X}" : $"info1=0x{hop.Result1:X}, info2=0x{hop.Result2:X}");
                break;
            case SnpHop.SvsmCall:
                Arrow(from, Svsm, $"call {ProtocolNames.CallText(new(hop.Code, hop.Rcx, hop.Data))}, rcx=0x{hop.Rcx:X}, rdx=0x{hop.Data:X}");
                Reply(Svsm, from, $"rax=0x{hop.Result1:X}, rdx=0x{hop.Result2:X}");
                break;
            case SnpHop.GuestExit:
                Arrow(Guest(vcpu), Svsm, "leaves the guest");
                break;
            case SnpHop.GuestEntry:
                Arrow(Svsm, Guest(vcpu), $"enters the guest, event_inj=0x{hop.Info1:X}, vintr_ctrl=0x{hop.Info2:X}");
                break;
            case SnpHop.Doorbell:
                Arrow(Hypervisor, Svsm, $"#HV, doorbell 0x{hop.Info1:X}");
                break;
            default:
                Note(Svsm, $"vCPU {vcpu}: {ViewText.Describe(hop)}");
                break;
        }
    }

    private void OfInterrupt(in InterruptEvent interrupt, MachineCommand? message, string actor)
    {
        string words = ViewText.Describe(interrupt, message);
        string at = $"vCPU {interrupt.Vcpu}: ";
        switch (interrupt.Kind)
        {
            case InterruptEventKind.Sent when interrupt.Vcpu < 0:
                Arrow(Device, _native ? LocalApic : Hypervisor, words);
                break;
            case InterruptEventKind.Sent:
                Note(actor, $"from vCPU {interrupt.Vcpu}: {words}");
                break;
            case InterruptEventKind.Taken or InterruptEventKind.Spurious:
                Arrow(actor, Guest(interrupt.Vcpu), $"takes {words}");
                break;
            case InterruptEventKind.Injected or InterruptEventKind.Queued:
                Arrow(Svsm, Guest(interrupt.Vcpu), words);
                break;
            case InterruptEventKind.Posted when !_native:
                Arrow(Hypervisor, Svsm, at + words);
                break;
            case InterruptEventKind.Ended:
                Note(actor, $"{at}{words}");
                break;
            case InterruptEventKind.TimerExpired:
                Note(actor, $"{at}the timer ends, {words}");
                break;
            default:
                Note(actor, at + words);
                break;
        }
    }

    private void OfAction(in MachineCommand action)
    {
        switch (action.Kind)
        {
            case CommandKind.Message or CommandKind.DirectMessage:
                Arrow(Device, _native ? LocalApic : Hypervisor, $"vCPU {action.Vcpu}: {ViewText.Describe(action)}");
                break;
            case CommandKind.ClockStep:
                Note(All, $"{ViewText.Describe(action)} pass");
                break;
            case CommandKind.InterruptFlag:
                Note(Guest(action.Vcpu), $"interrupts {ViewText.Describe(action)}");
                break;
            case CommandKind.Nmi or CommandKind.Init or CommandKind.Startup or CommandKind.Reset:
                Arrow(Hypervisor, Guest(action.Vcpu), action.Kind.ToString().ToUpperInvariant());
                break;
            default:
                Note(Hypervisor, $"{action.Kind} {ViewText.Describe(action)}");
                break;
        }
    }

    /// <summary>Whose APIC it is that does something with an interrupt; a guest takes from whoever delivers.</summary>
    private string Actor(ApicTraceEvent item) => _native ? LocalApic
        : item.AnsweredBy == Responder.Svsm || item.Entry.Interrupt is { Kind: InterruptEventKind.Taken, Rule: SnpRule.SvsmInjected or SnpRule.SvsmQueued } ? Svsm
        : Hypervisor;

    private static string Guest(int vcpu) => $"G{vcpu}";

    private void Arrow(string from, string to, string text) => Line(from, $"{from}->>{to}: {Escaped(text)}");

    private void Reply(string from, string to, string text) => Line(from, $"{from}-->>{to}: {Escaped(text)}");

    private void Note(string over, string text) => Line(over, $"Note over {over}: {string.Join("<br/>", ViewText.Folded(PlainText.Of(text), NoteWidth).Select(Escaped))}");

    private void Line(string who, string line)
    {
        _beside.Add(who);
        _text.Append("    ").Append(line).Append('\n');
    }

    /// <summary>
    /// In a diagram # begins the number of a letter, ; ends a line, &lt; begins a tag, &amp; a letter of HTML, and %% a comment or a directive.
    /// </summary>
    private static string Escaped(string text) => string.Concat(PlainText.Of(text).Select(letter => letter switch
    {
        '#' => "#35;",
        ';' => "#59;",
        '<' => "#lt;",
        '&' => "#amp;",
        '%' => "#37;",
        _ => $"{letter}",
    }));
}
