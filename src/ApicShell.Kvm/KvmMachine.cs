using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Kvm.Interop;
using ApicShell.Kvm.Machines;
using ApicShell.Kvm.Threads;

namespace ApicShell.Kvm;

/// <summary>
/// A machine whose vCPUs are the kernel's own. A vCPU executes one instruction for each access and nothing else, with interrupts off; what comes for it
/// waits until it is told to take it. Time is the host's.
/// </summary>
/// <remarks>
/// An answer has the rule <see cref="RuleId.KernelAnswered"/>. What the kernel's KVM has no way to do is <see cref="Outcome.Rejected"/> by
/// <see cref="RuleId.NoCapability"/>. A machine that nobody has any more is closed; <see cref="Dispose"/> does it at once.
/// </remarks>
public sealed partial class KvmMachine : IMachine, IDisposable
{
    private static readonly Answer s_refused = new(Outcome.Rejected, RuleId.NoCapability, responder: Responder.Nobody);

    private readonly KvmOptions _options;
    private readonly bool _hasSmm;
    private readonly bool _ownsThread;
    private readonly VcpuThread _thread;
    private readonly MachineParts _parts;
    private readonly List<VcpuSlot> _vcpus;
    private readonly CommandWork _work;
    private readonly List<InterruptEvent> _events = [];
    private readonly long _begin = Stopwatch.GetTimestamp();
    // How much was done, how much of it could change what a vCPU may take, and how often something was sent.
    private long _changes;
    private long _disturbances;
    private long _sends;
    private volatile bool _isStopped;
    private volatile bool _isDisposed;

