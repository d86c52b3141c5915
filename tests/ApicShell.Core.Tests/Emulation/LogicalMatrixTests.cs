using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// The matrix of logical destinations that kvm-unit-tests runs on hardware (x86/apic.c), in memory: every destination that has all bits of a
/// target's logical ID, one target or two, also two that share an ID. A model as naive as the definition says who must get the interrupt.
/// </summary>
public class LogicalMatrixTests
{
    private const uint Flat = 0xFFFF_FFFF;
    private const uint Cluster = 0x0FFF_FFFF;
    private const int Sender = 0;

    public static TheoryData<ApicModel> Models => [ApicModel.Kvm, ApicModel.Amd, ApicModel.Intel];

    [Theory]
    [MemberData(nameof(Models))]
    public void Flat_each_bit_and_every_superset(ApicModel model)
    {
        Matrix matrix = new(model, Flat);
        for (int bit = 0; bit < 8; bit++)
        {
            foreach (uint destination in Supersets(1u << bit, 0xFF))
            {
                matrix.Check(destination, 1u << bit, 0);
                matrix.Check(destination, 0, 1u << bit);
            }
        }

        Assert.Equal(2 * 8 * 128, matrix.Sent);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Flat_pairs(ApicModel model)
    {
        Matrix matrix = new(model, Flat);
        for (int first = 0; first < 8; first++)
        {
            for (int second = 0; second < 8; second++)
            {
                uint both = (1u << first) | (1u << second);
                foreach (uint destination in Supersets(both, 0xFF))
                {
                    matrix.Check(destination, 1u << first, 1u << second);
                    matrix.Check(destination, both, both);
                }
            }
        }

        Assert.Equal(2 * ((8 * 128) + (56 * 64)), matrix.Sent);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Cluster_each_bit_of_each_cluster_and_every_superset(ApicModel model)
    {
        Matrix matrix = new(model, Cluster);
        for (uint cluster = 0; cluster < 15; cluster++)
        {
            for (int bit = 0; bit < 4; bit++)
            {
                foreach (uint destination in Supersets(1u << bit, 0xF).Select(bits => (cluster << 4) | bits))
                {
                    matrix.Check(destination, (cluster << 4) | (1u << bit), 0);
                }
            }
        }

        Assert.Equal(15 * 4 * 8, matrix.Sent);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Cluster_pairs(ApicModel model)
    {
        Matrix matrix = new(model, Cluster);
        for (uint cluster = 0; cluster < 15; cluster++)
        {
            for (int first = 0; first < 4; first++)
            {
                for (int second = 0; second < 4; second++)
                {
                    uint both = (1u << first) | (1u << second);
                    foreach (uint destination in Supersets(both, 0xF).Select(bits => (cluster << 4) | bits))
                    {
                        matrix.Check(destination, (cluster << 4) | (1u << first), (cluster << 4) | (1u << second));
                        matrix.Check(destination, (cluster << 4) | both, (cluster << 4) | both);
                        matrix.Check(destination, (cluster << 4) | both, (((cluster + 1) % 15) << 4) | both);
                    }
                }
            }
        }

        Assert.Equal(15 * 3 * ((4 * 8) + (12 * 4)), matrix.Sent);
    }

    private static IEnumerable<uint> Supersets(uint bits, uint all) => Enumerable.Range(0, (int)all + 1).Select(value => (uint)value).Where(value => (value & bits) == bits);

    /// <summary>A sender without a logical ID, and two targets whose IDs change.</summary>
    private sealed class Matrix
    {
        private const byte Vector = 0x51;

        private readonly Machine _machine;
        private readonly uint _format;

        public Matrix(ApicModel model, uint format)
        {
            _format = format;
            _machine = Machines.Native(model, 0, 1, 2);
            for (int vcpu = 0; vcpu < 3; vcpu++)
            {
                _machine.WriteMsr(vcpu, ApicMsr.ApicBase, _machine.ApicBaseOf(vcpu, AccessOrigin.Guest).WithMode(ApicMode.XApic).Value);
                _machine.WriteMmio(vcpu, 0x0F0, 0x1FF);
                _machine.WriteMmio(vcpu, 0x0E0, format);
                _machine.SetInterruptFlag(vcpu, true);
            }
        }

        public int Sent { get; private set; }

        public void Check(uint destination, uint first, uint second)
        {
            uint[] logical = [0, first, second];
            _machine.WriteMmio(1, 0x0D0, first << 24);
            _machine.WriteMmio(2, 0x0D0, second << 24);
            _machine.WriteMmio(Sender, 0x310, destination << 24);
            _machine.WriteMmio(Sender, 0x300, 0x4800 | Vector);
            Sent++;
            for (int vcpu = 0; vcpu < 3; vcpu++)
            {
                int taken = 0;
                while (_machine.Take(vcpu).Kind == TakenKind.Fixed)
                {
                    taken++;
                    _machine.WriteMmio(vcpu, 0x0B0, 0);
                }

                int expected = IsAddressed(destination, logical[vcpu]) ? 1 : 0;
                Assert.True(taken == expected, $"{_format:X8}: destination {destination:X2}, LDRs {first:X2} and {second:X2}: vCPU {vcpu} took {taken}, not {expected}.");
            }
        }

        /// <summary>0xFF is for all; else flat a common bit, cluster the same upper half and a common bit of the lower.</summary>
        private bool IsAddressed(uint destination, uint logical) => destination == 0xFF
            || (_format == Flat
                ? (destination & logical) != 0
                : destination >> 4 == logical >> 4 && (destination & logical & 0xF) != 0);
    }
}
