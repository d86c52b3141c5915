using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <content>The life of the vCPUs: what is taken when, and what is said of INIT and start-up.</content>
internal sealed partial class KvmScript
{
    private bool IsRunning(int vcpu) => Machine.VcpuStateOf(vcpu).RunState == RunState.Running;

    /// <summary>One guest operation: take what is deliverable, execute, let INIT and start-up act, take what is deliverable then.</summary>
    private string Guest(int vcpu, Func<string> execute)
    {
        if (!IsRunning(vcpu))
        {
            return NotRunning();
        }

        Machine.SetPaused(vcpu, false);
        Drain(vcpu);
        string result = execute();
        Poll();
        if (IsRunning(vcpu))
        {
            Drain(vcpu);
        }

        Machine.SetPaused(vcpu, true);

        return result;
    }

    /// <summary>KVM writes the processor priority into the page only when it looks for interrupts; the host sees the last one.</summary>
    private void ShowPpr(int vcpu) => _vcpus[vcpu].ShownPpr = (uint)Machine.Peek(vcpu, ApicRegister.Ppr);

    private static string NotRunning() => ",\"error\":\"vcpu not running (init_received)\"";

    private string SetInterruptFlag(int vcpu, bool on) => Guest(vcpu, () =>
    {
        Drain(vcpu);
        Machine.SetInterruptFlag(vcpu, on);
        return ",\"ok\":true";
    });

    /// <summary>STI and HLT: what there is or comes in time wakes the vCPU, which takes it; interrupts stay on.</summary>
    private string Halt(int vcpu, ulong milliseconds)
    {
        string result = Guest(vcpu, () => "");
        if (result.Length > 0 || !IsRunning(vcpu))
        {
            return result;
        }

        ulong end = Machine.Clock + (milliseconds * 1_000_000);
        Machine.SetPaused(vcpu, false);
        while (!Wakes(vcpu) && Machine.NextTimer is { } next && next <= end)
        {
            Machine.Advance(next - Machine.Clock);
        }

        bool woke = Wakes(vcpu);
        Machine.SetInterruptFlag(vcpu, true);
        Drain(vcpu);
        Machine.SetPaused(vcpu, true);
        return $",\"woke\":{(woke ? "true" : "false")},\"ok\":true";
    }

    private bool Wakes(int vcpu) => Machine.VcpuStateOf(vcpu).PendingNmi > 0 || Machine.Dispatchable(vcpu) >= 0;

    private void Settle()
    {
        bool grew;
        do
        {
            grew = false;
            for (int vcpu = 0; vcpu < _vcpus.Length; vcpu++)
            {
                int before = _vcpus[vcpu].Log.Count;
                Guest(vcpu, () => "");
                grew |= _vcpus[vcpu].Log.Count != before;
            }
        }
        while (grew);
    }

    private void Drain(int vcpu)
    {
        while (Machine.Take(vcpu) is { Kind: not TakenKind.None } taken)
        {
            if (taken.Kind != TakenKind.Smi)
            {
                _vcpus[vcpu].Log.Add(taken.Kind == TakenKind.Nmi ? "\"nmi\"" : Hex(taken.Vector));
            }

            if (taken.Kind == TakenKind.Fixed && _vcpus[vcpu].WritesEoi)
            {
                WriteEoi(vcpu);
            }
        }

        if (Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode != ApicMode.Disabled)
        {
            ShowPpr(vcpu);
        }
    }

    /// <summary>The handler's EOI, as the APIC's mode wants it.</summary>
    private void WriteEoi(int vcpu)
    {
        ApicMode mode = Machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Mode;
        if (mode == ApicMode.X2Apic)
        {
            Machine.Execute(vcpu, Access.WriteMsr(0x80B, 0));
        }
        else if (mode == ApicMode.XApic)
        {
            Machine.Execute(vcpu, Access.WriteMmio(0x0B0, 0));
        }
    }

    /// <summary>Says which vCPUs INIT or a start-up IPI came to since it was last asked.</summary>
    private void Poll()
    {
        for (int vcpu = 0; vcpu < _vcpus.Length; vcpu++)
        {
            ScriptVcpu script = _vcpus[vcpu];
            bool running = IsRunning(vcpu);
            if (script.Initialized && (running || script.Running))
            {
                _events.Add($"v{vcpu}:init");
            }
            else if (running && !script.Running)
            {
                _events.Add($"v{vcpu}:sipi:0x{Machine.VcpuStateOf(vcpu).StartupVector:x}");
            }

            if (script.Initialized)
            {
                script.ShownPpr = 0;
            }

            if (running && (script.Initialized || !script.Running))
            {
                // The recorder lets it come back to its loop at once.
                Machine.SetPaused(vcpu, false);
                Drain(vcpu);
                Machine.SetPaused(vcpu, true);
            }

            (script.Running, script.Initialized) = (running, false);
        }
    }

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
    }

    private sealed class ScriptVcpu
    {
        public List<string> Log { get; } = [];

        public bool WritesEoi { get; set; } = true;

        public bool Running { get; set; } = true;

        public bool Initialized { get; set; }

        public int? RememberedService { get; set; }

        public uint ShownPpr { get; set; }
    }
}
