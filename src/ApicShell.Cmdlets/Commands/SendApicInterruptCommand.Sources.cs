using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <content>What is wired to an APIC or is in it: its pins and the entries of its local vector table.</content>
public sealed partial class SendApicInterruptCommand
{
    private void SetPin(ApicVcpu vcpu, byte extIntVector)
    {
        vcpu.Machine.Require(MachineCapability.LocalSources, "A pin of an APIC");
        string words = $"{vcpu} LINT{Pin} {(Asserted ? "up" : "down")}";
        if (!Approved(vcpu, $"LINT{Pin} {(Asserted ? "up" : "down")}"))
        {
            return;
        }

        LvtEntry entry = EntryOf(vcpu, ApicRegister.LvtLint0 + (byte)Pin);
        Recorder.Expect(entry.Vector, entry.Mode);
        RuleId rule = Recorded(vcpu.Machine, core => core.SetPin(vcpu.Index, Pin, Asserted, extIntVector));
        bool extInt = entry.Mode == DeliveryMode.ExtInt;
        // A request of the legacy interrupt controller goes past the APIC, which says nothing of it.
        Write(vcpu, extInt ? extIntVector : entry.Vector, entry.Mode, words, rule, extInt && rule == RuleId.LvtDelivered ? InterruptEventKind.Accepted : null);
    }

    private void Raise(ApicVcpu vcpu, ApicRegister entry)
    {
        if (RegisterCatalogue.Find(entry)!.XApicAccess(vcpu.Machine.Model) == RegisterAccess.None)
        {
            throw ApicErrors.RegisterNotInModel(vcpu.Machine, entry);
        }

        vcpu.Machine.Require(MachineCapability.LocalSources, "A source inside an APIC");
        if (Approved(vcpu, $"Interrupt of {entry}"))
        {
            LvtEntry value = EntryOf(vcpu, entry);
            Recorder.Expect(value.Vector, value.Mode);
            RuleId rule = Recorded(vcpu.Machine, core => core.RaiseLvt(vcpu.Index, entry));
            Write(vcpu, value.Vector, value.Mode, $"{vcpu} {entry}", rule, null);
        }
    }

    private static LvtEntry EntryOf(ApicVcpu vcpu, ApicRegister entry)
    {
        using (vcpu.Machine.Take())
        {
            return new((uint)vcpu.Machine.Core.Peek(vcpu.Index, entry));
        }
    }
}
