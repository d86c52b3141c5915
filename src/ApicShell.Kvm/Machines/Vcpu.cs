using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;
using ApicShell.Kvm.Guest;
using ApicShell.Kvm.Interop;
using ApicShell.Kvm.Threads;

namespace ApicShell.Kvm.Machines;

/// <summary>How a vCPU came back from its guest.</summary>
internal enum GuestEnd : byte
{
    /// <summary>The routine is done.</summary>
    Done,

    /// <summary>The routine's instruction raised an exception.</summary>
    Exception,

    /// <summary>INIT came to the vCPU.</summary>
    Reset,
}

/// <summary>
/// A vCPU of the kernel's. It stands at no instruction: before each entry it is given its registers, and it is entered for one routine, or not to execute
/// anything at all.
/// </summary>
internal sealed unsafe class Vcpu : IDisposable
{
    private const ulong RflagsFixed = 2;
    private const ulong RflagsInterrupt = 0x200;

    // A CR8 with a reserved bit: KVM_SET_SREGS passes over it, and so leaves TPR alone, where any other would take its bits 3:0 away.
    private const ulong KeepTpr = 0x10;

    // Twenty times what the slowest entry takes on a busy host.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);

    private readonly KvmHandle _handle;
    private readonly MemoryMap _shared;
    private readonly MemoryMap _memory;
    private readonly int _index;
    private readonly int _addressBits;
    private ulong? _windowPage;
    private KvmException? _death;

    // The kernel hears with the next entry that an interrupt is no more on its way.
    private bool _isWithdrawn;

