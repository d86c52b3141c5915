using System;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// What the parties of autumn 2026 do, each as what becomes of a boot: P1 to P12 of the dossier's corrections, with the sources that stand at each.
/// </summary>
public class PartyFactTests
{
    private const byte CreateNow = 1;
    private const byte Destroy = 2;

    /// <summary>P1: edk2 PR 11033 changes SEC alone and keeps upstream's #VC handler (d65ec0f67c, 32e4783d10): no access faults, with one processor or two.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void With_PR_11033_no_access_faults_and_the_first_EOI_is_lost(int vcpus)
    {
        BootRun run = Run("Pr11033", vcpus, "OvmfAllowsVector");

        Assert.DoesNotContain(run.Steps, step => step.Report.Problem is StepProblem.Fault or StepProblem.Unanswered or StepProblem.GuestEnded);
        Assert.Equal((StepProblem.NothingTaken, (byte)0x20), (run.FirstProblem!.Report.Problem, run.FirstProblem.Report.Blocking));
        Assert.All(run.Steps.Where(step => step.Step.Verb == StepVerb.Eoi), step => Assert.Equal(Responder.Hypervisor, step.Accesses[^1].Answer.Responder));
    }

    /// <summary>P1 with a handler that takes everything as an x2APIC MSR: an AP, which starts in xAPIC mode, faults; with one processor nothing does.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void C_with_handler_Proposal_fails_on_the_first_AP(int vcpus, bool fails)
    {
        BootRun run = Run("Mail", vcpus, "SecSwitches");

        Assert.Equal(fails, run.FirstProblem is not null);
        Assert.Equal(fails ? (1, StepProblem.Fault, "PEI") : (0, StepProblem.None, ""), run.FirstProblem is { } step ? (step.Report.Vcpu, step.Report.Problem, step.Phase) : (0, StepProblem.None, ""));
    }

    /// <summary>P1: C works with two processors where the SVSM has set up an APIC that VMPLs share, for then an AP is in x2APIC mode already.</summary>
    [Fact]
    public void C_works_with_two_processors_where_the_SVSM_has_set_up_a_shared_APIC() => Assert.Null(Run("Mail", 2, "SecSwitches", "SvsmSetsUp").FirstProblem);

    /// <summary>P2: MpInitLib gives an AP the boot processor's mode after it has programmed virtual wire mode (MpLib.c 773-786).</summary>
    [Fact]
    public void An_AP_of_MpInitLib_touches_SVR_before_it_gets_its_mode()
    {
        MachineStep[] steps = [.. BootCatalogue.Find("OvmfSmall")!.Phases.Single(phase => phase.Name == "PEI").Steps.Where(step => step.Vcpus == StepVcpus.Aps)];

        Assert.Equal((StepVerb.Change, ApicRegister.Svr), (steps[0].Verb, steps[0].Register));
        Assert.True(Array.FindIndex(steps, step => step.Verb == StepVerb.Follow) > 0);
    }

    /// <summary>P3: GHCB AP creation is kvm_vcpu_reset(vcpu, true), an INIT: mode and ID stay, SVR is 0xFF, the LVT masked, timer and what waits gone (x86.c).</summary>
    [Theory]
    [InlineData(CreateNow, HypervisorBehavior.None, true)]
    [InlineData(Destroy, HypervisorBehavior.None, true)]
    [InlineData(0, HypervisorBehavior.None, false)]
    [InlineData(CreateNow, HypervisorBehavior.LeavesApicAtCreation, false)]
    public void AP_creation_is_an_INIT_of_the_APIC(byte operation, HypervisorBehavior behavior, bool initializes)
    {
        Machine machine = Used(ApicScope.Shared, behavior);

        Create(machine, operation, Vmpl.Guest);

        LocalApicState apic = machine.StateOf(1, AccessOrigin.Guest);
        Assert.Equal((ApicMode.X2Apic, 1u), (apic.Mode, apic[ApicRegister.Id]));
        Assert.Equal(initializes ? (0xFFu, 0x10000u, 0u, 0u, -1) : (0x1FFu, 0x30u, 0x40u, 1000u, 0x61),
            (apic[ApicRegister.Svr], apic[ApicRegister.LvtTimer], apic[ApicRegister.Tpr], apic[ApicRegister.TimerInitial], apic.HighestRequested));
        Assert.Equal(operation == Destroy ? RunState.WaitForStartup : RunState.Running, machine.VcpuStateOf(1).RunState);
    }

    /// <summary>P3: with planes the request is one of the VMPL's APIC (patches 50 and 57 of 60).</summary>
    [Fact]
    public void With_an_APIC_for_each_VMPL_that_of_the_VMPL_is_INITed()
    {
        Machine machine = Used(ApicScope.PerVmpl, HypervisorBehavior.None);
        machine.SetUpSvsmApic(1);

        Create(machine, CreateNow, Vmpl.Guest);

        Assert.Equal(0xFFu, machine.StateOf(1, AccessOrigin.Guest)[ApicRegister.Svr]);
        Assert.True(machine.StateOf(1, AccessOrigin.Svsm).IsSoftwareEnabled);
    }

