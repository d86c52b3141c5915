using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>
/// Gives states their fingerprints: of words in which times are counted from now, and, where vCPUs can change places, of the least order of their
/// blocks. In a block nothing says which vCPU it is of; APIC IDs that stand in it as destinations are renamed with the order.
/// </summary>
internal sealed unsafe class DesignCanon
{
    private readonly DesignProblem _problem;
    private readonly Machine _machine;
    private readonly int _blockWords;
    private readonly bool _isSnp;
    private readonly int _vcpus;
    private readonly ulong[] _blocks;
    private readonly ulong[] _ordered;
    private readonly int[][] _orders;

    public DesignCanon(DesignProblem problem, Machine machine, int blockWords)
    {
        (_problem, _machine, _blockWords, _vcpus) = (problem, machine, blockWords, machine.VcpuCount);
        _isSnp = machine.Snp() is not null;
        _blocks = new ulong[1 + (_vcpus * blockWords)];
        _ordered = new ulong[_blocks.Length];
        _orders = problem.FoldsSymmetry ? Orders(problem) : [Identical(_vcpus)];
    }

    /// <summary>How many orders of vCPUs are one.</summary>
    public int OrderCount => _orders.Length;

    /// <summary>The fingerprint of a state.</summary>
    public Fingerprint Of(ulong[] words, int offset)
    {
        Strip(words, offset);
        if (_orders.Length == 1)
        {
            return Fingerprint.Of(_blocks, 0, _blocks.Length);
        }

        Fingerprint least = default;
        for (int i = 0; i < _orders.Length; i++)
        {
            Order(_orders[i]);
            Fingerprint one = Fingerprint.Of(_ordered, 0, _ordered.Length);
            least = i == 0 || one < least ? one : least;
        }

        return least;
    }

    /// <summary>Stands for the problem: for all that the answer of a search depends on.</summary>
    public Fingerprint Identity(ulong[] root)
    {
        var text = new StringBuilder();
        text.Append(_problem.Environment).Append('|').Append(_problem.Library).Append('|').Append(_problem.Properties).Append('|').Append(_problem.VcpuCount)
            .Append('|').Append(_problem.FoldsSymmetry).Append(DesignKnob.IdentityOf(_problem.Design));
        foreach (MachineStep step in _problem.Letters)
        {
            text.Append('\n').Append(step);
        }

        ulong[] all = [.. root, .. text.ToString().Select(letter => (ulong)letter)];
        return Fingerprint.Of(all, 0, all.Length);
    }

    /// <summary>Copies the blocks, less what says when it is and which vCPU they are of.</summary>
    private void Strip(ulong[] words, int offset)
    {
        ulong clock = words[offset];
        _blocks[0] = words[offset + 1];
        Array.Copy(words, offset + Machine.HeaderWords, _blocks, 1, _blocks.Length - 1);
        fixed (ulong* first = &_blocks[1])
        {
            ulong* block = first;
            for (int vcpu = 0; vcpu < _vcpus; vcpu++, block += _blockWords)
            {
                for (int plane = 0; plane < _machine.PlaneCount; plane++)
                {
                    var apic = (LocalApicState*)(block + Machine.ApicWordOf(plane));
                    apic->MakeRelative(clock);
                    if (_orders.Length > 1)
                    {
                        Unname(ref *apic);
                    }
                }

                if (_isSnp)
                {
                    ((SnpVcpuState*)(block + _machine.PlatformWord))->ForgetEnded();
                }

                if (_orders.Length > 1)
                {
                    UnnameRest(block, vcpu);
                }
            }
        }
    }

    /// <summary>Takes a vCPU's own ID out of its APIC: nothing in an alphabet that folds writes it.</summary>
    private static void Unname(ref LocalApicState apic)
    {
        uint id = apic.InitialId;
        uint ldr = LogicalId.OfX2Apic(id).Value;
        apic[ApicRegister.Id] = apic[ApicRegister.Id] == XApicId.Of(id).Register && !apic.IsX2Apic ? 1 : apic[ApicRegister.Id] == id ? 2 : apic[ApicRegister.Id];
        apic[ApicRegister.Ldr] = apic[ApicRegister.Ldr] == ldr ? 1 : apic[ApicRegister.Ldr];
        apic.InitialId = 0;
    }

