using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>
/// Follows a program and says what is wrong first. It knows what the guest, the host and the protocol's words lead one to expect, and looks for the
/// copies of each vector in every place where one can wait: none may vanish but by a take, none appear but by an acceptance, and in the end none waits.
/// </summary>
internal sealed class SvsmJudge : MachineObserver
{
    private readonly Machine _machine;
    private readonly SnpPlatform _platform;
    private readonly bool _isShared;
    private readonly SvsmGuest[] _guests;
    private readonly List<InterruptEvent> _events = [];
    private readonly List<ulong> _notifications = [];
    private uint _registrations = 1;
    private string? _wrong;

    private SvsmJudge(SvsmProgram program, SvsmBehavior behavior)
    {
        _machine = program.NewMachine(behavior);
        _platform = _machine.Platform();
        _isShared = program.Scope == ApicScope.Shared;
        _guests = [.. Enumerable.Range(0, program.VcpuCount).Select(_ => new SvsmGuest())];
        _machine.Observer = this;
    }

    /// <summary>What is wrong with a program's run, or null.</summary>
    public static string? Judge(SvsmProgram program, SvsmBehavior behavior = SvsmBehavior.None)
    {
        var judge = new SvsmJudge(program, behavior);
        foreach (SvsmStep step in program.Steps)
        {
            judge.Follow(step);
            if (judge._wrong is not null)
            {
                return judge._wrong;
            }
        }

        judge.Drain();
        return judge._wrong;
    }

    public override void OnInterrupt(long number, in InterruptEvent interrupt) => _events.Add(interrupt);

    public override void OnHop(long number, int vcpu, in Hop hop)
    {
        if (hop is { Kind: SnpHop.GhcbExit, Vmpl: 0, Code: GhcbExitCode.HvIpi })
        {
            _notifications.Add(hop.Info1);
        }
    }

    private void Wrong(SvsmStep step, string what) => _wrong ??= $"{step.Op} at vCPU {step.Vcpu % _guests.Length}: {what}";

    private void Follow(SvsmStep step)
    {
        int vcpu = step.Vcpu % _guests.Length;
        SvsmGuest guest = _guests[vcpu];
        switch (step.Op)
        {
            case SvsmOp.HostLevel when !guest.Sources.Add(SvsmRun.VectorOf(step)):
            case SvsmOp.ExitException or SvsmOp.ExitSoftware when !guest.IsEmulated || _platform.IsInSvsm(vcpu):
            case SvsmOp.Ipi or SvsmOp.NmiIpi when !guest.IsEmulated && !_machine.StateOf(vcpu, AccessOrigin.Guest).IsSoftwareEnabled:
                return;
            case SvsmOp.ExitException or SvsmOp.ExitSoftware when _platform.VmsaOf(vcpu).EventInjection.IsValid:
            case SvsmOp.Configure when _platform.VmsaOf(vcpu).EventInjection is { IsValid: true, Type: InjectedEventType.Exception or InjectedEventType.Software }:
                // The guest takes that before it runs any instruction.
                Follow(step with { Op = SvsmOp.Take });
                Follow(step);
                return;
            case SvsmOp.EndLazily when guest.Service.Count == 0:
                step = step with { Op = SvsmOp.Eoi };
                break;
        }

        _events.Clear();
        _notifications.Clear();
        SvsmCopies[] before = Copies();
        SvsmExpectation expected = Expect(step, vcpu, guest, before[vcpu]);
        bool shadowed = _platform.VmsaOf(vcpu).InterruptControl.InterruptShadow;
        SvsmAnswer answer = SvsmRun.Do(_machine, step);
        SvsmCopies[] after = Copies();

        if (expected.Value is { } value && answer.Value != value)
        {
            Wrong(step, $"0x{answer.Value:X}, and not 0x{value:X}");
        }

        if (step.Op is SvsmOp.HostEdge or SvsmOp.HostLevel)
        {
            bool accepted = answer.Value != 0;
            expected.Fixed[vcpu] = accepted ? SvsmRun.VectorOf(step) : null;
            if (!accepted)
            {
                guest.Sources.Remove(SvsmRun.VectorOf(step));
            }
        }

        if (step.Op == SvsmOp.Take)
        {
            Took(step, vcpu, answer.Taken, shadowed, after[vcpu]);
        }

        Settle(step, vcpu, guest);
        for (int i = 0; i < _guests.Length && _wrong is null; i++)
        {
            Conserve(step, i, before[i], after[i], expected.Fixed[i], expected.Nmi[i], i == vcpu ? answer.Taken : default);
            Serve(step, i);
            Ends(step, i, i == vcpu ? expected.Ends : null);
        }

        Notified(step, vcpu, expected);
    }