    /// <summary>P3 with D: #HV IPI asks for an enabled APIC, and a disabled one takes no notification: in an APIC that VMPLs share the first IPI to an AP is lost.</summary>
    [Fact]
    public void With_a_whole_APIC_in_the_SVSM_the_first_IPI_to_an_AP_is_not_notified()
    {
        BootRun run = Run("Mail", "LinuxXApic", 2, null, "SvsmServesXApic");

        Assert.Equal(("IPI", StepVerb.Take, 1), (run.FirstProblem!.Phase, run.FirstProblem.Step.Verb, run.FirstProblem.Report.Vcpu));
        Assert.Null(Run("Mail", "LinuxXApic", 2, null, "SvsmServesXApic", "KvmLeavesApic").FirstProblem);
        Assert.Null(Run("Mail", "LinuxXApic", 2, null, "SvsmServesXApic", "KvmNotifies", "KvmPosts").FirstProblem);
    }

    /// <summary>P4: COCONUT-SVSM makes its APIC for the boot processor alone (snp_fw.rs, cpu/percpu.rs): an AP gets UNSUPPORTED_PROTOCOL.</summary>
    [Fact]
    public void On_an_AP_of_COCONUT_every_call_of_the_protocol_is_unsupported()
    {
        BootRun run = Run("Today", 2, "HandlerSplits", "OvmfAllowsVector");

        Assert.Equal(SnpRule.SvsmNoEmulation, run.FirstProblem!.Report.Answer.Rule);
        Assert.Equal(1, run.FirstProblem.Report.Vcpu);
        SvsmRegisterSet answer = run.Machine.CallSvsm(1, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ReadRegister, ApicMsr.X2First + 8));
        Assert.Equal(SvsmResult.UnsupportedProtocol, answer.Result);
        Assert.Null(Run("Today", 1, "HandlerSplits", "OvmfAllowsVector").FirstProblem);
    }

    /// <summary>P5 and P19: an AP's VMSA has Alternate Injection on and VGIF 0 (edk2 AmdSev.c; Linux c77683eccf53), so that what waits in V_INTR is never taken.</summary>
    [Fact]
    public void An_interrupt_that_has_to_wait_is_never_taken_while_VGIF_is_0()
    {
        BootRun run = Run("Specification", "LinuxX2Apic", 2, world => world.With("Mine", "", PartyCatalogue.Find(Party.Svsm, "Coconut")!), "HandlerSplits", "OvmfAllowsVector", "SvsmApicForAps");

        Assert.Equal(("IPI", SnpRule.VgifClear, 1), (run.FirstProblem!.Phase, run.FirstProblem.Report.Reason, run.FirstProblem.Report.Vcpu));
        Vmsa vmsa = run.Machine.Snp()!.VmsaOf(1);
        Assert.True(vmsa.IsAlternateInjection && !vmsa.InterruptControl.GlobalInterruptFlag);
    }

    [Theory]
    [InlineData("SvsmSetsVgif")]
    [InlineData("LinuxSetsVgif")]
    public void VGIF_may_be_set_by_the_SVSM_or_by_the_kernel(string who) =>
        Assert.Null(Run("Today", "LinuxX2Apic", 2, null, "HandlerSplits", "OvmfAllowsVector", "SvsmApicForAps", who).FirstProblem);

    /// <summary>P6: COCONUT-SVSM allows no vector at first, and upstream edk2 has no call 4: its timer's interrupt never comes (coconut cpu/apic.rs).</summary>
    [Fact]
    public void A_vector_that_firmware_never_asked_for_does_not_come()
    {
        BootRun run = Run("Today", 1);

        Assert.Equal((StepProblem.NothingTaken, SnpRule.SvsmVectorNotAllowed), (run.FirstProblem!.Report.Problem, run.FirstProblem.Report.Reason));
        Assert.DoesNotContain(BootCatalogue.All.SelectMany(boot => boot.Phases).SelectMany(phase => phase.Steps), step => step.Verb is StepVerb.Allow or StepVerb.AllowAll);
    }

    /// <summary>P7: since April 2025 COCONUT-SVSM has every processor's APIC in x2APIC mode before firmware starts (snp.rs): the guest's too where it is shared.</summary>
    [Theory]
    [InlineData("April2025", ApicMode.X2Apic)]
    [InlineData("Shared", ApicMode.X2Apic)]
    [InlineData("Today", ApicMode.XApic)]
    [InlineData("Mail", ApicMode.XApic)]
    public void The_guest_starts_in_the_mode_in_which_the_SVSM_has_left_a_shared_APIC(string world, ApicMode mode)
    {
        BootRun run = BootRun.Start(DesignCatalogue.Find("None")!, new() { World = WorldCatalogue.Find(world) }, 2);

        Assert.Equal(mode, run.Machine.ApicBaseOf(0, AccessOrigin.Guest).Mode);
        Assert.Equal(mode, run.Machine.ApicBaseOf(1, AccessOrigin.Guest).Mode);
    }

    /// <summary>P8: notifications go by #HV IPI.</summary>
    [Fact]
    public void An_SVSM_notifies_others_by_HV_IPI()
    {
        int notified = 0;
        BootRun run = BootRun.Start(Changed("HandlerSplits", "SvsmApicForAps"), new() { World = WorldCatalogue.Today }, 2);
        run.Do("Mine", new BootPhase("Mine", GuestLibrary.Ovmf, "", [StepGrammar.Parse("start others")]));
        run.Machine.Observer = new Watcher(hop => notified += hop.Kind == SnpHop.GhcbExit && hop.Code == GhcbExitCode.HvIpi ? 1 : 0);
        run.Do("Mine", new BootPhase("Mine", GuestLibrary.Ovmf, "", [StepGrammar.Parse("ipi 0x41 v1")]));

        Assert.Equal(1, notified);
    }

    /// <summary>P9, P10, P11: no hot-plug (coconut), RESET is a new VM (QEMU), INIT is intercepted (APM vol. 2, 15.36.16): no survival, and nothing against a design.</summary>
    [Fact]
    public void What_cannot_happen_in_a_world_is_excluded_and_not_survived()
    {
        DesignResult result = DesignComparison.Compare(
            Changed("HandlerSplits", "OvmfAllowsVector", "SvsmApicForAps", "SvsmSetsVgif", "SecSwitches"), BootCatalogue.Find("OvmfSmall")!, new() { World = WorldCatalogue.Today }, DesignComparison.Conditions);

        DesignCondition[] excluded = [DesignCondition.Init, DesignCondition.Reset, DesignCondition.Reboot, DesignCondition.HotPlug];
        Assert.Equal(excluded, result.Conditions.Where(one => one.Exclusion is not null).Select(one => one.Condition));
        Assert.All(result.Conditions.Where(one => one.Exclusion is not null), one => Assert.True(one is { Survives: false, Fails: false, Run: null } && one.Exclusion!.Source.Length > 0));
        Assert.True(result.Conditions.Single(one => one.Condition == DesignCondition.ManyVcpus).Survives);
    }

    /// <summary>P12: KVM does create vCPUs in x2APIC mode elsewhere, which speaks for B.</summary>
    [Fact]
    public void The_precedents_of_B_are_named() => Assert.Contains("tdx_vcpu_init", ChangeCatalogue.Find("KvmCreatesX2Apic")!.Source, StringComparison.Ordinal);

    /// <summary>Mainline KVM has no Alternate Injection at all.</summary>
    [Fact]
    public void On_a_KVM_without_the_exits_Alternate_Injection_cannot_be_switched_on()
    {
        BootRun run = Run("Mainline", 1);

        Assert.Equal((StepProblem.FeatureMissing, 2), (run.FirstProblem!.Report.Problem, run.FirstProblem.Number));
    }

    private static ApicDesign Changed(params string[] changes) => ChangeCatalogue.Together(changes.Select(name => ChangeCatalogue.Find(name)!));

    private static BootRun Run(string world, int vcpus, params string[] changes) => Run(world, "OvmfSmall", vcpus, null, changes);

    private static BootRun Run(string world, string boot, int vcpus, Func<ApicWorld, ApicWorld>? other, params string[] changes)
    {
        ApicWorld found = WorldCatalogue.Find(world)!;
        return DesignComparison.Compare(
            Changed(changes), BootCatalogue.Find(boot)!, new() { World = other?.Invoke(found) ?? found, VcpuCount = vcpus }, []).Run;
    }

    /// <summary>A machine whose vCPU 1 has used its APIC, in x2APIC mode.</summary>
    private static Machine Used(ApicScope scope, HypervisorBehavior behavior)
    {
        var machine = new Machine(new ApicTraits(), new SnpPlatform(scope, behavior: behavior), [0, 1]);
        machine.Execute(1, Access.WriteMsr(ApicMsr.ApicBase, 0xFEE0_0C00, AccessOrigin.Host));
        machine.Execute(1, Access.WriteMsr(ApicMsr.X2First + 0x0F, 0x1FF));
        machine.Execute(1, Access.WriteMsr(ApicMsr.X2First + 0x32, 0x30));
        machine.Execute(1, Access.WriteMsr(ApicMsr.X2First + 0x38, 1000));
        machine.Execute(1, Access.WriteMsr(ApicMsr.X2First + 0x08, 0x40));
        machine.SendTo(1, new InterruptMessage(1, 0x61));
        return machine;
    }

    private static void Create(Machine machine, byte operation, byte vmpl) =>
        Assert.Equal(GhcbReply.Success, machine.Exit(0, Vmpl.Guest, new GhcbRequest(GhcbExitCode.ApCreation, (1UL << 32) | ((ulong)vmpl << 16) | operation)).Info1);

    private sealed class Watcher(Action<Hop> onHop) : MachineObserver
    {
        public override void OnHop(long number, int vcpu, in Hop hop) => onHop(hop);
    }
}
