using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>One instruction of the guest, as KVM answers it.</summary>
public class AccessTests
{
    [KvmFact]
    public void A_guest_reads_and_writes_an_MSR()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Answer read = machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase));
        Assert.Equal(new Answer(Outcome.Value, RuleId.KernelAnswered, 0xFEE0_0900, Responder.Kvm, Route.Msr), read);
        Answer write = machine.Execute(0, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0D00));
        Assert.Equal(new Answer(Outcome.Done, RuleId.KernelAnswered, 0, Responder.Kvm, Route.Msr), write);
        Assert.Equal(ApicMode.X2Apic, machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        machine.Execute(0, Access.WriteMsr(0x808, 0x35));
        Assert.Equal(0x35UL, machine.Execute(0, Access.ReadMsr(0x808)).Value);
        Assert.Equal(3, machine.ReadCr8(0));
    }
}
