using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>What a guest knows of its own APIC on one vCPU, and its devices of theirs.</summary>
internal sealed class SvsmGuest
{
    private readonly HashSet<byte> _allowed = [];
    private HashSet<byte> _wereAllowed = [];

    /// <summary>Whether the SVSM emulates the APIC.</summary>
    public bool IsEmulated { get; set; } = true;

    /// <summary>RFLAGS.IF.</summary>
    public bool InterruptsEnabled { get; set; } = true;

    /// <summary>TPR.</summary>
    public int TaskPriority { get; set; }

    /// <summary>The last value of ICR that was written.</summary>
    public ulong Icr { get; set; }

    /// <summary>What was taken and not ended, oldest first.</summary>
    public List<byte> Service { get; } = [];

    /// <summary>Level-triggered sources that wait for their EOI.</summary>
    public HashSet<byte> Sources { get; } = [];

    /// <summary>The exception that an intercept hit.</summary>
    public byte? Exception { get; set; }

    /// <summary>Whether a vector is a level-triggered source's.</summary>
    public static bool IsLevel(byte vector) => (vector & 7) == 5;

    public bool IsAllowed(byte vector) => _allowed.Contains(vector);

    /// <summary>Whether it was before the last configuration.</summary>
    public bool WasAllowed(byte vector) => _wereAllowed.Contains(vector);

    public void AllowNone()
    {
        _wereAllowed = [.. _allowed];
        _allowed.Clear();
    }

    public void Configure(SvsmStep step)
    {
        _wereAllowed = [.. _allowed];
        switch (step.Op)
        {
            case SvsmOp.Allow:
                _allowed.Add(step.Value);
                break;
            case SvsmOp.Refuse:
                _allowed.Remove(step.Value);
                break;
            case SvsmOp.AllowAll when step.Value != 0:
                _allowed.UnionWith(Enumerable.Range(31, 225).Select(vector => (byte)vector));
                break;
            default:
                _allowed.Clear();
                break;
        }
    }

    /// <summary>What RDMSR of 0x800 + low must give, by APM vol. 2, 16.6.4 where that is a matter of priority.</summary>
    public ulong? Read(byte low, uint apicId, SvsmCopies waits) => low switch
    {
        0x02 => apicId,
        0x08 => (ulong)TaskPriority,
        0x0A => (ulong)Math.Max(TaskPriority & 0xF0, Service.Count == 0 ? 0 : Service[^1] & 0xF0),
        0x0D => (apicId / 16 * 0x10000) + (1u << (int)(apicId % 16)),
        0x30 => Icr,
        >= 0x10 and < 0x18 => Bits(Service, low - 0x10),
        >= 0x20 and < 0x28 => waits.InSvsm(low - 0x20),
        _ => null,
    };

    private static uint Bits(IEnumerable<byte> vectors, int word) =>
        vectors.Where(vector => vector / 32 == word).Aggregate(0u, (bits, vector) => bits | (1u << (vector % 32)));
}

/// <summary>What a step must lead to.</summary>
internal sealed class SvsmExpectation(int vcpus)
{
    /// <summary>The fixed interrupt that each vCPU accepts.</summary>
    public byte?[] Fixed { get; } = new byte?[vcpus];

    /// <summary>Whether each vCPU accepts an NMI.</summary>
    public bool[] Nmi { get; } = new bool[vcpus];

    /// <summary>The level-triggered vector of whose end the host is told.</summary>
    public byte? Ends { get; set; }

    /// <summary>The value read, or the result of the call.</summary>
    public ulong? Value { get; set; }

    /// <summary>Whether the host has to notify another vCPU.</summary>
    public bool IsNotified { get; set; }
}

/// <summary>Who an ICR value in x2APIC mode is for, by the words of APM vol. 2, 16.5.</summary>
internal static class SvsmTargets
{
    public static int[] Of(ulong icr, int sender, int vcpus) =>
        [.. Enumerable.Range(0, vcpus).Where(vcpu => IsFor(icr, sender, vcpu, SvsmProgram.ApicIds[vcpu]))];

    /// <summary>A logical destination cannot leave the sender out.</summary>
    public static bool IsLogicalWithSelf(ulong icr) => (icr & 0x800) != 0 && icr >> 32 != 0xFFFF_FFFF;

    private static bool IsFor(ulong icr, int sender, int vcpu, uint id)
    {
        uint destination = (uint)(icr >> 32);
        return ((icr >> 18) & 3) switch
        {
            1 => vcpu == sender,
            2 => true,
            3 => vcpu != sender,
            _ when destination == 0xFFFF_FFFF => true,
            _ when (icr & 0x800) != 0 => destination / 0x10000 == id / 16 && (destination & (1u << (int)(id % 16))) != 0,
            _ => destination == id,
        };
    }
}

