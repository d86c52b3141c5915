using System;
using System.Diagnostics;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Guest;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>A guest that does not come back, or not as it should: it is no program of ours that does so, so ours is changed.</summary>
public class DeathTests
{
    private static readonly byte[] s_jumpToItself = [0xEB, 0xFE];
    private static readonly byte[] s_halt = [0xF4];
    private static readonly byte[] s_undefined = [0x0F, 0x0B];

    [KvmFact]
    public void A_guest_that_runs_for_ever_is_ended_in_time() => DiesInTime(s_jumpToItself, "did not come back");

    [KvmFact]
    public void A_guest_that_waits_for_ever_is_ended_in_time() => DiesInTime(s_halt, "did not come back");

    [KvmFact]
    public void A_guest_without_a_way_for_its_exceptions_is_shut_down()
    {
        using var machine = new KvmMachine(new KvmOptions());
        Change(machine, Routine.ReadMsr, s_undefined);
        Answer fault = machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase));
        Assert.Equal((Outcome.Fault, GuestFault.UD), (fault.Outcome, fault.Fault));

        const int InterruptTable = 0x1000;
        machine.Parts.Memory.Bytes.Slice(InterruptTable, GuestMemory.PageSize).Clear();
        var death = Assert.Throws<KvmException>(() => machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)));
        Assert.Contains("reason 8", death.Message, StringComparison.Ordinal);
    }

    private static void DiesInTime(byte[] code, string message)
    {
        using var machine = new KvmMachine(new KvmOptions { ApicIds = [0, 1] });
        Change(machine, Routine.ReadMsr, code);
        var time = Stopwatch.StartNew();
        var death = Assert.Throws<KvmException>(() => machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)));
        Assert.Contains(message, death.Message, StringComparison.Ordinal);
        Assert.InRange(time.Elapsed.TotalSeconds, 2, 20);

        // Dead for good; the other vCPU and the thread are not.
        time.Restart();
        Assert.Equal(death.Message, Assert.Throws<KvmException>(() => machine.Execute(0, Access.ReadMmio(0x20))).Message);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(2));
        Assert.Equal(1UL << 24, machine.Execute(1, Access.ReadMmio(0x20)).Value);
    }

    private static void Change(KvmMachine machine, Routine routine, byte[] code) =>
        code.CopyTo(machine.Parts.Memory.Bytes[(int)(GuestMemory.AddressOf(routine) - GuestMemory.Base)..]);
}
