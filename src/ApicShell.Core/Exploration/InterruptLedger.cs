using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>
/// Keeps book of interrupts over one step: what waited before and what is accepted must wait afterwards, or have been taken, or refused for a
/// reason that the protocol has; nothing else may wait.
/// </summary>
internal sealed class InterruptLedger : MachineObserver
{
    private const int NmiVector = 2;

    private readonly Machine _machine;
    private readonly SnpPlatform? _platform;
    private readonly WaitingInterrupts[] _before;
    private readonly WaitingInterrupts[] _after;
    private readonly VectorSet[] _accepted;
    private readonly VectorSet[] _refused;
    private readonly int[] _nmis;

    public InterruptLedger(Machine machine)
    {
        _machine = machine;
        _platform = machine.Snp();
        _before = new WaitingInterrupts[machine.VcpuCount];
        _after = new WaitingInterrupts[machine.VcpuCount];
        _accepted = new VectorSet[machine.VcpuCount];
        _refused = new VectorSet[machine.VcpuCount];
        _nmis = new int[machine.VcpuCount];
    }

    /// <summary>What waits at a vCPU after the step.</summary>
    public ref readonly WaitingInterrupts After(int vcpu) => ref _after[vcpu];

    /// <summary>Takes the present state as that before the steps that are tried next.</summary>
    public void Enter()
    {
        for (int vcpu = 0; vcpu < _before.Length; vcpu++)
        {
            WaitingInterrupts.Count(_machine, _platform, vcpu, out _before[vcpu]);
        }
    }

    /// <summary>A step begins.</summary>
    public void Begin()
    {
        for (int vcpu = 0; vcpu < _before.Length; vcpu++)
        {
            (_accepted[vcpu], _refused[vcpu], _nmis[vcpu]) = (default, default, 0);
        }
    }

    /// <summary>A step has ended: whether the books are right.</summary>
    /// <param name="step">The step.</param>
    /// <param name="report">What became of it.</param>
    /// <param name="wrong">The vCPU and the vector that are not.</param>
    public LedgerEntry End(in MachineStep step, in StepReport report, out (int Vcpu, int Vector) wrong)
    {
        wrong = default;
        for (int vcpu = 0; vcpu < _before.Length; vcpu++)
        {
            WaitingInterrupts.Count(_machine, _platform, vcpu, out _after[vcpu]);

            // A RESET forgets all that waits, and INIT all that waits in a local APIC.
            if (step.Verb is StepVerb.Reset or StepVerb.HostInit)
            {
                continue;
            }

            LedgerEntry entry = Check(step, vcpu, vcpu == report.Vcpu ? report.Taken : default, out int vector);
            if (entry != LedgerEntry.Right)
            {
                wrong = (vcpu, vector);
                return entry;
            }
        }

        return Addressed(step, report, out wrong);
    }

    /// <inheritdoc/>
    public override void OnInterrupt(long number, in InterruptEvent interrupt)
    {
        if (interrupt.Vcpu < 0)
        {
            return;
        }

        if (interrupt.Kind is InterruptEventKind.Accepted or InterruptEventKind.Merged)
        {
            if (interrupt.Mode == DeliveryMode.Nmi)
            {
                _nmis[interrupt.Vcpu] = 1;
            }
            else if (interrupt.Mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority && !IsNotification(interrupt.Vector))
            {
                _accepted[interrupt.Vcpu].Add(interrupt.Vector);
            }
        }
        else if (interrupt.Kind == InterruptEventKind.Refused && !IsWrong(interrupt))
        {
            _refused[interrupt.Vcpu].Add(interrupt.Vector);
        }
    }

    /// <summary>The vector by which SVSMs have each other called: it goes through APICs and is for no guest.</summary>
    private bool IsNotification(byte vector) => _platform is not null && vector == SvsmIpi.NotificationVector;

    /// <summary>Refused as not allowed, though the guest has allowed it.</summary>
    private bool IsWrong(in InterruptEvent refused) =>
        refused.Rule == SnpRule.SvsmVectorNotAllowed && _platform!.At(refused.Vcpu).Svsm.IsAllowed(refused.Vector);