    /// <summary>Makes one; the caller gives it CPUID and has it run.</summary>
    public Vcpu(KvmHandle machine, MemoryMap memory, int index, uint apicId, int runPageSize, int addressBits)
    {
        (_memory, _index, ApicId, _addressBits) = (memory, index, apicId, addressBits);
        _handle = new KvmHandle(machine.Call(KvmCall.KVM_CREATE_VCPU, (nint)apicId));
        try
        {
            _shared = MemoryMap.Of(_handle, runPageSize);
            var mask = new SignalMask { Length = sizeof(ulong), Blocked = ThreadSignals.AllOthers };
            _handle.Call(KvmCall.KVM_SET_SIGNAL_MASK, ref mask);
        }
        catch
        {
            _shared?.Dispose();
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>The APIC ID it was made with.</summary>
    public uint ApicId { get; }

    /// <summary>APIC_BASE, as the kernel last told.</summary>
    public ulong ApicBase { get; private set; }

    /// <summary>Where a routine's exception came, or what else there is to know of the last entry.</summary>
    public GuestReport Report { get; } = new();

    /// <summary>Registers of the last entry, and of the next.</summary>
    public ref Registers Registers => ref Run.Registers;

    /// <summary>What was on its way into the vCPU when it last came back without having run.</summary>
    public ref VcpuEvents Events => ref Run.Events;

    private ref RunPage Run => ref Unsafe.AsRef<RunPage>(_shared.Address);

    public void Dispose()
    {
        _shared.Dispose();
        _handle.Dispose();
    }

    /// <summary>Has the guest do one routine, with interrupts off; the registers that it needs are set.</summary>
    public GuestEnd Enter(Routine routine, ThreadSignals signals)
    {
        signals.Lower();
        Report.Clear();
        Prepare(routine, interrupts: false);
        Run.ValidParts = RunPage.SyncRegisters;
        long begin = 0;
        while (true)
        {
            if (TryRun())
            {
                if (Leave() is { } end)
                {
                    return end;
                }
            }
            else
            {
                // The timer, or somebody who wants the thread. A vCPU that has made itself wait for a start-up does not come back otherwise.
                signals.Take();
                if (GetMpState() is MpState.InitReceived or MpState.Uninitialized)
                {
                    return GuestEnd.Reset;
                }

                begin = begin == 0 ? Stopwatch.GetTimestamp() : begin;
                if (Stopwatch.GetElapsedTime(begin) > s_longest)
                {
                    throw Die($"vCPU {_index} did not come back from its guest in {s_longest.TotalSeconds} s (RIP 0x{Registers.Rip:X}).");
                }
            }
        }
    }

    /// <summary>
    /// Enters with the signal waiting: the kernel puts on its way what the vCPU may take, sees the signal and comes back, and nothing of the guest
    /// is executed. What is on its way is in <see cref="Events"/>.
    /// </summary>
    public void EnterKicked(bool interrupts, ThreadSignals signals)
    {
        signals.Raise();
        Prepare(Routine.Nothing, interrupts);
        Run.ValidParts = RunPage.SyncEvents;
        while (TryRun())
        {
            if (Run.Exit == ExitReason.IoApicEoi)
            {
                Report.AddIoApicEoi(Run.EoiVector);
            }
            else if (Run.Exit is not (ExitReason.Interrupted or ExitReason.IrqWindowOpen))
            {
                throw Die($"vCPU {_index} left its guest with a signal pending, for reason {(uint)Run.Exit}.");
            }
        }
    }

    /// <summary>Takes off its way what <see cref="EnterKicked"/> found there.</summary>
    public void Withdraw()
    {
        ref VcpuEvents events = ref Run.Events;
        bool isNmi = events.NmiInjected != 0;
        (events.InterruptInjected, events.NmiInjected, events.NmiMasked, events.Flags) = (0, 0, 0, 0);
        if (isNmi)
        {
            // At once: until then KVM lets one NMI wait, not two.
            SetEvents(events);
        }
        else
        {
            Run.DirtyParts |= RunPage.SyncEvents;
            _isWithdrawn = true;
        }
    }

    /// <summary>Lets the window show a physical page.</summary>
    /// <returns>The linear address of a physical one in that page.</returns>
    public ulong Show(ulong address, ThreadSignals signals)
    {
        ulong page = address & ~(ulong)(GuestMemory.PageSize - 1);
        if (_windowPage != page)
        {
            _windowPage = null;
            Registers = GuestMemory.WindowRegisters(_index, page, _addressBits);
            if (Enter(Routine.MapWindow, signals) != GuestEnd.Done)
            {
                throw Die($"vCPU {_index} could not map the page 0x{page:X}.");
            }

            _windowPage = page;
        }

        return GuestMemory.WindowOf(_index) + (address - page);
    }

    /// <summary>Puts it where its routines can run; its APIC stays as it is.</summary>
    public void EnterLongMode()
    {
        SystemRegisters system = default;
        _handle.Call(KvmCall.KVM_GET_SREGS, ref system);
        GuestMemory.SetLongMode(ref system, _index);
        system.Cr8 = KeepTpr;
        _handle.Call(KvmCall.KVM_SET_SREGS, ref system);
        ApicBase = system.ApicBase;
        _windowPage = null;
    }

    public SystemRegisters GetSystemRegisters()
    {
        SystemRegisters system = default;
        _handle.Call(KvmCall.KVM_GET_SREGS, ref system);
        return system;
    }

    /// <summary>What it is at. Asking lets an INIT or a start-up that came act.</summary>
    public MpState GetMpState()
    {
        MpState state = default;
        _handle.Call(KvmCall.KVM_GET_MP_STATE, ref state);
        return state;
    }

    public void SetMpState(MpState state) => _handle.Call(KvmCall.KVM_SET_MP_STATE, ref state);

    public VcpuEvents GetEvents()
    {
        VcpuEvents events = default;
        _handle.Call(KvmCall.KVM_GET_VCPU_EVENTS, ref events);
        events.InterruptInjected = _isWithdrawn ? (byte)0 : events.InterruptInjected;
        return events;
    }

    public void SetEvents(VcpuEvents events)
    {
        Run.DirtyParts &= ~RunPage.SyncEvents;
        _isWithdrawn = false;
        _handle.Call(KvmCall.KVM_SET_VCPU_EVENTS, ref events);
    }

    public void PostNmi() => _handle.Call(KvmCall.KVM_NMI);

    /// <summary>A host's read of an MSR, or null where the kernel refuses it.</summary>
    public ulong? ReadMsr(uint number)
    {
        var msr = new OneMsr { Count = 1, Index = number };
        return _handle.Call(KvmCall.KVM_GET_MSRS, ref msr) == 1 ? msr.Data : null;
    }

    /// <summary>A host's write of an MSR.</summary>
    /// <returns>Whether the kernel took it.</returns>
    public bool WriteMsr(uint number, ulong value)
    {
        var msr = new OneMsr { Count = 1, Index = number, Data = value };
        bool done = _handle.Call(KvmCall.KVM_SET_MSRS, ref msr) == 1;
        if (number == ApicMsr.ApicBase)
        {
            ApicBase = ReadMsr(number) ?? ApicBase;
        }

        return done;
    }

    public void GetPage(byte[] page)
    {
        fixed (byte* at = page)
        {
            _handle.Call(KvmCall.KVM_GET_LAPIC, (nint)at);
        }
    }

    /// <summary>Sets the APIC's page.</summary>
    /// <returns>Whether the kernel took it.</returns>
    public bool SetPage(byte[] page)
    {
        fixed (byte* at = page)
        {
            int result = _handle.Try(KvmCall.KVM_SET_LAPIC, (nint)at);
            return result >= 0 || (Errno.Last == Errno.EINVAL ? false : throw new KvmException(KvmCall.KVM_SET_LAPIC.ToString(), Errno.Last));
        }
    }

    public void SetCpuid(CpuidTable table)
    {
        fixed (byte* at = table.Bytes)
        {
            _handle.Call(KvmCall.KVM_SET_CPUID2, (nint)at);
        }
    }

    /// <summary>CPUID as the guest has it now; the bits that follow the APIC change.</summary>
    public CpuidTable GetCpuid(int count)
    {
        var table = new CpuidTable(count);
        fixed (byte* at = table.Bytes)
        {
            _handle.Call(KvmCall.KVM_GET_CPUID2, (nint)at);
        }

        return table;
    }

    private void Prepare(Routine routine, bool interrupts)
    {
        if (_death is not null)
        {
            throw new KvmException(_death.Message);
        }

        ref Registers registers = ref Registers;
        registers.Rip = GuestMemory.AddressOf(routine);
        registers.Rsp = GuestMemory.StackOf(_index);
        registers.Rflags = RflagsFixed | (interrupts ? RflagsInterrupt : 0);
        Run.DirtyParts |= RunPage.SyncRegisters;
    }

    /// <summary>KVM_RUN.</summary>
    /// <returns>Whether it came back with a reason; if not, because of a signal.</returns>
    private bool TryRun()
    {
        _isWithdrawn = false;
        if (_handle.Try(KvmCall.KVM_RUN) >= 0)
        {
            ApicBase = Run.ApicBase;
            return true;
        }

        // EAGAIN: a vCPU that waits for a start-up has looked whether one came.
        if (Errno.Last is not (Errno.EINTR or Errno.EAGAIN))
        {
            throw Die($"{KvmCall.KVM_RUN} of vCPU {_index} failed: {Errno.Describe(Errno.Last)}.");
        }

        ApicBase = Run.ApicBase;
        return false;
    }

    /// <summary>What is to be done about an exit; null where the guest goes on.</summary>
    private GuestEnd? Leave()
    {
        ref RunPage run = ref Run;
        switch (run.Exit)
        {
            case ExitReason.Io when run.IoIsOut != 0 && run.IoPort == GuestProgram.DonePort:
                return GuestEnd.Done;
            case ExitReason.Io when run.IoIsOut != 0 && run.IoPort == GuestProgram.ResetPort:
                return GuestEnd.Reset;
            case ExitReason.Io when run.IoIsOut != 0 && run.IoPort == GuestProgram.ExceptionPort:
                NoteException();
                return GuestEnd.Exception;
            case ExitReason.Mmio:
                Report.AddMmioExit(run.MmioAddress, (byte)run.MmioLength, run.MmioIsWrite != 0);
                run.MmioData = run.MmioIsWrite != 0 ? run.MmioData : ulong.MaxValue;
                return null;
            case ExitReason.IoApicEoi:
                Report.AddIoApicEoi(run.EoiVector);
                return null;
            case ExitReason.Interrupted or ExitReason.IrqWindowOpen:
                return null;
            case ExitReason.InternalError:
                throw Die($"KVM could not go on with vCPU {_index}: internal error {run.InternalSuberror}, RIP 0x{Registers.Rip:X}.");
            default:
                throw Die($"vCPU {_index} left its guest for reason {(uint)run.Exit}, RIP 0x{Registers.Rip:X}.");
        }
    }

    private void NoteException()
    {
        const int FirstInterrupt = 32;
        const int Nmi = 2;
        int vector = (int)(Registers.Rip - GuestMemory.Stubs) / GuestProgram.StubSize;
        if (vector is Nmi or >= FirstInterrupt)
        {
            throw Die($"Vector {vector} reached the guest of vCPU {_index}, which had interrupts off.");
        }

        Report.SetException((GuestFault)vector, GuestMemory.ErrorCode(_memory, _index, Registers.Rsp));
    }

    private KvmException Die(string message) => _death = new KvmException(message);
}
