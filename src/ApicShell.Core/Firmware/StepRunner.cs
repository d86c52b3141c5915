using System;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Tracing;

namespace ApicShell.Firmware;

/// <summary>
/// Does the steps of boots, designs and searches on a machine: what a guest does by its library, a host by its API, an SVSM by its exits. It keeps
/// what each guest knows of its APIC.
/// </summary>
public sealed partial class StepRunner : IAccessIssuer
{
    private readonly SnpPlatform? _snp;
    private readonly IMachine _machine;
    private GuestMemory[] _guests;
    private StepProblem _problem;
    private int _where;
    private Access _access;
    private Answer _answer;
    private TakenInterrupt _taken;
    private SvsmResult _result;
    private int _exits;
    private byte _blocking;
    private RuleId _reason;

    /// <summary>Makes a runner of a machine on which nothing was done by another.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="design">What is done at RESET and activation, and how the guest's #VC handler and the SVSM are.</param>
    public StepRunner(IMachine machine, ApicDesign design)
        : this(machine, new DesignInUse(design))
    {
    }

    internal StepRunner(IMachine machine, DesignInUse design)
    {
        _machine = machine;
        _snp = machine.Snp();
        Design = design;
        _guests = new GuestMemory[machine.VcpuCount];
    }

    /// <summary>The machine.</summary>
    public IMachine Machine => _machine;

    /// <summary>The machine's platform where it is an SEV-SNP machine.</summary>
    internal SnpPlatform? Snp => _snp;

    /// <summary>The design, as it is gone by.</summary>
    public DesignInUse Design { get; }

    /// <summary>How guests reach their APICs.</summary>
    public GuestLibrary Library { get; set; }

    /// <summary>Who sees what steps are made of, or null.</summary>
    public IStepLog? Log { get; set; }

    /// <summary>What the guest of a vCPU knows.</summary>
    public ref GuestMemory GuestOf(int vcpu) => ref _guests[vcpu];

    /// <summary>Gives guests that have run before what they know: what they last read or wrote, and the interrupts in service with who delivers.</summary>
    /// <param name="views">What they last read or wrote.</param>
    public void Recall(GuestViews views)
    {
        ApicRegister[] known =
        [
            ApicRegister.ApicBase, ApicRegister.Tpr, ApicRegister.Svr, ApicRegister.LvtTimer, ApicRegister.TimerInitial, ApicRegister.Ldr,
        ];
        for (int vcpu = 0; vcpu < _guests.Length; vcpu++)
        {
            _guests[vcpu] = default;
            foreach (ApicRegister register in known)
            {
                if (views[vcpu, register] is { } value)
                {
                    _guests[vcpu].Note(new GuestBelief(register, value));
                }
            }

            foreach (byte vector in GuestViewCheck.InService(_machine, vcpu))
            {
                _guests[vcpu].Push(vector);
            }
        }
    }

    /// <summary>Does a step, on every vCPU that it is for; it ends at the first problem.</summary>
    public StepReport Do(in MachineStep step)
    {
        Begin(step.Vcpu);
        (int first, int last) = step.Vcpus switch
        {
            StepVcpus.One => (step.Vcpu, step.Vcpu),
            StepVcpus.Aps => (1, _machine.VcpuCount - 1),
            _ => (0, _machine.VcpuCount - 1),
        };
        for (int vcpu = first; vcpu <= last && _problem <= StepProblem.NotPossible; vcpu++)
        {
            _problem = StepProblem.None;
            if (vcpu >= _machine.VcpuCount || !Holds(step.Condition, vcpu))
            {
                _problem = StepProblem.NotPossible;
                continue;
            }

            Do(vcpu, step);
        }

        return Report();
    }

    /// <summary>
    /// What a design does to the machine between RESET and its first instruction. On SEV-SNP every vCPU but the first waits to be created, as after the
    /// INIT of a bootstrap processor.
    /// </summary>
    public void PowerOn()
    {
        for (int vcpu = 0; vcpu < _machine.VcpuCount; vcpu++)
        {
            PowerOn(vcpu);
        }
    }

    /// <summary>The machine is powered on, told as a step.</summary>
    internal StepReport Begun()
    {
        Begin(0);
        PowerOn();
        return Report();
    }

    private void PowerOn(int vcpu)
    {
        AfterReset(vcpu);
        if (_snp is { Injection: SnpInjection.Alternate })
        {
            if (vcpu > 0)
            {
                _machine.Initialize(vcpu);
            }

            // With an APIC of its own the SVSM sets that up in any world: its notifications need it, and the guest's is not touched.
            if (_snp.Scope == ApicScope.PerVmpl || Design.SvsmSetup)
            {
                SetUpSvsm(vcpu);
            }
        }
    }