    private LedgerEntry Check(in MachineStep step, int vcpu, TakenInterrupt taken, out int vector)
    {
        ref WaitingInterrupts before = ref _before[vcpu];
        ref WaitingInterrupts after = ref _after[vcpu];
        VectorSet had = before.Once;
        had.Add(_accepted[vcpu]);
        VectorSet has = after.Once;
        if (taken.Kind == TakenKind.Fixed)
        {
            has.Add(taken.Vector);
        }

        VectorSet lost = had.Without(has).Without(_refused[vcpu]);
        vector = lost.Highest;
        if (vector >= 0)
        {
            return LedgerEntry.Lost;
        }

        // Twice now, and neither twice before nor once with one more accepted.
        VectorSet new2 = after.Twice;
        if (taken.Kind == TakenKind.Fixed && after.Once.Has(taken.Vector))
        {
            new2.Add(taken.Vector);
        }

        VectorSet could2 = before.Once.And(_accepted[vcpu]);
        could2.Add(before.Twice);
        VectorSet doubled = has.Without(had);
        doubled.Add(new2.Without(could2));
        vector = doubled.Highest;
        if (vector >= 0)
        {
            return LedgerEntry.FromNowhere;
        }

        bool sendsNmi = step.Verb is StepVerb.NmiIpi or StepVerb.HostNmi;
        int hadNmis = before.Nmis + (_nmis[vcpu] != 0 || (step.Verb == StepVerb.HostNmi && step.Vcpu == vcpu) ? 1 : 0);
        int hasNmis = after.Nmis + (taken.Kind == TakenKind.Nmi ? 1 : 0);
        vector = NmiVector;
        return hasNmis > hadNmis || (hasNmis > before.Nmis && !sendsNmi) ? LedgerEntry.FromNowhere
            : hadNmis > 0 && hasNmis == 0 ? LedgerEntry.Lost
            : LedgerEntry.Right;
    }

    /// <summary>Whether those that an IPI or a device's interrupt names have accepted or refused it, and nobody else.</summary>
    private LedgerEntry Addressed(in MachineStep step, in StepReport report, out (int Vcpu, int Vector) wrong)
    {
        wrong = default;
        bool isNmi = step.Verb == StepVerb.NmiIpi;
        bool names = isNmi || step.Verb is StepVerb.Ipi or StepVerb.SelfIpi or StepVerb.HostEdge or StepVerb.HostLevel;
        if (!names || report.Problem != StepProblem.None)
        {
            return LedgerEntry.Right;
        }

        int vector = isNmi ? NmiVector : (int)(step.Value & 0xFF);
        for (int vcpu = 0; vcpu < _before.Length; vcpu++)
        {
            bool isNamed = step.Verb switch
            {
                StepVerb.Ipi or StepVerb.NmiIpi => step.Number == StepGrammar.Others ? vcpu != report.Vcpu : step.Number == vcpu,
                _ => vcpu == report.Vcpu,
            };
            bool got = isNmi ? _nmis[vcpu] != 0 : _accepted[vcpu].Has(vector);
            if (isNamed && !got && !_refused[vcpu].Has(vector) && IsOn(vcpu) && IsOn(report.Vcpu))
            {
                wrong = (vcpu, vector);
                return LedgerEntry.Lost;
            }

            if (!isNamed && got && !_before[vcpu].Once.Has(vector))
            {
                wrong = (vcpu, vector);
                return LedgerEntry.FromNowhere;
            }
        }

        return LedgerEntry.Right;
    }

    /// <summary>Whether an APIC takes part at all: KVM does not even refuse for one that is off.</summary>
    private bool IsOn(int vcpu)
    {
        ref LocalApicState apic = ref _machine.GuestPlane.Apics[vcpu];
        return _platform?.IsEmulated(vcpu) == true || (apic.IsEnabled && apic.IsSoftwareEnabled);
    }
}

/// <summary>Whether the books of a step are right.</summary>
internal enum LedgerEntry
{
    /// <summary>They are.</summary>
    Right,

    /// <summary>An interrupt is gone that nobody took.</summary>
    Lost,

    /// <summary>An interrupt is there that nobody sent, or once too often.</summary>
    FromNowhere,
}