    /// <summary>Makes a machine whose vCPUs are in their RESET state, and run.</summary>
    /// <param name="options">What it shall be.</param>
    /// <param name="thread">The thread that runs its vCPUs, the caller's to end; null for one of its own.</param>
    /// <exception cref="KvmUnavailableException">There is no KVM.</exception>
    /// <exception cref="KvmOptionException">The kernel's KVM cannot be that.</exception>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    /// <exception cref="KvmException">The kernel refused.</exception>
    public KvmMachine(KvmOptions options, VcpuThread? thread = null)
    {
        using (var device = KvmDevice.Open())
        {
            options.Check(device);
            _parts = new MachineParts(device, options);
            _hasSmm = device.HasSmm;
        }

        (_options, _vcpus) = (options, _parts.Vcpus);
        _work = new CommandWork(this);
        try
        {
            _thread = thread ?? new VcpuThread();
            _ownsThread = thread is null;
        }
        catch
        {
            _parts.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ApicTraits Traits => _options.Traits;

    /// <inheritdoc/>
    public int VcpuCount => _vcpus.Count;

    /// <inheritdoc/>
    public MachineObserver? Observer { get; set; }

    /// <summary>How many commands there were: numbers count from 1.</summary>
    public long CommandCount { get; private set; }

    /// <summary>The kernel's own side of it.</summary>
    internal MachineParts Parts => _parts;

    /// <summary>The thread that runs its vCPUs.</summary>
    public VcpuThread Thread => _thread;

    /// <inheritdoc/>
    public ulong Clock => (ulong)Stopwatch.GetElapsedTime(_begin).Ticks * 100;

    /// <summary>
    /// When the next timer ends that counts down, by the current counts; null when none does. When a deadline comes is told by no call of KVM.
    /// </summary>
    public ulong? NextTimer => Enumerable.Range(0, VcpuCount).Select(TimeLeft).Min() is { } left ? Clock + left : null;

    /// <summary>Where the last guest's access left KVM as nothing in it answers there; one across the end of a page may twice.</summary>
    public IReadOnlyList<KvmMmioExit> LastMmioExits { get; private set; } = [];

    /// <inheritdoc/>
    public uint InitialApicId(int vcpu) => _vcpus[vcpu].Vcpu.ApicId;

    /// <inheritdoc/>
    public bool Can(MachineCapability capability) => capability == MachineCapability.HostPage;

    /// <inheritdoc/>
    public Answer Do(in MachineCommand command)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _isStopped = false;
        long number = ++CommandCount;
        MachineObserver? observer = Observer;
        observer?.OnCommand(number, command);
        _events.Clear();
        Answer answer = HasNothingToTake(command) ? Nothing : _work.Do(command);
        if (observer is not null)
        {
            foreach (InterruptEvent interrupt in _events)
            {
                observer.OnInterrupt(number, interrupt);
            }

            observer.OnAnswer(number, command, answer);
        }

        return answer;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _isStopped = true;
        _thread.Worker.Wake();
    }

    /// <inheritdoc/>
    public VcpuState VcpuStateOf(int vcpu)
    {
        VcpuSlot slot = _vcpus[vcpu];
        int nmis = slot.Held.Kind == TakenKind.Nmi ? 1 : 0;
        return new VcpuState
        {
            RunState = slot.IsWaiting ? RunState.WaitForStartup : RunState.Running,
            InterruptFlag = (byte)(slot.InterruptFlag ? 1 : 0),
            PendingNmi = (byte)(slot.MayHaveNmi ? nmis + slot.Vcpu.GetEvents().NmiPending : nmis),
            StartupVector = slot.StartupVector,
        };
    }

    /// <inheritdoc/>
    public LocalApicState StateOf(int vcpu, AccessOrigin origin)
    {
        VcpuSlot slot = _vcpus[vcpu];
        LocalApicState state = StateWithoutDeadline(slot);

        // In its own mode alone it is not 0; asking for it costs as much as asking for the page.
        return state.Lvt(ApicRegister.LvtTimer).TimerMode == TimerMode.TscDeadline ? state with { TscDeadline = Peek(vcpu, ApicRegister.TscDeadline) } : state;
    }

    /// <inheritdoc/>
    public ulong Peek(int vcpu, ApicRegister register)
    {
        VcpuSlot slot = _vcpus[vcpu];
        if (register is ApicRegister.ApicBase or ApicRegister.TscDeadline)
        {
            return register == ApicRegister.ApicBase ? slot.Vcpu.ApicBase : slot.Vcpu.ReadMsr(ApicMsr.TscDeadline) ?? 0;
        }

        if (register == ApicRegister.TimerCurrent)
        {
            return ReadHostPage(vcpu, register);
        }

        LocalApicState state = StateWithoutDeadline(slot);
        return register switch
        {
            // The page has what KVM last worked out.
            ApicRegister.Ppr => state.ProcessorPriority,
            ApicRegister.Icr when state.IsX2Apic => state[register] | ((ulong)state.IcrDestination << 32),
            _ => RegisterCatalogue.Find(register) is { Offset: >= 0 and < HostPage.Size } ? state[register] : 0,
        };
    }

    /// <inheritdoc/>
    public uint ReadHostPage(int vcpu, ApicRegister register)
    {
        if (register == ApicRegister.TimerCurrent)
        {
            _vcpus[vcpu].PageAt = -1;
        }

        return RegisterCatalogue.Find(register) is { Offset: >= 0 and < HostPage.Size } spec ? BitConverter.ToUInt32(PageOf(_vcpus[vcpu]), spec.Offset) : 0;
    }

    /// <inheritdoc/>
    public byte ReadCr8(int vcpu) => (byte)((ReadHostPage(vcpu, ApicRegister.Tpr) >> 4) & 0xF);

    /// <inheritdoc/>
    public int Dispatchable(int vcpu)
    {
        LocalApicState state = StateWithoutDeadline(_vcpus[vcpu]);
        return state.IsEnabled && (state.HighestRequested & 0xF0) > (state.ProcessorPriority & 0xF0) ? state.HighestRequested : -1;
    }

    /// <inheritdoc/>
    public CpuidLeaf Cpuid(int vcpu, uint leaf)
    {
        foreach (CpuidEntry entry in _vcpus[vcpu].Vcpu.GetCpuid(KvmOffer.MostCpuidEntries).Entries)
        {
            if (entry.Function == leaf && (entry.Index == 0 || (entry.Flags & CpuidEntry.SignificantIndex) == 0))
            {
                return new(entry.Eax, entry.Ebx, entry.Ecx, entry.Edx);
            }
        }

        return default;
    }

    /// <summary>What the timer of a vCPU has left, in nanoseconds; null for nothing. Bits 3, 1 and 0 of the divide configuration are the divisor (APM vol. 2, 16.4.1).</summary>
    private ulong? TimeLeft(int vcpu)
    {
        uint count = ReadHostPage(vcpu, ApicRegister.TimerCurrent);
        uint divide = ReadHostPage(vcpu, ApicRegister.TimerDivide);
        int shift = (int)(((divide & 3) | ((divide >> 1) & 4)) + 1) & 7;
        return count == 0 ? null : ((ulong)count << shift) * (_options.BusCycleNanoseconds ?? 1);
    }

    /// <summary>Adds vCPUs in their RESET state, as hot-plug does.</summary>
    /// <param name="apicIds">One APIC ID a vCPU, each used once in the machine.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is used.</exception>
    /// <exception cref="KvmOptionException">An APIC ID that is too high.</exception>
    public void Add(IReadOnlyList<uint> apicIds)
    {
        CheckIds(apicIds);
        foreach (uint id in apicIds)
        {
            Do(new(CommandKind.Added, VcpuCount, 0, id));
        }
    }

    /// <summary>Closes the machine. What another thread has it wait for ends.</summary>
    public void Dispose()
    {
        lock (_work)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _thread.Worker.Wake();
        if (_ownsThread)
        {
            _thread.Dispose();
            _parts.Dispose();
        }
        else
        {
            new CloseWork(_parts).Do(_thread);
        }
    }

    private void CheckIds(IReadOnlyList<uint> apicIds)
    {
        using var device = KvmDevice.Open();
        KvmOptions.CheckIds(apicIds, this, device);
    }

    private LocalApicState StateWithoutDeadline(VcpuSlot slot) => HostPage.Read(PageOf(slot), slot.Vcpu.ApicBase, slot.Vcpu.ApicId, 0);

    /// <summary>The APIC's page, as it is since something was last done to the machine.</summary>
    private byte[] PageOf(VcpuSlot slot)
    {
        if (slot.PageAt != _changes)
        {
            slot.Vcpu.GetPage(slot.Page);
            slot.PageAt = _changes;
        }

        return slot.Page;
    }

    /// <summary>A command on its way to the thread and back; there is one a machine, as one command is done at a time.</summary>
    private sealed class CommandWork(KvmMachine machine) : IVcpuWork
    {
        private MachineCommand _command;
        private Answer _answer;

        public Answer Do(in MachineCommand command)
        {
            _command = command;
            machine._thread.Worker.Do(this);
            return _answer;
        }

        public void Execute(ThreadSignals signals)
        {
            // Closed, while it was on its way.
            ObjectDisposedException.ThrowIf(machine._isDisposed, machine);
            _answer = machine.Carry(_command, signals);
        }
    }

    /// <summary>Closes a machine when nothing of it is being done any more.</summary>
    private sealed class CloseWork(MachineParts parts) : IVcpuWork
    {
        public void Do(VcpuThread thread)
        {
            try
            {
                thread.Worker.Do(this);
            }
            catch (ObjectDisposedException)
            {
                // The thread has ended before its machine.
                parts.Dispose();
            }
        }

        public void Execute(ThreadSignals signals) => parts.Dispose();
    }
}