    /// <summary>What a step must lead to, by the state before it.</summary>
    private SvsmExpectation Expect(SvsmStep step, int vcpu, SvsmGuest guest, SvsmCopies waits)
    {
        const ulong NoProtocol = 0x8000_0001;
        var expected = new SvsmExpectation(_guests.Length);
        switch (step.Op)
        {
            case SvsmOp.SelfIpi:
                expected.Fixed[vcpu] = Receives(vcpu, vcpu, SvsmRun.VectorOf(step)) ? SvsmRun.VectorOf(step) : null;
                break;
            case SvsmOp.Ipi or SvsmOp.NmiIpi:
                guest.Icr = SvsmRun.IcrOf(step, _guests.Length);
                foreach (int target in SvsmTargets.Of(guest.Icr, vcpu, _guests.Length))
                {
                    expected.Fixed[target] = step.Op == SvsmOp.Ipi && Receives(vcpu, target, SvsmRun.VectorOf(step)) ? SvsmRun.VectorOf(step) : null;
                    expected.Nmi[target] = step.Op == SvsmOp.NmiIpi && (target == vcpu || !guest.IsEmulated || _guests[target].IsEmulated);
                    expected.IsNotified |= guest.IsEmulated && target != vcpu && (expected.Nmi[target] || expected.Fixed[target] is not null);
                }

                break;
            case SvsmOp.HostNmi:
                expected.Nmi[vcpu] = true;
                break;
            case SvsmOp.Eoi or SvsmOp.EndLazily when guest.Service.Count > 0:
                byte ended = guest.Service[^1];
                expected.Ends = SvsmGuest.IsLevel(ended) ? ended : null;
                break;
            case SvsmOp.Read when guest.IsEmulated && !_platform.IsInSvsm(vcpu) && _machine.VcpuStateOf(vcpu).Paused == 0:
                expected.Value = guest.Read(step.Value, SvsmProgram.ApicIds[vcpu], waits);
                break;
            case SvsmOp.Allow or SvsmOp.Refuse or SvsmOp.AllowAll:
                expected.Value = guest.IsEmulated ? 0 : NoProtocol;
                break;
            case SvsmOp.Configure:
                expected.Value = !guest.IsEmulated ? NoProtocol : step.Value == 2 && _registrations == 0 ? 0x8000_1000UL : 0;
                break;
        }

        return expected;
    }

    /// <summary>Whether a fixed IPI is for a target that can have it: by the SVSM where the sender has emulation, else by the hypervisor.</summary>
    private bool Receives(int sender, int target, byte vector) => _guests[sender].IsEmulated
        ? vector >= 16 && (sender == target || _guests[target].IsEmulated)
        : _machine.StateOf(target, AccessOrigin.Guest).IsSoftwareEnabled;

    /// <summary>A take is allowed, and is the right one.</summary>
    private void Took(SvsmStep step, int vcpu, TakenInterrupt taken, bool shadowed, SvsmCopies after)
    {
        SvsmGuest guest = _guests[vcpu];
        int floor = Math.Max(guest.TaskPriority >> 4, guest.Service.Count == 0 ? 0 : guest.Service[^1] >> 4);
        bool open = guest.InterruptsEnabled && !(shadowed && guest.IsEmulated);
        int waits = guest.IsEmulated ? after.HighestInSvsm : after.HighestInHypervisor;
        switch (taken.Kind)
        {
            case TakenKind.Fixed when !open || taken.Vector >> 4 <= floor:
                Wrong(step, $"0x{taken.Vector:X2} is taken in spite of {(open ? $"class {floor}" : "interrupts being off")}");
                break;
            case TakenKind.Fixed when taken.Vector < waits:
                Wrong(step, $"0x{taken.Vector:X2} is taken before 0x{waits:X2}");
                break;
            case TakenKind.Fixed:
                guest.Service.Add(taken.Vector);
                break;
            case TakenKind.Exception when guest.Exception == taken.Vector:
                guest.Exception = null;
                break;
            case TakenKind.Exception:
                Wrong(step, $"exception 0x{taken.Vector:X2} runs twice");
                break;
            case TakenKind.None when open && waits >> 4 > floor:
                Wrong(step, $"0x{waits:X2} could be taken and is not");
                break;
            case TakenKind.None when guest.Exception is { } exception:
                Wrong(step, $"exception 0x{exception:X2} is lost");
                break;
        }
    }

