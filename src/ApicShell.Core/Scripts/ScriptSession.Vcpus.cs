using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <content>The life of the vCPUs: what is taken when, and what is said of INIT and start-up.</content>
internal sealed partial class ScriptSession
{
    /// <summary>The most that is taken at one time: on a real machine a short periodic timer never comes to an end.</summary>
    private const int MostTaken = 600;

    public override void OnInterrupt(long number, in InterruptEvent interrupt)
    {
        if (interrupt is { Kind: InterruptEventKind.Accepted, Mode: DeliveryMode.Init })
        {
            _vcpus[interrupt.Vcpu].Initialized = true;
        }
        else if (interrupt.Kind is InterruptEventKind.Taken or InterruptEventKind.Ended && interrupt.Mode == DeliveryMode.Fixed)
        {
            _vcpus[interrupt.Vcpu].RememberedService = interrupt.Kind == InterruptEventKind.Taken ? interrupt.Vector : null;
        }

        base.OnInterrupt(number, interrupt);
    }

    private bool IsRunning(int vcpu) => _machine.VcpuStateOf(vcpu).RunState == RunState.Running;

    private void SetPaused(int vcpu, bool paused)
    {
        if (_pauses)
        {
            _machine.SetPaused(vcpu, paused);
        }
    }

    /// <summary>One guest operation: take what is deliverable, execute, let INIT and start-up act, take what is deliverable then.</summary>
    private string Guest(int vcpu, Func<string> execute)
    {
        if (!IsRunning(vcpu))
        {
            return ",\"error\":\"vcpu not running (init_received)\"";
        }

        SetPaused(vcpu, false);
        Drain(vcpu);
        string result = execute();
        Poll();
        if (IsRunning(vcpu))
        {
            Drain(vcpu);
        }

        SetPaused(vcpu, true);
        return result;
    }

    private string SetInterruptFlag(int vcpu, bool on) => Guest(vcpu, () =>
    {
        Drain(vcpu);
        _machine.SetInterruptFlag(vcpu, on);
        return Ok;
    });

    private string Halt(int vcpu, ulong milliseconds)
    {
        string result = Guest(vcpu, () => "");
        if (result.Length > 0 || !IsRunning(vcpu))
        {
            return result;
        }

        SetPaused(vcpu, false);
        bool woke = _machine.Halt(vcpu, milliseconds * 1_000_000);
        Drain(vcpu);
        SetPaused(vcpu, true);
        return $",\"woke\":{(woke ? "true" : "false")}{Ok}";
    }

    private void Settle()
    {
        bool grew;
        do
        {
            grew = false;
            for (int vcpu = 0; vcpu < _vcpus.Count; vcpu++)
            {
                int before = _vcpus[vcpu].Log.Count;
                Guest(vcpu, () => "");
                grew |= _vcpus[vcpu].Log.Count != before;
            }
        }
        while (grew && !_isEndless);
    }

    private void Drain(int vcpu)
    {
        for (int count = 0; _machine.Take(vcpu) is { Kind: not TakenKind.None } taken; count++)
        {
            if (taken.Kind != TakenKind.Smi)
            {
                _vcpus[vcpu].Log.Add(taken.Kind == TakenKind.Nmi ? "\"nmi\"" : Hex(taken.Vector));
            }

            if (taken.Kind == TakenKind.Fixed && _vcpus[vcpu].WritesEoi)
            {
                WriteEoi(vcpu);
            }

            if (count == MostTaken)
            {
                _isEndless = true;
                break;
            }
        }

        if (_isEmulated && _machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode != ApicMode.Disabled)
        {
            ShowPpr(vcpu);
        }
    }

    /// <summary>The handler's EOI, as the APIC's mode wants it.</summary>
    private void WriteEoi(int vcpu)
    {
        ApicMode mode = _machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode;
        if (mode == ApicMode.X2Apic)
        {
            _machine.Execute(vcpu, Access.WriteMsr(0x80B, 0));
        }
        else if (mode == ApicMode.XApic)
        {
            _machine.Execute(vcpu, Access.WriteMmio(0x0B0, 0));
        }
    }

    /// <summary>Says which vCPUs INIT or a start-up IPI came to since it was last asked.</summary>
    private void Poll()
    {
        for (int vcpu = 0; vcpu < _vcpus.Count; vcpu++)
        {
            // A real machine may find INIT only when it is asked: the observer is told before this returns.
            bool running = IsRunning(vcpu);
            ScriptVcpu script = _vcpus[vcpu];
            if (script.Initialized && (running || script.Running))
            {
                _events.Add($"v{vcpu}:init");
            }
            else if (running && !script.Running)
            {
                _events.Add($"v{vcpu}:sipi:0x{_machine.VcpuStateOf(vcpu).StartupVector:x}");
            }

            if (script.Initialized)
            {
                script.ShownPpr = 0;
            }

            if (running && (script.Initialized || !script.Running))
            {
                // The recorder lets it come back to its loop at once.
                SetPaused(vcpu, false);
                Drain(vcpu);
                SetPaused(vcpu, true);
            }

            (script.Running, script.Initialized) = (running, false);
        }
    }

    /// <summary>KVM writes the processor priority into the page only when it looks for interrupts; the host sees the last one.</summary>
    private void ShowPpr(int vcpu)
    {
        if (_isEmulated)
        {
            _vcpus[vcpu].ShownPpr = (uint)_machine.Peek(vcpu, ApicRegister.Ppr);
        }
    }

    /// <summary>When the page is set, KVM finds the processor priority from what it remembers of ISR before that.</summary>
    private void ShowPprOfPage(int vcpu, bool anyInService)
    {
        if (_isEmulated)
        {
            ScriptVcpu script = _vcpus[vcpu];
            int inService = !anyInService ? -1 : script.RememberedService ?? _machine.StateOf(vcpu, AccessOrigin.Guest).HighestInService;
            script.ShownPpr = Priority.Processor((uint)_machine.Peek(vcpu, ApicRegister.Tpr), (uint)Math.Max(inService, 0));
            script.RememberedService = null;
        }
    }
}