    /// <summary>What a design does to a vCPU between its RESET and its first instruction.</summary>
    private void AfterReset(int vcpu)
    {
        if (_guests.Length <= vcpu)
        {
            Array.Resize(ref _guests, _machine.VcpuCount);
        }

        _guests[vcpu] = default;
        if (Design.ResetMode is not { } mode)
        {
            return;
        }

        if (mode != ModeOf(vcpu))
        {
            _machine.Execute(vcpu, Access.WriteMsr(ApicMsr.ApicBase, BaseOf(vcpu).WithMode(mode).Value, AccessOrigin.Host));
        }

        ApicMode natural = ApicTransition.AfterReset(_machine.Traits.Model);
        Log?.OnModeStep(new(vcpu, TransitionEvent.Reset, AccessOrigin.Host, natural, mode, ModeOf(vcpu) == mode));
    }

    private void Begin(int vcpu)
    {
        (_problem, _where, _access, _answer, _taken, _result, _exits) = (StepProblem.None, vcpu, default, default, default, SvsmResult.Success, 0);
        (_blocking, _reason) = (0, RuleId.None);
    }

    private StepReport Report() => new(_problem, _where, _access, _answer, _taken, _result, _exits, _blocking, _reason);

    private bool Holds(StepCondition condition, int vcpu) => condition switch
    {
        StepCondition.Injection => _snp is not null && _snp.IsAlternateInjectionEnabled(vcpu),
        StepCondition.Snp => _snp is not null,
        StepCondition.Native => _snp is null,
        StepCondition.Aps => _machine.VcpuCount > 1,
        _ => true,
    };

    private void Do(int vcpu, in MachineStep step)
    {
        // A vCPU that waits for its start runs no code.
        if (step.Verb < StepVerb.HostMode && step.Verb != StepVerb.Take && _machine.VcpuStateOf(vcpu).RunState != RunState.Running)
        {
            _problem = StepProblem.NotPossible;
            return;
        }

        switch (step.Verb)
        {
            case StepVerb.Read:
                Reach(vcpu, step.Register, isWrite: false, 0);
                break;
            case StepVerb.Write:
                Reach(vcpu, step.Register, isWrite: true, (uint)step.Value);
                break;
            case StepVerb.Change:
                if (Reach(vcpu, step.Register, isWrite: false, 0))
                {
                    Reach(vcpu, step.Register, isWrite: true, ((uint)_answer.Value & ~step.Clear) | (uint)step.Value);
                }

                break;
            case StepVerb.Ensure:
                if (Reach(vcpu, step.Register, isWrite: false, 0) && (_answer.Value & step.Value) != step.Value)
                {
                    Reach(vcpu, step.Register, isWrite: true, (uint)(_answer.Value | step.Value));
                }

                break;
            case StepVerb.Mode:
                ChangeMode(vcpu, step.TargetMode);
                break;
            case StepVerb.Follow:
                ChangeMode(vcpu, _guests[0].Mode);
                break;
            case StepVerb.ReadMsr:
                Issue(vcpu, Access.ReadMsr(step.Number));
                break;
            case StepVerb.WriteMsr:
                Issue(vcpu, Access.WriteMsr(step.Number, step.Value));
                break;
            case StepVerb.ReadPage:
                Issue(vcpu, Access.ReadMmio(step.Number));
                break;
            case StepVerb.WritePage:
                Issue(vcpu, Access.WriteMmio(step.Number, step.Value));
                break;
            case StepVerb.Ipi:
                SendIpi(vcpu, step, DeliveryMode.Fixed);
                break;
            case StepVerb.NmiIpi:
                SendIpi(vcpu, step, DeliveryMode.Nmi);
                break;
            case StepVerb.SelfIpi:
                SendSelf(vcpu, (byte)step.Value);
                break;
            case StepVerb.StartAp:
                StartAp(vcpu, step);
                break;
            case StepVerb.Take:
                Take(vcpu, step);
                break;
            case StepVerb.Eoi:
                End(vcpu);
                break;
            case StepVerb.Sti or StepVerb.Cli:
                _machine.SetInterruptFlag(vcpu, step.Verb == StepVerb.Sti);
                break;
            case StepVerb.Cr8:
                var command = new MachineCommand(CommandKind.Cr8, vcpu, 0, step.Value);
                _guests[vcpu].Note(GuestBelief.Of(command, _machine.Do(command)));
                break;
            case StepVerb.Allow:
                Call(vcpu, SvsmCall.ConfigureVector, 0x100 | step.Value);
                break;
            case StepVerb.AllowAll:
                Call(vcpu, SvsmCall.ConfigureVector, 0x300);
                break;
            case StepVerb.Register or StepVerb.Deregister:
                Call(vcpu, SvsmCall.Configure, step.Verb == StepVerb.Register ? 2UL : 1);
                break;
            default:
                DoOutside(vcpu, step);
                break;
        }
    }

    private void Wrong(StepProblem problem, int vcpu)
    {
        if (_problem <= StepProblem.NotPossible)
        {
            (_problem, _where) = (problem, vcpu);
        }
    }

    /// <summary>The mode of the APIC that the guest sees.</summary>
    private ApicMode ModeOf(int vcpu) => (_snp?.GuestApicBaseOf(vcpu) ?? BaseOf(vcpu)).Mode;

    /// <summary>APIC_BASE of the hypervisor's APIC of the guest.</summary>
    private ApicBase BaseOf(int vcpu) => _machine.ApicBaseOf(vcpu, AccessOrigin.Guest);
}