    /// <summary>What the step changes of the guest, as the guest knows it.</summary>
    private void Settle(SvsmStep step, int vcpu, SvsmGuest guest)
    {
        switch (step.Op)
        {
            case SvsmOp.Tpr:
                guest.TaskPriority = guest.IsEmulated ? step.Value & 0xF0 : step.Value;
                break;
            case SvsmOp.Cr8:
                guest.TaskPriority = (step.Value & 0xF) << 4;
                break;
            case SvsmOp.Interrupts:
                guest.InterruptsEnabled = step.Value != 0;
                break;
            case SvsmOp.Eoi or SvsmOp.EndLazily when guest.Service.Count > 0:
                guest.Sources.Remove(guest.Service[^1]);
                guest.Service.RemoveAt(guest.Service.Count - 1);
                break;
            case SvsmOp.ExitException:
                guest.Exception = step.Value;
                break;
            case SvsmOp.Allow or SvsmOp.Refuse or SvsmOp.AllowAll when guest.IsEmulated:
                guest.Configure(step);
                break;
            case SvsmOp.Configure when guest.IsEmulated:
                _registrations += step.Value == 2 && _registrations > 0 ? 1u : step.Value == 1 && _registrations > 0 ? uint.MaxValue : 0;
                if (step.Value != 2 && _registrations == 0)
                {
                    guest.IsEmulated = false;
                }

                break;
            case SvsmOp.Enable when !guest.IsEmulated:
                _registrations = Math.Max(_registrations, 1);
                guest.IsEmulated = true;
                guest.TaskPriority &= 0xF0;
                guest.Icr = 0;
                guest.AllowNone();
                break;
        }

        if (_platform.IsEmulated(vcpu) != guest.IsEmulated)
        {
            Wrong(step, guest.IsEmulated ? "emulation has ended" : "emulation goes on");
        }
    }

    /// <summary>No copy of a vector vanishes but by a take, or for a reason that the protocol has; none comes but by an acceptance.</summary>
    private void Conserve(SvsmStep step, int vcpu, SvsmCopies before, SvsmCopies after, byte? accepted, bool nmi, TakenInterrupt taken)
    {
        for (int word = 0; word < 8; word++)
        {
            uint bits = before.Any(word) | after.Any(word);
            bits |= accepted is { } wanted && wanted >> 5 == word ? 1u << (wanted & 31) : 0;
            bits |= taken.Kind == TakenKind.Fixed && taken.Vector >> 5 == word ? 1u << (taken.Vector & 31) : 0;
            for (int bit = 0; bits >> bit != 0 && bit < 32; bit++)
            {
                byte vector = (byte)((word * 32) + bit);
                if ((bits & (1u << bit)) == 0 || (_isShared && vector == SvsmRun.SvsmNotification))
                {
                    continue;
                }

                int had = before.Count(vector) + (accepted == vector ? 1 : 0);
                int has = after.Count(vector) + (taken.Kind == TakenKind.Fixed && taken.Vector == vector ? 1 : 0);
                if (has > had)
                {
                    Wrong(step, $"0x{vector:X2} comes from nowhere to vCPU {vcpu}");
                }
                else if (had > 0 && has == 0 && !IsRefused(vcpu, vector))
                {
                    Wrong(step, $"0x{vector:X2} of vCPU {vcpu} is lost");
                }
            }
        }

        int hadNmi = before.Nmis + (nmi ? 1 : 0);
        int hasNmi = after.Nmis + (taken.Kind == TakenKind.Nmi ? 1 : 0);
        if (hasNmi > hadNmi || (hadNmi > 0 && hasNmi == 0))
        {
            Wrong(step, $"the NMI of vCPU {vcpu} {(hasNmi > hadNmi ? "comes from nowhere" : "is lost")}");
        }
    }

    /// <summary>The protocol has no way for it, and the trace says so.</summary>
    private bool IsRefused(int vcpu, byte vector)
    {
        InterruptEvent refused = _events.FirstOrDefault(one => one.Kind == InterruptEventKind.Refused && one.Vcpu == vcpu && one.Vector == vector);
        bool isRight = refused.Rule switch
        {
            SnpRule.SvsmVectorNotAllowed => !_guests[vcpu].IsAllowed(vector) || !_guests[vcpu].WasAllowed(vector),
            SnpRule.SvsmIllegalVector => vector < 16,
            SnpRule.SvsmHandOffNoPlace => vector < 31,
            _ => false,
        };
        if (isRight)
        {
            _guests[vcpu].Sources.Remove(vector);
        }

        return isRight;
    }

    /// <summary>What is in service is what the guest took and has not ended.</summary>
    private void Serve(SvsmStep step, int vcpu)
    {
        byte[] service = _platform.IsEmulated(vcpu) ? ServiceOfSvsm(vcpu) : SvsmCopies.ServiceOf(_machine.StateOf(vcpu, AccessOrigin.Guest));
        if (!service.SequenceEqual(_guests[vcpu].Service))
        {
            Wrong(step, $"in service at vCPU {vcpu} are [{Text(service)}], and not [{Text(_guests[vcpu].Service)}]");
        }
    }

