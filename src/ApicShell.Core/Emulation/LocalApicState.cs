using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ApicShell.Architecture;
using ApicShell.Compatibility;

namespace ApicShell.Emulation;

/// <summary>
/// All that one local APIC is: plain data, no references, so that a copy is a checkpoint and its bytes are its identity.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct LocalApicState
{
    private const ulong ModeBits = Architecture.ApicBase.AeBit | Architecture.ApicBase.ExtdBit;

    /// <summary>APIC_BASE as RDMSR gives it.</summary>
    public ulong ApicBase;

    /// <summary>The APIC ID the vCPU was made with; what RESET and some mode changes return to.</summary>
    public uint InitialId;

    /// <summary>Errors noted since ESR was last written: the accumulator behind it.</summary>
    public uint PendingErrors;

    /// <summary>
    /// The ICR's bits 63:32 in x2APIC mode. KVM keeps them apart from <see cref="ApicRegister.Icr2"/>, so that each mode finds its own
    /// again; where a manual says the half is lost, it is this that starts at 0.
    /// </summary>
    public uint IcrDestination;

    /// <summary>Which of the eight IRR words are not 0. Follows from them: kept so that the highest vector needs no search.</summary>
    private byte _requestedWords;

    /// <summary>Which of the eight ISR words are not 0.</summary>
    private byte _serviceWords;

    /// <summary>The highest vector in service; 0 for none, which has the same priority.</summary>
    private byte _service;

    /// <summary>Which LINT pins are asserted: bit 0 LINT0, bit 1 LINT1.</summary>
    internal byte Pins;

    /// <summary>1 while the timer runs.</summary>
    internal byte TimerRuns;

    /// <summary>1 while the timer has ended and KVM holds its interrupt back, because the APIC is off or the entry masked.</summary>
    internal byte TimerPending;

    /// <summary>1 while KVM's map of APIC IDs lacks it: <see cref="KvmQuirks.LastVcpuUnmapped"/>.</summary>
    internal byte Unmapped;

    private fixed uint _registers[RegisterCatalogue.FileSize];

    /// <summary>
    /// The registers, by their place, whose content the model's source leaves open since AE was 0: <see cref="RuleId.DisabledStateOpen"/>. That of None
    /// stands for what gathers behind ESR.
    /// </summary>
    internal ulong Open;

    /// <summary>IA32_TSC_DEADLINE while armed, else 0.</summary>
    public ulong TscDeadline;

    /// <summary>How long the timer runs from its initial count to 0, in nanoseconds; 0 when it was never started or was stopped.</summary>
    internal ulong TimerPeriod;

    /// <summary>When the timer reaches 0, in nanoseconds of the machine's clock; in the past when it has.</summary>
    internal ulong TimerTarget;

    /// <summary>A register's stored image, 32 bits.</summary>
    public uint this[ApicRegister register]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => _registers[(int)register];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal set => _registers[(int)register] = value;
    }

    /// <summary>The mode that APIC_BASE selects.</summary>
    public readonly ApicMode Mode => new ApicBase(ApicBase).Mode;

    /// <summary>Whether it is in x2APIC mode.</summary>
    public readonly bool IsX2Apic => (ApicBase & ModeBits) == ModeBits;

    /// <summary>Whether it is in xAPIC mode.</summary>
    public readonly bool IsXApic => (ApicBase & ModeBits) == Architecture.ApicBase.AeBit;

    /// <summary>Whether APIC_BASE bit 11, AE, is set.</summary>
    public readonly bool IsEnabled => (ApicBase & Architecture.ApicBase.AeBit) != 0;

    /// <summary>Whether SVR bit 8 is set.</summary>
    public readonly bool IsSoftwareEnabled => Svr.IsEnabled;

    /// <summary>SVR, by its bits.</summary>
    public readonly SpuriousVector Svr => new(this[ApicRegister.Svr]);

    /// <summary>An entry of the local vector table, by its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly LvtEntry Lvt(ApicRegister entry) => new(this[entry]);

    /// <summary>Whether its timer has ended and its interrupt is held back.</summary>
    public readonly bool HoldsTimerInterrupt => TimerPending != 0;

    /// <summary>The highest requested vector, or -1.</summary>
    public readonly int HighestRequested => Highest(_requestedWords, ApicRegister.Irr0);

    /// <summary>The highest vector in service, or -1.</summary>
    public readonly int HighestInService => Highest(_serviceWords, ApicRegister.Isr0);

    /// <summary>The processor priority: TPR's where its class is at least that of the vector in service.</summary>
    public readonly uint ProcessorPriority => Priority.Processor(this[ApicRegister.Tpr], (uint)_service);

    /// <summary>Whether a map of destinations finds it as it finds another: all that such a map looks at is the same.</summary>
    internal readonly bool IsFoundLike(in LocalApicState other) =>
        ApicBase == other.ApicBase && InitialId == other.InitialId && Unmapped == other.Unmapped
        && this[ApicRegister.Id] == other[ApicRegister.Id] && this[ApicRegister.Ldr] == other[ApicRegister.Ldr]
        && this[ApicRegister.Dfr] == other[ApicRegister.Dfr] && this[ApicRegister.Svr] == other[ApicRegister.Svr]
        && this[ApicRegister.ExtControl] == other[ApicRegister.ExtControl];

    /// <summary>Counts what is left of its times from a moment on, so that two states that differ in the clock alone are the same bytes.</summary>
    internal void MakeRelative(ulong clock)
    {
        TimerTarget = TimerTarget > clock ? TimerTarget - clock : 0;
        TscDeadline = TscDeadline > clock ? TscDeadline - clock : TscDeadline == 0 ? 0 : ulong.MaxValue;
    }

    /// <summary>Whether a vector is in a set of 256.</summary>
    /// <param name="first">Isr0, Tmr0, Irr0 or Ier0.</param>
    /// <param name="vector">0 to 255.</param>
    public readonly bool Has(ApicRegister first, int vector) => (_registers[(int)first + (vector >> 5)] & (1u << (vector & 31))) != 0;

    /// <summary>Sets the vector's IRR bit.</summary>
    /// <returns>Whether it was clear before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Request(int vector)
    {
        int word = vector >> 5;
        uint bits = _registers[(int)ApicRegister.Irr0 + word];
        uint bit = 1u << (vector & 31);
        _registers[(int)ApicRegister.Irr0 + word] = bits | bit;
        _requestedWords |= (byte)(1 << word);
        return (bits & bit) == 0;
    }

    /// <summary>Clears the vector's IRR bit: somebody else delivers it.</summary>
    internal void Withdraw(int vector)
    {
        int word = vector >> 5;
        uint requested = _registers[(int)ApicRegister.Irr0 + word] & ~(1u << (vector & 31));
        _registers[(int)ApicRegister.Irr0 + word] = requested;
        if (requested == 0)
        {
            _requestedWords &= (byte)~(1 << word);
        }
    }

    /// <summary>Moves a requested vector into service.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void StartService(int vector)
    {
        int word = vector >> 5;
        uint bit = 1u << (vector & 31);
        uint requested = _registers[(int)ApicRegister.Irr0 + word] & ~bit;
        _registers[(int)ApicRegister.Irr0 + word] = requested;
        if (requested == 0)
        {
            _requestedWords &= (byte)~(1 << word);
        }

        _registers[(int)ApicRegister.Isr0 + word] |= bit;
        _serviceWords |= (byte)(1 << word);
        _service = Math.Max(_service, (byte)vector);
    }

    /// <summary>Takes a vector out of service.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EndService(int vector)
    {
        int word = vector >> 5;
        uint bits = _registers[(int)ApicRegister.Isr0 + word] & ~(1u << (vector & 31));
        _registers[(int)ApicRegister.Isr0 + word] = bits;
        int words = bits == 0 ? _serviceWords & ~(1 << word) : _serviceWords;
        _serviceWords = (byte)words;
        _service = words == 0 ? (byte)0 : (byte)HighestOf(words, ApicRegister.Isr0);
    }

    /// <summary>Sets or clears the vector's TMR bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetTrigger(int vector, bool level)
    {
        ref uint word = ref _registers[(int)ApicRegister.Tmr0 + (vector >> 5)];
        uint bit = 1u << (vector & 31);
        word = level ? word | bit : word & ~bit;
    }

    /// <summary>Finds again what follows from IRR and ISR, after they were written as a whole.</summary>
    internal void RefreshSummaries()
    {
        (_requestedWords, _serviceWords) = (0, 0);
        for (int word = 0; word < 8; word++)
        {
            _requestedWords |= (byte)(_registers[(int)ApicRegister.Irr0 + word] != 0 ? 1 << word : 0);
            _serviceWords |= (byte)(_registers[(int)ApicRegister.Isr0 + word] != 0 ? 1 << word : 0);
        }

        _service = _serviceWords == 0 ? (byte)0 : (byte)HighestOf(_serviceWords, ApicRegister.Isr0);
    }

    /// <summary>The highest requested vector that IER lets through, or -1 (APM vol. 2, 16.7).</summary>
    internal readonly int HighestEnabledRequest()
    {
        for (int words = _requestedWords; words != 0;)
        {
            int word = Bits.Highest((uint)words);
            uint bits = _registers[(int)ApicRegister.Irr0 + word] & _registers[(int)ApicRegister.Ier0 + word];
            if (bits != 0)
            {
                return (word * 32) + Bits.Highest(bits);
            }

            words &= ~(1 << word);
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Highest(int words, ApicRegister first) => words == 0 ? -1 : HighestOf(words, first);

    /// <summary>The highest vector of a set that is not empty, of which it is known which words are not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int HighestOf(int words, ApicRegister first)
    {
        int word = Bits.Highest((uint)words);
        return (word * 32) + Bits.Highest(_registers[(int)first + word]);
    }
}
