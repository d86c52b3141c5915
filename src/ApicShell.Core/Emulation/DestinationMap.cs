using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>
/// Who answers to which destination, so that an IPI costs what its targets cost and not what the machine's size is. Follows from the
/// states of the APICs; kept up to date by taking an APIC out before a change and putting it in again after it, at constant cost.
/// It also knows what KVM's map knows of the machine as a whole: whether IDs are aliased and whether logical IDs are all of one kind
/// (KVM lapic.c, kvm_recalculate_apic_map).
/// </summary>
internal sealed class DestinationMap
{
    /// <summary>IDs up to four times the number of vCPUs, and the first 256, are found in an array; sparser ones in a dictionary.</summary>
    private const int DenseFactor = 4;

    private readonly Place[] _xapic = new Place[256];
    private readonly Place[] _flat = new Place[8];
    private readonly Place[] _cluster = new Place[64];
    private readonly byte[] _x2Low = new byte[256];
    private readonly Dictionary<uint, int> _sparse = [];
    private int[] _dense = [];
    private long _denseLimit = 256;
    private readonly bool _hasShortIds;
    private int _xapicCount;
    private int _renamed;
    private int _aliasedIds;
    private int _sharedLogicalIds;
    private int _x2Logical;
    private int _flatLogical;
    private int _clusterLogical;

    /// <summary>Makes an empty map.</summary>
    /// <param name="hasShortIds">Whether 8-bit IDs have four bits until the extended control register says otherwise (AMD).</param>
    public DestinationMap(bool hasShortIds) => _hasShortIds = hasShortIds;

    /// <summary>Whether some 8-bit or 32-bit ID is that of two APICs that are on.</summary>
    public bool HasAliases => _aliasedIds > 0;

    /// <summary>Whether an APIC in x2APIC mode has another ID than its vCPU was made with.</summary>
    public bool HasRenamed => _renamed > 0;

    /// <summary>Whether every APIC that is on is in x2APIC mode, under its first ID.</summary>
    public bool IsAllX2Apic => _xapicCount == 0 && _renamed == 0;

    /// <summary>What the logical IDs of the enabled APICs have in common.</summary>
    public LogicalKind LogicalKind { get; private set; }

    /// <summary>Makes room for vCPUs.</summary>
    public void Reserve(int count) => _denseLimit = Math.Max(256, (long)DenseFactor * count);

    /// <summary>Makes an APIC ID findable; the state of the APIC comes by <see cref="Join"/>.</summary>
    /// <param name="apicId">The ID, which is new.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    public void Add(uint apicId, int vcpu)
    {
        if (apicId >= _denseLimit)
        {
            _sparse.Add(apicId, vcpu);
            return;
        }

        if (apicId >= _dense.Length)
        {
            Array.Resize(ref _dense, (int)Math.Min(Math.Max(apicId + 1L, 2L * _dense.Length), _denseLimit));
        }

        _dense[apicId] = vcpu + 1;
    }

    /// <summary>The vCPU that was made with an ID, or -1.</summary>
    public int OfInitialId(uint id)
    {
        int[] dense = _dense;
        if (id < (uint)dense.Length && dense[id] != 0)
        {
            return dense[id] - 1;
        }

        return _sparse.Count != 0 ? OfSparseId(id) : -1;
    }

    // Not inlined: room for the result of a look-up costs the usual way too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int OfSparseId(uint id) => _sparse.TryGetValue(id, out int vcpu) ? vcpu : -1;

    /// <summary>The only APIC in xAPIC mode with an 8-bit ID; -1 for none, -2 for several.</summary>
    public int OfXApicId(uint id) => _xapic[id & XApicId.Highest].Only;

    /// <summary>The APIC with one bit of a flat logical destination, or -1.</summary>
    public int OfFlatBit(int bit) => _flat[bit].Only;

    /// <summary>The APIC with one bit of a cluster, or -1.</summary>
    public int OfClusterBit(uint cluster, int bit) => _cluster[((cluster & LogicalId.ClusterMask) * 4) + (uint)bit].Only;

