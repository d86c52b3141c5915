using System.Runtime.InteropServices;
using ApicShell.Compatibility;

namespace ApicShell.Confidential;

/// <summary>Where the SVSM put the vector that it gave the guest last.</summary>
public enum Presentation : byte
{
    /// <summary>Nowhere, or the SVSM has seen since that the guest took it.</summary>
    None,

    /// <summary>In EVENT_INJ.</summary>
    Injected,

    /// <summary>In V_INTR.</summary>
    Queued,
}

/// <summary>
/// The SVSM's APIC of one vCPU: plain data. It is no <see cref="Emulation.LocalApicState"/>: TPR is in the VMSA, and vectors in service are a
/// stack (coconut-svsm cpu/apic.rs).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SvsmApicState
{
    /// <summary>Deepest the stack of vectors in service can get: one a priority class.</summary>
    public const int StackSize = 16;

    /// <summary>The last ICR value that was accepted.</summary>
    public ulong Icr;

    private fixed uint _irr[8];
    private fixed uint _allowed[8];
    private fixed uint _tmr[8];
    private fixed uint _hostTmr[8];
    private fixed uint _posted[8];
    private fixed byte _service[StackSize];

    /// <summary>Which IRR words are not 0; follows from them.</summary>
    private byte _irrWords;

    /// <summary>Which words of posted IPIs are not 0; follows from them.</summary>
    private byte _postedWords;

    /// <summary>How many vectors are in service.</summary>
    public byte ServiceCount;

    /// <summary>Where the newest vector in service waits for the guest to take it.</summary>
    public Presentation Presented;

    /// <summary>1 while a cleared no_eoi_required means EOI.</summary>
    public byte LazyEoi;

    /// <summary>1 when an NMI waits.</summary>
    public byte Nmi;

    /// <summary>1 when another vCPU posted an NMI that was not taken in yet.</summary>
    public byte PostedNmi;

    /// <summary>1 when something changed since interrupts were presented.</summary>
    public byte UpdateRequired;

    /// <summary>The newest vector in service, or -1.</summary>
    public readonly int HighestService => ServiceCount == 0 ? -1 : _service[ServiceCount - 1];

    /// <summary>The highest requested vector, or -1.</summary>
    public readonly int HighestRequest
    {
        get
        {
            if (_irrWords == 0)
            {
                return -1;
            }

            int word = Bits.Highest(_irrWords);
            return (word * 32) + Bits.Highest(_irr[word]);
        }
    }

    /// <summary>Whether other vCPUs posted something that was not taken in yet.</summary>
    public readonly bool HasPosted => (_postedWords | PostedNmi) != 0;

    /// <summary>Whether something was given to the guest of which the SVSM does not know what became of it.</summary>
    internal readonly bool HasOpen => ((int)Presented | LazyEoi) != 0;

    /// <summary>
    /// Whether a vector that comes now is alone: none is requested or posted, no NMI waits, and of all that was given to the guest the SVSM knows what
    /// became of it.
    /// </summary>
    internal readonly bool IsIdle => (_irrWords | _postedWords | Nmi | PostedNmi | (int)Presented | LazyEoi) == 0;

    /// <summary>The class of the newest vector in service, 0 for none.</summary>
    internal readonly int ServiceClass => ServiceCount == 0 ? 0 : _service[ServiceCount - 1] >> 4;

    /// <summary>A word of the request register.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Irr(int word) => _irr[word & 7];

    /// <summary>A word of the vectors that the host may send.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Allowed(int word) => _allowed[word & 7];

    /// <summary>A word of the trigger modes, 1 = level.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Tmr(int word) => _tmr[word & 7];

    /// <summary>A word of the level-triggered vectors whose EOI the host waits for.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint HostTmr(int word) => _hostTmr[word & 7];

    /// <summary>A word of the vectors that other vCPUs have posted.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Posted(int word) => _posted[word & 7];

    /// <summary>A vector in service.</summary>
    /// <param name="index">0 the oldest, <see cref="ServiceCount"/> - 1 the newest.</param>
    public readonly byte Service(int index) => _service[index & (StackSize - 1)];

    /// <summary>One word of the in-service set, as a bitmap.</summary>
    /// <param name="word">0 to 7.</param>
    public readonly uint Isr(int word)
    {
        uint bits = 0;
        for (int i = 0; i < ServiceCount; i++)
        {
            bits |= _service[i] >> 5 == word ? 1u << (_service[i] & 31) : 0;
        }

        return bits;
    }

    /// <summary>INIT: as at the start, but for the vectors that the host may send.</summary>
    internal void Initialize()
    {
        SvsmApicState before = this;
        this = default;
        for (int word = 0; word < 8; word++)
        {
            _allowed[word] = before._allowed[word];
        }
    }

    internal readonly bool IsAllowed(int vector) => (_allowed[vector >> 5] & Bit(vector)) != 0;

    internal readonly bool IsLevel(int vector) => (_tmr[vector >> 5] & Bit(vector)) != 0;

    internal readonly bool IsHostLevel(int vector) => (_hostTmr[vector >> 5] & Bit(vector)) != 0;

    /// <summary>Sets a vector's IRR bit.</summary>
    /// <returns>Whether it was clear before.</returns>
    internal bool Request(int vector)
    {
        uint bits = _irr[vector >> 5];
        _irr[vector >> 5] = bits | Bit(vector);
        _irrWords |= (byte)(1 << (vector >> 5));
        UpdateRequired = 1;
        return (bits & Bit(vector)) == 0;
    }

    /// <summary>Takes a vector out of IRR.</summary>
    internal void Withdraw(int vector)
    {
        int word = vector >> 5;
        _irr[word] &= ~Bit(vector);
        _irrWords &= (byte)(_irr[word] == 0 ? ~(1 << word) : 0xFF);
    }

    /// <summary>A vector that is not in IRR, or no more, comes into service.</summary>
    internal void StartService(byte vector) => _service[ServiceCount++ & (StackSize - 1)] = vector;

    /// <summary>The newest vector in service goes back to IRR.</summary>
    internal byte Rewind()
    {
        byte vector = _service[--ServiceCount];
        Request(vector);
        return vector;
    }

    internal byte EndService() => _service[--ServiceCount];

    internal void SetLevel(int vector, bool level) => Set(ref _tmr[vector >> 5], vector, level);

    internal void SetHostLevel(int vector, bool level) => Set(ref _hostTmr[vector >> 5], vector, level);

    internal void Allow(int vector, bool allowed) => Set(ref _allowed[vector >> 5], vector, allowed);

    /// <summary>Allows vectors 31 to 255, or none.</summary>
    internal void AllowAll(bool allowed)
    {
        _allowed[0] = allowed ? _allowed[0] | (1u << 31) : 0;
        for (int word = 1; word < 8; word++)
        {
            _allowed[word] = allowed ? uint.MaxValue : 0;
        }
    }

    /// <summary>Another vCPU posts a vector.</summary>
    /// <returns>Whether it was not posted already.</returns>
    internal bool Post(int vector)
    {
        uint bits = _posted[vector >> 5];
        _posted[vector >> 5] = bits | Bit(vector);
        _postedWords |= (byte)(1 << (vector >> 5));
        return (bits & Bit(vector)) == 0;
    }

    /// <summary>Takes in what other vCPUs have posted.</summary>
    internal void TakeInPosted()
    {
        for (int words = _postedWords; words != 0; words &= words - 1)
        {
            int word = Bits.Lowest((uint)words);
            _irr[word] |= _posted[word];
            _posted[word] = 0;
        }

        _irrWords |= _postedWords;
        Nmi |= PostedNmi;
        (_postedWords, PostedNmi, UpdateRequired) = (0, 0, 1);
    }

    /// <summary>Clears what is left of vectors that are no more in service: nothing looks at it.</summary>
    internal void ForgetEnded()
    {
        for (int index = ServiceCount; index < StackSize; index++)
        {
            _service[index] = 0;
        }
    }

    private static uint Bit(int vector) => 1u << (vector & 31);

    private static void Set(ref uint word, int vector, bool on) => word = on ? word | Bit(vector) : word & ~Bit(vector);
}