    /// <summary>The SVSM's stack, less what the guest has not taken, and less what it has ended without writing EOI.</summary>
    private byte[] ServiceOfSvsm(int vcpu)
    {
        SvsmApicState apic = _platform.SvsmOf(vcpu);
        Vmsa vmsa = _platform.VmsaOf(vcpu);
        bool waits = vmsa.EventInjection.IsExternal || vmsa.InterruptControl.HasRequest;
        bool ended = !waits && apic.LazyEoi != 0 && _platform.CallingAreaOf(vcpu).NoEoiRequired == 0;
        int count = apic.ServiceCount - (waits || ended ? 1 : 0);
        return [.. Enumerable.Range(0, Math.Max(count, 0)).Select(index => apic.Service(index))];
    }

    /// <summary>The source of a level-triggered vector is told once of its end, and of nothing else.</summary>
    private void Ends(SvsmStep step, int vcpu, byte? expected)
    {
        byte[] told = [.. _events.Where(one => one.Kind == InterruptEventKind.EndBroadcast && one.Vcpu == vcpu).Select(one => one.Vector)];
        if (!told.SequenceEqual(expected is { } vector ? [vector] : Array.Empty<byte>()))
        {
            Wrong(step, $"the host is told of the end of [{Text(told)}], and not of [{(expected is null ? "" : $"{expected:X2}")}]");
        }
    }

    /// <summary>Other vCPUs are notified once, by the host, and the sender is not.</summary>
    private void Notified(SvsmStep step, int vcpu, SvsmExpectation expected)
    {
        if (_notifications.Count != (expected.IsNotified ? 1 : 0))
        {
            Wrong(step, $"{_notifications.Count} notifications");
        }

        foreach (ulong icr in _notifications)
        {
            int[] notified = SvsmTargets.Of(icr, vcpu, _guests.Length);
            int[] targets = SvsmTargets.Of(_guests[vcpu].Icr, vcpu, _guests.Length);
            if (notified.Contains(vcpu) && !SvsmTargets.IsLogicalWithSelf(icr))
            {
                Wrong(step, $"the sender is notified, by ICR 0x{icr:X}");
            }
            else if ((icr & 0x7FF) != SvsmRun.SvsmNotification || targets.Except(notified).Any(target => target != vcpu))
            {
                Wrong(step, $"the notification is ICR 0x{icr:X}");
            }
        }
    }

    /// <summary>Lets every vCPU take and end all that waits.</summary>
    private void Drain()
    {
        for (int vcpu = 0; vcpu < _guests.Length; vcpu++)
        {
            foreach (SvsmOp op in new[] { SvsmOp.Pause, SvsmOp.Shadow, SvsmOp.Enter, SvsmOp.Tpr })
            {
                Follow(new(op, vcpu));
            }

            Follow(new(SvsmOp.Interrupts, vcpu, 1));
            for (int quiet = 0, turns = 0; quiet < 2 && turns < 2000 && _wrong is null; turns++)
            {
                int served = _guests[vcpu].Service.Count;
                Follow(new(SvsmOp.Enter, vcpu));
                Follow(new(SvsmOp.Take, vcpu));
                bool took = _events.Any(one => one.Kind == InterruptEventKind.Taken);
                if (!took && served > 0)
                {
                    Follow(new(SvsmOp.EndLazily, vcpu));
                }

                quiet = took || served > 0 ? 0 : quiet + 1;
            }
        }

        SvsmCopies[] left = Copies();
        for (int vcpu = 0; vcpu < _guests.Length; vcpu++)
        {
            for (int vector = 16; vector < 256; vector++)
            {
                if (left[vcpu].Count(vector) > 0 && !(_isShared && vector == SvsmRun.SvsmNotification))
                {
                    _wrong ??= $"in the end 0x{vector:X2} waits at vCPU {vcpu} for ever";
                }
            }

            _wrong ??= left[vcpu].WaitingNmis > 0 ? $"in the end an NMI waits at vCPU {vcpu} for ever" : null;
            _wrong ??= _guests[vcpu].Exception is not null ? $"in the end an exception waits at vCPU {vcpu} for ever" : null;
            _wrong ??= _guests[vcpu].Sources.Count > 0 ? $"in the end a level-triggered source of vCPU {vcpu} waits for its EOI" : null;
        }
    }

    private SvsmCopies[] Copies() => [.. Enumerable.Range(0, _guests.Length).Select(vcpu => new SvsmCopies(_machine, vcpu))];

    private static string Text(IEnumerable<byte> vectors) => string.Join(' ', vectors.Select(vector => $"{vector:X2}"));
}