    /// <summary>The ID that an APIC in xAPIC mode answers to: bits 31:24, on AMD the low four of them until XAIDN is set (APM vol. 2, 16.3).</summary>
    public uint XApicIdOf(in LocalApicState apic) =>
        new XApicId(apic[ApicRegister.Id]).Value & (_hasShortIds && (apic[ApicRegister.ExtControl] & 4) == 0 ? 0xF : XApicId.Highest);

    /// <summary>Puts an APIC in, in its state of now.</summary>
    public void Join(int vcpu, in LocalApicState apic) => Count(vcpu, apic, 1);

    /// <summary>Takes an APIC out; its state must still be that with which it joined.</summary>
    public void Leave(int vcpu, in LocalApicState apic) => Count(vcpu, apic, -1);

    private void Count(int vcpu, in LocalApicState apic, int one)
    {
        if (!apic.IsEnabled)
        {
            return;
        }

        bool x2 = apic.IsX2Apic;
        uint id = x2 ? apic.InitialId : XApicIdOf(apic);
        _xapicCount += x2 ? 0 : one;
        _renamed += x2 && apic[ApicRegister.Id] != apic.InitialId ? one : 0;
        if (id < 256)
        {
            _aliasedIds -= IsAliased(id) ? 1 : 0;
            if (x2)
            {
                _x2Low[id] += (byte)one;
            }
            else
            {
                _xapic[id].Count(vcpu, one);
            }

            _aliasedIds += IsAliased(id) ? 1 : 0;
        }

        uint ldr = apic[ApicRegister.Ldr];
        if (apic.IsSoftwareEnabled && ldr != 0)
        {
            CountLogical(vcpu, apic, x2, ldr, one);
            LogicalKind = FindKind();
        }
    }

    private LogicalKind FindKind()
    {
        int kinds = (_x2Logical > 0 ? 1 : 0) + (_flatLogical > 0 ? 1 : 0) + (_clusterLogical > 0 ? 1 : 0);
        return kinds > 1 || _sharedLogicalIds > 0 ? LogicalKind.Mixed
            : _x2Logical > 0 ? LogicalKind.X2Apic
            : _flatLogical > 0 ? LogicalKind.Flat
            : _clusterLogical > 0 ? LogicalKind.Cluster
            : LogicalKind.None;
    }

    private void CountLogical(int vcpu, in LocalApicState apic, bool x2, uint ldr, int one)
    {
        var logical = new LogicalId(new XApicId(ldr).Value);
        if (x2)
        {
            _x2Logical += one;
        }
        else if (apic[ApicRegister.Dfr] == DestinationFormat.Flat)
        {
            _flatLogical += one;
            CountPlace(_flat, 0, logical.Flat, vcpu, one);
        }
        else
        {
            _clusterLogical += one;
            CountPlace(_cluster, (int)logical.Cluster * 4, logical.InCluster, vcpu, one);
        }
    }

    private bool IsAliased(uint id) => _xapic[id].Holders + _x2Low[id] > 1;

    private void CountPlace(Place[] places, int first, uint bits, int vcpu, int one)
    {
        if (bits == 0)
        {
            return;
        }

        if ((bits & (bits - 1)) != 0)
        {
            _sharedLogicalIds += one;
            return;
        }

        ref Place place = ref places[first + Compatibility.Bits.Highest(bits)];
        _sharedLogicalIds -= place.Holders > 1 ? 1 : 0;
        place.Count(vcpu, one);
        _sharedLogicalIds += place.Holders > 1 ? 1 : 0;
    }

    /// <summary>A destination and who holds it: the sum of the holders is the holder where there is one.</summary>
    private struct Place
    {
        private long _sum;

        public int Holders { get; private set; }

        public readonly int Only => Holders == 1 ? (int)_sum : Holders == 0 ? -1 : -2;

        public void Count(int vcpu, int one)
        {
            Holders += one;
            _sum += one * (long)vcpu;
        }
    }
}
