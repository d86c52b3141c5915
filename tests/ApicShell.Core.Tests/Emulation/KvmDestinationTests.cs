using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What KVM's map finds.</summary>
public class KvmDestinationTests
{
    /// <summary>IDs with a meaning of their own: 0xFF is a broadcast, 0x103 is 3 in eight bits.</summary>
    private static readonly uint[] s_ids = [0, 3, 0xFF, 0x103];

    [Theory]
    [InlineData(ApicMode.XApic)]
    [InlineData(ApicMode.X2Apic)]
    public void The_question_whether_a_vcpu_is_the_one_is_answered_as_a_search_for_it(ApicMode start)
    {
        // Two bits a vCPU: in x2APIC mode or not, and with another ID than its own or not.
        for (int states = 0; states < 256; states++)
        {
            ApicTraits traits = new() { ResetMode = start, Quirks = KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped };
            var machine = new Machine(traits, new NativePlatform(), s_ids);
            for (int vcpu = 0; vcpu < s_ids.Length; vcpu++)
            {
                if (((states >> (2 * vcpu)) & 1) != 0)
                {
                    machine.Execute(vcpu, Access.WriteMmio(0x20, 3u << 24));
                }

                if (((states >> (2 * vcpu)) & 2) != 0)
                {
                    machine.Execute(vcpu, Access.WriteMsr(0x1B, machine.ApicBaseOf(vcpu, AccessOrigin.Guest).Value | 0xC00));
                }
            }

            ApicPlane plane = machine.GuestPlane;
            for (int vcpu = 0; vcpu < s_ids.Length; vcpu++)
            {
                bool found = KvmDestinations.TryFindOne(plane, s_ids[vcpu], out int target) && target == vcpu && plane.Apics[vcpu].IsX2Apic;
                Assert.Equal(found, KvmDestinations.IsTheOne(plane, plane.Apics[vcpu]));
            }
        }
    }
}