/// <summary>Every place where a vector or an NMI may wait for a vCPU.</summary>
internal readonly struct SvsmCopies
{
    private readonly uint[][] _inHypervisor;
    private readonly uint[][] _inSvsm;
    private readonly uint[][] _between;

    public SvsmCopies(Machine machine, int vcpu)
    {
        SnpPlatform platform = machine.Platform();
        LocalApicState host = machine.StateOf(vcpu, AccessOrigin.Guest);
        SvsmApicState svsm = platform.SvsmOf(vcpu);
        Vmsa vmsa = platform.VmsaOf(vcpu);
        DoorbellDescriptor page = platform.DoorbellOf(vcpu).Guest;
        bool isOn = vmsa.IsAlternateInjection;
        uint[] single = Of(page.Vector != 0 ? page.Vector : null);
        uint[] many = Words(word => word > 0 ? page.Irr(word) : page.Status & (1u << 31));
        uint[] injected = Of(isOn && vmsa.EventInjection.IsExternal ? vmsa.EventInjection.Vector : null);
        uint[] queued = Of(isOn && vmsa.InterruptControl.HasRequest ? vmsa.InterruptControl.Vector : null);
        _inHypervisor = [Words(word => host[ApicRegister.Irr0 + (byte)word])];
        _inSvsm = [Words(word => svsm.Irr(word)), injected, queued];
        _between = [single, many, Words(word => svsm.Posted(word))];

        bool isInjected = isOn && vmsa.EventInjection is { IsValid: true, Type: InjectedEventType.Nmi };
        WaitingNmis = machine.VcpuStateOf(vcpu).PendingNmi + svsm.Nmi + svsm.PostedNmi + (isInjected ? 1 : 0);
        Nmis = WaitingNmis + (int)((page.Status >> 8) & 1);
    }

    /// <summary>NMIs anywhere.</summary>
    public int Nmis { get; }

    /// <summary>NMIs, less the one that the host left where no SVSM looks.</summary>
    public int WaitingNmis { get; }

    /// <summary>The highest vector that the SVSM knows of, or -1.</summary>
    public int HighestInSvsm => Highest(_inSvsm);

    /// <summary>The highest vector in the hypervisor's IRR, or -1.</summary>
    public int HighestInHypervisor => Highest(_inHypervisor);

    /// <summary>A word of the vectors that wait in the SVSM's IRR, or were given to the guest and not taken.</summary>
    public uint InSvsm(int word) => Or(_inSvsm, word);

    /// <summary>A word of the vectors that wait anywhere.</summary>
    public uint Any(int word) => Or(_inHypervisor, word) | Or(_inSvsm, word) | Or(_between, word);

    /// <summary>In how many places a vector waits.</summary>
    public int Count(int vector) => Count(_inHypervisor, vector) + Count(_inSvsm, vector) + Count(_between, vector);

    /// <summary>What a local APIC has in service, lowest first.</summary>
    public static byte[] ServiceOf(in LocalApicState apic)
    {
        List<byte> service = [];
        for (int word = 0; word < 8; word++)
        {
            for (uint bits = apic[ApicRegister.Isr0 + (byte)word]; bits != 0; bits &= bits - 1)
            {
                service.Add((byte)((word * 32) + BitOperations.TrailingZeroCount(bits)));
            }
        }

        return [.. service];
    }

    private static int Count(uint[][] places, int vector)
    {
        int count = 0;
        foreach (uint[] place in places)
        {
            count += (int)((place[vector >> 5] >> (vector & 31)) & 1);
        }

        return count;
    }

    private static uint Or(uint[][] places, int word)
    {
        uint bits = 0;
        foreach (uint[] place in places)
        {
            bits |= place[word];
        }

        return bits;
    }

    private static int Highest(uint[][] places)
    {
        int word = 7;
        while (word >= 0 && Or(places, word) == 0)
        {
            word--;
        }

        return word < 0 ? -1 : (word * 32) + (int)uint.Log2(Or(places, word));
    }

    private static uint[] Of(byte? vector) => Words(word => vector is { } one && one >> 5 == word ? 1u << (one & 31) : 0);

    private static uint[] Words(Func<int, uint> word)
    {
        uint[] words = new uint[8];
        for (int i = 0; i < 8; i++)
        {
            words[i] = word(i);
        }

        return words;
    }
}