    private void UnnameRest(ulong* block, int vcpu)
    {
        if (_isSnp)
        {
            ((SnpVcpuState*)(block + _machine.PlatformWord))->DoorbellAddress = 0;
        }

        var guest = (GuestMemory*)(block + _machine.BlockWords);
        guest->Ldr = guest->Ldr == 1u << vcpu ? 1 : guest->Ldr;
    }

    /// <summary>Puts the blocks in an order, and renames the vCPUs that they name.</summary>
    private void Order(int[] order)
    {
        _ordered[0] = _blocks[0];
        for (int vcpu = 0; vcpu < _vcpus; vcpu++)
        {
            int place = 1 + (order[vcpu] * _blockWords);
            Array.Copy(_blocks, 1 + (vcpu * _blockWords), _ordered, place, _blockWords);
            fixed (ulong* block = &_ordered[place])
            {
                for (int plane = 0; plane < _machine.PlaneCount; plane++)
                {
                    var apic = (LocalApicState*)(block + Machine.ApicWordOf(plane));
                    apic->IcrDestination = Rename(apic->IcrDestination, order);
                    (*apic)[ApicRegister.Icr2] = Rename(new XApicId((*apic)[ApicRegister.Icr2]), order).Register;
                }

                if (_isSnp)
                {
                    var state = (SnpVcpuState*)(block + _machine.PlatformWord);
                    state->Svsm.Icr = (uint)state->Svsm.Icr | ((ulong)Rename((uint)(state->Svsm.Icr >> 32), order) << 32);
                    state->HandlerIcr2 = Rename(new XApicId(state->HandlerIcr2), order).Register;
                }
            }
        }
    }

    private XApicId Rename(XApicId id, int[] order) => XApicId.Of(Rename(id.Value, order));

    private uint Rename(uint id, int[] order) => id < (uint)_vcpus ? (uint)order[id] : id;

    private static int[] Identical(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>
    /// The orders of vCPUs under which the alphabet stays what it is. vCPU 0 is the bootstrap processor and keeps its place; an alphabet that writes IDs
    /// or destinations by number is not folded.
    /// </summary>
    private static int[][] Orders(DesignProblem problem)
    {
        int[] same = Identical(problem.VcpuCount);
        bool namesIds = problem.Letters.Any(letter => letter.Verb is StepVerb.WriteMsr or StepVerb.WritePage
            || (letter.Verb != StepVerb.Read && letter.Register is ApicRegister.Id or ApicRegister.Ldr or ApicRegister.Icr or ApicRegister.Icr2));
        if (namesIds || problem.VcpuCount < 3)
        {
            return [same];
        }

        var letters = new HashSet<MachineStep>(problem.Letters);
        return [.. Permutations(same, 1).Where(order => problem.Letters.All(letter => letters.Contains(Moved(letter, order))))];
    }

    private static MachineStep Moved(MachineStep letter, int[] order)
    {
        bool hasTarget = letter.Verb is StepVerb.Ipi or StepVerb.NmiIpi or StepVerb.StartAp && letter.Number != StepGrammar.Others;
        return letter with
        {
            Vcpu = letter.Vcpus == StepVcpus.One ? order[letter.Vcpu] : letter.Vcpu,
            Number = hasTarget ? (uint)order[letter.Number] : letter.Number,
        };
    }

    private static IEnumerable<int[]> Permutations(int[] order, int fixedCount)
    {
        if (fixedCount >= order.Length - 1)
        {
            yield return order;
            yield break;
        }

        for (int i = fixedCount; i < order.Length; i++)
        {
            int[] next = [.. order];
            (next[fixedCount], next[i]) = (next[i], next[fixedCount]);
            foreach (int[] one in Permutations(next, fixedCount + 1))
            {
                yield return one;
            }
        }
    }
}
