using System;
using System.Diagnostics;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Interop;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>What is sent, who takes it, and what becomes of vCPUs.</summary>
public class InterruptTests
{
    private const ulong Millisecond = 1_000_000;

    private static readonly TakenInterrupt s_nothing = new(TakenKind.None, 0);
    private static readonly TakenInterrupt s_nmi = new(TakenKind.Nmi, 2);

    private static TakenInterrupt Fixed(byte vector) => new(TakenKind.Fixed, vector);

    private static KvmMachine X2Machine(int vcpus, KvmQuirks quirks = KvmQuirks.Default)
    {
        var machine = new KvmMachine(new KvmOptions { Traits = new() { Quirks = quirks }, ApicIds = [.. Enumerable.Range(0, vcpus).Select(id => (uint)id)] });
        for (int vcpu = 0; vcpu < vcpus; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0C00UL | (vcpu == 0 ? 0x100UL : 0)));
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF));
        }

        return machine;
    }

    private static void Ipi(KvmMachine machine, int from, uint to, uint low) => machine.Execute(from, Access.WriteMsr(0x830, ((ulong)to << 32) | low));

    private static uint[] Page(KvmMachine machine, int vcpu) => [.. RegisterCatalogue.All.Select(spec => machine.ReadHostPage(vcpu, spec.Register))];

    [KvmFact]
    public void An_IPI_waits_until_it_is_taken_and_is_in_service_until_its_EOI()
    {
        using KvmMachine machine = X2Machine(2);
        Ipi(machine, 0, 1, 0x51);
        Ipi(machine, 0, 1, 0x62);
        Ipi(machine, 0, 1, 0x63);
        Assert.Equal(s_nothing, machine.Take(1));
        machine.SetInterruptFlag(1, true);
        Assert.Equal(1, machine.VcpuStateOf(1).InterruptFlag);
        Assert.Equal(Fixed(0x63), machine.Take(1));
        Assert.Equal(s_nothing, machine.Take(1));
        Assert.Equal((0x63, 0x62), (machine.StateOf(1, AccessOrigin.Guest).HighestInService, machine.StateOf(1, AccessOrigin.Guest).HighestRequested));
        machine.Execute(1, Access.WriteMsr(0x80B, 0));
        Assert.Equal(Fixed(0x62), machine.Take(1));
        machine.Execute(1, Access.WriteMsr(0x80B, 0));
        Assert.Equal(Fixed(0x51), machine.Take(1));
        Assert.Equal(s_nothing, machine.Take(0));
    }

    [KvmFact]
    public void With_interrupts_off_nothing_is_taken_but_by_acknowledging()
    {
        using KvmMachine machine = X2Machine(1);
        machine.Execute(0, Access.WriteMsr(0x83F, 0x40));
        machine.PostNmi(0);
        Assert.Equal(Fixed(0x40), machine.Acknowledge(0, spuriously: false));
        Assert.Equal(s_nothing, machine.Acknowledge(0, spuriously: true));
        Assert.Equal(1, machine.VcpuStateOf(0).PendingNmi);
        Assert.Equal(s_nmi, machine.Take(0));
        Assert.Equal(s_nothing, machine.Take(0));
        Assert.Equal(0x40, machine.StateOf(0, AccessOrigin.Guest).HighestInService);
    }

    [KvmFact]
    public void A_priority_that_is_lowered_lets_what_waits_be_taken()
    {
        using KvmMachine machine = X2Machine(1);
        machine.SetInterruptFlag(0, true);
        machine.WriteCr8(0, 5);
        machine.Execute(0, Access.WriteMsr(0x83F, 0x5F));
        Assert.Equal(s_nothing, machine.Take(0));
        Assert.Equal(s_nothing, machine.Take(0));
        machine.WriteCr8(0, 4);
        Assert.Equal(Fixed(0x5F), machine.Take(0));
    }

    [KvmFact]
    public void NMIs_wait_two_at_the_most_and_no_instruction_meets_them()
    {
        using KvmMachine machine = X2Machine(2);
        for (int count = 0; count < 3; count++)
        {
            machine.PostNmi(0);
        }

        Assert.Equal(2, machine.VcpuStateOf(0).PendingNmi);
        Assert.Equal(0xFEE0_0D00UL, machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)).Value);
        Assert.Equal(2, machine.VcpuStateOf(0).PendingNmi);
        Assert.Equal(s_nmi, machine.Take(0));

        // One of its own, while one waits: two wait, and nothing reaches the guest.
        Ipi(machine, 0, 0, 0x400);
        Assert.Equal(2, machine.VcpuStateOf(0).PendingNmi);
        Ipi(machine, 1, 0, 0x400);
        machine.SetInterruptFlag(0, true);
        machine.Execute(0, Access.WriteMsr(0x83F, 0x77));
        Assert.Equal(s_nmi, machine.Take(0));
        machine.PostNmi(0);
        Assert.Equal([s_nmi, s_nmi, Fixed(0x77), s_nothing], Enumerable.Range(0, 4).Select(_ => machine.Take(0)));
    }

    [KvmFact]
    public void A_message_says_how_many_took_it()
    {
        using KvmMachine machine = X2Machine(3);
        Assert.Equal(1, machine.SendMsi(0xFEE0_1000, 0x41));
        Assert.Equal(3, machine.SendMsi(0xFEEF_F000, 0x42));
        Assert.Equal(0, machine.SendMsi(0xFEE0_9000, 0x43));
        Assert.Equal(Outcome.Dropped, machine.Do(new(CommandKind.Message, -1, 0, new InterruptMessage(9, 0x43).Bits)).Outcome);
        machine.Execute(2, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0000));
        Assert.Equal(2, machine.SendMsi(0xFEEF_F000, 0x44));
        machine.SetInterruptFlag(1, true);
        Assert.Equal(Fixed(0x44), machine.Take(1));
    }

    [KvmFact]
    public void A_timer_that_ended_is_requested_when_the_vCPU_is_next_looked_at()
    {
        using KvmMachine machine = X2Machine(1);
        machine.Execute(0, Access.WriteMsr(0x832, 0x31));
        machine.Execute(0, Access.WriteMsr(0x83E, 0xB));
        machine.Execute(0, Access.WriteMsr(0x838, 100_000));
        ulong waited = machine.Do(MachineCommand.Advance(3 * Millisecond)).Value;
        Assert.InRange(waited, 3 * Millisecond, 3000 * Millisecond);
        Assert.Equal(0x0002_0000UL, machine.Execute(0, Access.ReadMsr(0x821)).Value);
        machine.SetInterruptFlag(0, true);
        Assert.Equal(Fixed(0x31), machine.Take(0));
        machine.Execute(0, Access.WriteMsr(0x80B, 0));

        // Taken straight away, without an access between.
        machine.Execute(0, Access.WriteMsr(0x838, 100_000));
        machine.Do(MachineCommand.Advance(3 * Millisecond));
        Assert.Equal(Fixed(0x31), machine.Take(0));
        machine.Execute(0, Access.WriteMsr(0x80B, 0));
        Assert.Equal(s_nothing, machine.Take(0));
    }

    [KvmFact]
    public void A_deadline_of_the_time_stamp_counter_ends()
    {
        using KvmMachine machine = X2Machine(1);
        machine.Execute(0, Access.WriteMsr(0x832, 0x4_0033));
        ulong now = machine.Execute(0, Access.ReadMsr(0x10, AccessOrigin.Host)).Value;
        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, now + (1UL << 40)));
        Assert.Equal(now + (1UL << 40), machine.Peek(0, ApicRegister.TscDeadline));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(s_nothing, machine.Take(0));
        machine.Execute(0, Access.WriteMsr(ApicMsr.TscDeadline, now));
        Assert.Equal(Fixed(0x33), machine.Take(0));
    }

    [KvmFact]
    public void A_bus_cycle_may_be_longer()
    {
        using var machine = new KvmMachine(new KvmOptions { BusCycleNanoseconds = 1000 });
        machine.Execute(0, Access.WriteMmio(0xF0, 0x1FF));
        machine.Execute(0, Access.WriteMmio(0x320, 0x30));
        machine.Execute(0, Access.WriteMmio(0x3E0, 0xB));
        machine.Execute(0, Access.WriteMmio(0x380, 1_000_000));
        machine.Do(MachineCommand.Advance(20 * Millisecond));
        Assert.InRange(machine.Execute(0, Access.ReadMmio(0x390)).Value, 1UL, 980_000UL);
        Assert.NotEqual(0UL, machine.Peek(0, ApicRegister.TimerCurrent));
    }

    [KvmFact]
    public void A_halted_vCPU_wakes_by_what_waits_or_comes_in_time_and_else_not()
    {
        using KvmMachine machine = X2Machine(2);
        var time = Stopwatch.StartNew();
        Assert.False(machine.Halt(0, 5 * Millisecond));
        Assert.InRange(time.Elapsed.TotalMilliseconds, 5, 2000);
        Assert.Equal(1, machine.VcpuStateOf(0).InterruptFlag);

        Ipi(machine, 1, 0, 0x44);
        machine.SetInterruptFlag(0, false);
        time.Restart();
        Assert.True(machine.Halt(0, 3000 * Millisecond));
        Assert.True(time.Elapsed.TotalMilliseconds < 2000);

        // It is on its way and nobody has asked: an instruction does not meet it.
        Assert.Equal(0xFEE0_0D00UL, machine.Execute(0, Access.ReadMsr(ApicMsr.ApicBase)).Value);
        Assert.Equal(Fixed(0x44), machine.Take(0));
        machine.Execute(0, Access.WriteMsr(0x80B, 0));

        machine.Execute(0, Access.WriteMsr(0x832, 0x55));
        machine.Execute(0, Access.WriteMsr(0x838, 1_000_000));
        Assert.True(machine.Halt(0, 3000 * Millisecond));
        Assert.Equal(Fixed(0x55), machine.Take(0));
        machine.PostNmi(0);
        Assert.True(machine.Halt(0, 3000 * Millisecond));
        Assert.Equal(1, machine.VcpuStateOf(0).PendingNmi);
        Assert.Equal(s_nmi, machine.Take(0));
    }

    [KvmFact]
    public void INIT_and_start_up_are_noticed()
    {
        using KvmMachine machine = X2Machine(2);
        var watch = new Watch();
        machine.Observer = watch;
        machine.SetInterruptFlag(1, true);
        machine.Execute(1, Access.WriteMsr(0x808, 0x20));
        watch.TakeInterrupts();
        Ipi(machine, 0, 1, 0x4500);
        Assert.Equal(["Accepted vcpu 1 Init 0x00"], watch.TakeInterrupts());
        VcpuState waiting = machine.VcpuStateOf(1);
        Assert.Equal((RunState.WaitForStartup, 0), (waiting.RunState, waiting.InterruptFlag));
        Assert.Equal(RuleId.NoCapability, machine.Execute(1, Access.ReadMsr(ApicMsr.ApicBase)).Rule);
        Assert.Equal(s_nothing, machine.Take(1));
        Assert.Equal(0UL, machine.Peek(1, ApicRegister.Tpr));
        watch.TakeInterrupts();
        Ipi(machine, 0, 1, 0x4608);
        Assert.Equal(["Accepted vcpu 1 Startup 0x08"], watch.TakeInterrupts());
        Assert.Equal((RunState.Running, 8), (machine.VcpuStateOf(1).RunState, machine.VcpuStateOf(1).StartupVector));
        Ipi(machine, 0, 1, 0x4609);
        Assert.Empty(watch.TakeInterrupts());
        Assert.Equal(0xFEE0_0C00UL, machine.Execute(1, Access.ReadMsr(ApicMsr.ApicBase)).Value);
    }

    [KvmFact]
    public void A_vCPU_that_sends_itself_INIT_waits_at_once_and_a_bootstrap_processor_runs_on()
    {
        using KvmMachine machine = X2Machine(2);
        var watch = new Watch();
        machine.Observer = watch;
        var time = Stopwatch.StartNew();
        for (int count = 0; count < 10; count++)
        {
            Ipi(machine, 1, 1, 0x4500);
            Assert.Equal(["Accepted vcpu 1 Init 0x00"], watch.TakeInterrupts());
            Assert.Equal(RunState.WaitForStartup, machine.VcpuStateOf(1).RunState);
            Ipi(machine, 0, 1, 0x4601);
            watch.TakeInterrupts();
        }

        Assert.True(time.Elapsed < TimeSpan.FromMilliseconds(900), $"{time.Elapsed}");
        machine.WriteCr8(0, 3);
        watch.TakeInterrupts();
        Ipi(machine, 0, 0, 0x4500);
        Assert.Equal(["Accepted vcpu 0 Init 0x00"], watch.TakeInterrupts());
        Assert.Equal(RunState.Running, machine.VcpuStateOf(0).RunState);
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMsr(0x808)).Value);
    }

    /// <summary>Both stand in the same code segment then, by its selector.</summary>
    [KvmFact]
    public void A_vCPU_that_becomes_the_bootstrap_processor_while_it_waits_runs_by_INIT_and_not_by_a_start_up()
    {
        using KvmMachine machine = X2Machine(2);
        var watch = new Watch();
        machine.Observer = watch;
        Ipi(machine, 0, 1, 0x4500);
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0D00, AccessOrigin.Host));
        watch.TakeInterrupts();
        Ipi(machine, 0, 1, 0x4500);
        Assert.Equal(["Accepted vcpu 1 Init 0x00"], watch.TakeInterrupts());
        Assert.Equal((RunState.Running, 0), (machine.VcpuStateOf(1).RunState, machine.VcpuStateOf(1).StartupVector));
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0C00));
        Ipi(machine, 0, 1, 0x4500);
        watch.TakeInterrupts();
        Ipi(machine, 0, 1, 0x46F0);
        Assert.Equal(["Accepted vcpu 1 Startup 0xF0"], watch.TakeInterrupts());
    }

    /// <summary>KVM_SET_SREGS, which brings the vCPU back, makes TPR of CR8, which has its upper half only.</summary>
    [KvmFact]
    public void A_priority_that_the_host_set_while_a_vCPU_waited_is_whole_after_the_start_up()
    {
        using KvmMachine machine = X2Machine(2);
        Ipi(machine, 0, 1, 0x4500);
        machine.Execute(1, Access.WriteMsr(0x808, 0x5A, AccessOrigin.Host));
        Ipi(machine, 0, 1, 0x4608);
        Assert.Equal(0x5AUL, machine.Peek(1, ApicRegister.Tpr));
        Assert.Equal(0x5AUL, machine.Execute(1, Access.ReadMsr(0x808)).Value);
    }

    [KvmFact]
    public void A_host_sends_INIT_and_start_up_to_one_vCPU()
    {
        using KvmMachine machine = X2Machine(3);
        machine.Initialize(2);
        Assert.Equal(RunState.WaitForStartup, machine.VcpuStateOf(2).RunState);
        Assert.Equal(RunState.Running, machine.VcpuStateOf(1).RunState);
        Assert.False(machine.Start(1, 4));
        Assert.True(machine.Start(2, 0x9A));
        Assert.Equal((RunState.Running, 0x9A), (machine.VcpuStateOf(2).RunState, machine.VcpuStateOf(2).StartupVector));

        // Past the APIC: one that is off does not keep it out.
        machine.Execute(2, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0000));
        machine.Initialize(2);
        Assert.Equal(RunState.WaitForStartup, machine.VcpuStateOf(2).RunState);
        machine.Initialize(0);
        Assert.Equal(RunState.Running, machine.VcpuStateOf(0).RunState);
        Assert.Equal(0x50014UL, machine.Execute(0, Access.ReadMsr(0x803)).Value);
    }

    [KvmFact]
    public void RESET_gives_back_the_state_that_a_vCPU_was_made_in()
    {
        using var machine = new KvmMachine(new KvmOptions { ApicIds = [4, 5] });
        uint[][] made = [Page(machine, 0), Page(machine, 1)];
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, 0xD000_0C00));
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF));
            machine.Execute(vcpu, Access.WriteMsr(0x832, 0x40));
            machine.Execute(vcpu, Access.WriteMsr(0x838, 100_000));
            machine.Execute(vcpu, Access.WriteMsr(0x83F, 0x99));
            machine.PostNmi(vcpu);
            machine.SetInterruptFlag(vcpu, true);
        }

        machine.Initialize(1);
        machine.Reset();
        for (int vcpu = 0; vcpu < 2; vcpu++)
        {
            Assert.Equal(made[vcpu], Page(machine, vcpu));
            Assert.Equal(new VcpuState(), machine.VcpuStateOf(vcpu));
            Assert.Equal(vcpu == 0 ? 0xFEE0_0900UL : 0xFEE0_0800, machine.Execute(vcpu, Access.ReadMsr(ApicMsr.ApicBase)).Value);
            Assert.Equal((ulong)(4 + vcpu) << 24, machine.Execute(vcpu, Access.ReadMmio(0x20)).Value);
        }

        machine.Do(MachineCommand.Advance(Millisecond));
        machine.SetInterruptFlag(0, true);
        Assert.Equal(s_nothing, machine.Take(0));
        Assert.Equal(0UL, machine.Execute(0, Access.ReadMmio(0x220)).Value);
    }

    [KvmFact]
    public void A_vCPU_is_added_and_reached()
    {
        using KvmMachine machine = X2Machine(1);
        machine.Add([9]);
        Assert.Equal((2, 9u), (machine.VcpuCount, machine.InitialApicId(1)));
        machine.Execute(1, Access.WriteMmio(0xF0, 0x1FF));
        Ipi(machine, 0, 9, 0x88);
        Assert.Equal(0x88, machine.StateOf(1, AccessOrigin.Guest).HighestRequested);
        Assert.Equal(MachineError.ApicIdTwice, Assert.Throws<MachineException>(() => machine.Add([9])).Error);
        Assert.Equal(2, machine.VcpuCount);
        Assert.Throws<KvmOptionException>(() => machine.Add([uint.MaxValue - 1]));
        machine.Add([.. Enumerable.Range(100, KvmOptions.MaxVcpuCount - 2).Select(id => (uint)id)]);
        Assert.Equal(MachineError.VcpuCount, Assert.Throws<MachineException>(() => machine.Add([50])).Error);
        Assert.Equal(0x50014UL, machine.Execute(KvmOptions.MaxVcpuCount - 1, Access.ReadMmio(0x30)).Value);
    }

    [KvmFact]
    public void The_vCPU_made_last_is_found_or_not_as_the_quirk_says()
    {
        foreach (bool unmapped in (bool[])[false, true])
        {
            KvmQuirks quirks = unmapped ? KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped : KvmQuirks.Default;
            using var machine = new KvmMachine(new KvmOptions { Traits = new() { Quirks = quirks }, ApicIds = [0, 1] });
            Assert.Equal(unmapped ? 0 : 1, machine.SendMsi(0xFEE0_1000, 0x400));
            if (!unmapped)
            {
                machine.Add([2]);
                Assert.Equal(1, machine.SendMsi(0xFEE0_2000, 0x400));
            }
        }
    }

    [KvmFact]
    public void The_boot_processor_is_the_one_that_was_asked_for()
    {
        using var machine = new KvmMachine(new KvmOptions { Traits = new() { BootstrapId = 6 }, ApicIds = [5, 6] });
        Assert.False(machine.ApicBaseOf(0, AccessOrigin.Guest).IsBootstrap);
        Assert.True(machine.ApicBaseOf(1, AccessOrigin.Guest).IsBootstrap);
        Assert.Equal((0x10000u, 0x700u), (machine.ReadHostPage(0, ApicRegister.LvtLint0), machine.ReadHostPage(1, ApicRegister.LvtLint0)));
        using var first = new KvmMachine(new KvmOptions { Traits = new() { Quirks = KvmQuirks.Default & ~KvmQuirks.Lint0Reenabled }, ApicIds = [5, 6] });
        Assert.True(first.ApicBaseOf(0, AccessOrigin.Guest).IsBootstrap);
        Assert.Equal(0x10000u, first.ReadHostPage(0, ApicRegister.LvtLint0));
    }

    [KvmFact]
    public void Who_watches_deliveries_is_told_who_accepted()
    {
        using KvmMachine machine = X2Machine(3);
        var watch = new Watch { Delivery = true };
        machine.Observer = watch;
        Ipi(machine, 0, 0, 0xC_0045);
        Assert.Equal(["Accepted vcpu 1 Fixed 0x45", "Accepted vcpu 2 Fixed 0x45"], watch.TakeInterrupts());
        machine.SendMsi(0xFEE0_1000, 0x45);
        Assert.Equal(["Sent vcpu -1 Fixed 0x45"], watch.TakeInterrupts());
        machine.SendMsi(0xFEE0_1000, 0x400);
        Assert.Equal(["Sent vcpu -1 Nmi 0x00", "Accepted vcpu 1 Nmi 0x00"], watch.TakeInterrupts());
        machine.SetInterruptFlag(2, true);
        machine.Take(2);
        Assert.Equal(["Taken vcpu 2 Fixed 0x45"], watch.TakeInterrupts());
    }

    [KvmFact]
    public void An_observer_is_told_of_each_command_and_its_answer_in_order()
    {
        using KvmMachine machine = X2Machine(1);
        long before = machine.CommandCount;
        var watch = new Watch();
        machine.Observer = watch;
        machine.Take(0);
        machine.Execute(0, Access.ReadMsr(0x802));
        Assert.Equal([$"{before + 1} Take", $"{before + 1} Dropped", $"{before + 2} Access", $"{before + 2} Value"], watch.Lines);
    }

    [KvmFact]
    public void With_the_IO_APIC_outside_KVM_the_EOI_of_one_of_its_vectors_is_told()
    {
        using KvmMachine machine = X2Machine(1, KvmQuirks.Default | KvmQuirks.EoiBroadcastSuppression);
        Assert.Equal(0x0105_0014UL, machine.Execute(0, Access.ReadMsr(0x803)).Value);

        // KVM_SET_GSI_ROUTING: the pin 5 of an I/O APIC outside sends this message, level-triggered.
        uint[] routing = [1, 0, 5, 2, 0, 0, 0xFEE0_0000, 0, 0xC061, 0, 0, 0, 0, 0];
        machine.Parts.Machine.Call((KvmCall)0x4008_AE6A, ref routing[0]);
        var watch = new Watch();
        machine.Observer = watch;
        machine.SetInterruptFlag(0, true);
        machine.SendMsi(0xFEE0_0000, 0xC061);
        Assert.Equal(Fixed(0x61), machine.Take(0));
        watch.TakeInterrupts();
        Assert.Equal(Outcome.Done, machine.Execute(0, Access.WriteMsr(0x80B, 0)).Outcome);
        Assert.Equal(s_nothing, machine.Take(0));
        Assert.Equal(["EndBroadcast vcpu 0 Fixed 0x61"], watch.TakeInterrupts());
        Assert.Equal(-1, machine.StateOf(0, AccessOrigin.Guest).HighestInService);
    }
}
