using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <content>What is wired to an APIC or is in it: its pins and the entries of its local vector table.</content>
public sealed partial class SendApicInterruptCommand
{
    private void SetPin(ApicVcpu vcpu, byte extIntVector)
    {
        string words = $"{vcpu} LINT{Pin} {(Asserted ? "up" : "down")}";
        if (!Approved(vcpu, $"LINT{Pin} {(Asserted ? "up" : "down")}"))
        {
            return;
        }

        uint entry = EntryOf(vcpu, ApicRegister.LvtLint0 + (byte)Pin);
        Recorder.Expect((byte)entry, ModeOf(entry));
        RuleId rule = Recorded(vcpu.Machine, core => core.SetPin(vcpu.Index, Pin, Asserted, extIntVector));
        bool extInt = ModeOf(entry) == DeliveryMode.ExtInt;
        // A request of the legacy interrupt controller goes past the APIC, which says nothing of it.
        Write(vcpu, extInt ? extIntVector : (byte)entry, ModeOf(entry), words, rule, extInt && rule == RuleId.LvtDelivered ? InterruptEventKind.Accepted : null);
    }

    private void Raise(ApicVcpu vcpu, ApicRegister entry)
    {
        if (RegisterCatalogue.Find(entry)!.XApicAccess(vcpu.Machine.Model) == RegisterAccess.None)
        {
            throw ApicErrors.RegisterNotInModel(vcpu.Machine, entry);
        }

        if (Approved(vcpu, $"Interrupt of {entry}"))
        {
            uint value = EntryOf(vcpu, entry);
            Recorder.Expect((byte)value, ModeOf(value));
            RuleId rule = Recorded(vcpu.Machine, core => core.RaiseLvt(vcpu.Index, entry));
            Write(vcpu, (byte)value, ModeOf(value), $"{vcpu} {entry}", rule, null);
        }
    }

    private static uint EntryOf(ApicVcpu vcpu, ApicRegister entry)
    {
        using (vcpu.Machine.Take())
        {
            return (uint)vcpu.Machine.Core.Peek(vcpu.Index, entry);
        }
    }

    private static DeliveryMode ModeOf(uint entry) => (DeliveryMode)((entry >> 8) & 7);
}
