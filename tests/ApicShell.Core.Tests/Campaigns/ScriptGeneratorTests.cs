using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using ApicShell.Architecture;
using ApicShell.Campaigns;
using ApicShell.Scripts;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The scripts of a campaign: always the same, in order, and of all that can be compared.</summary>
public class ScriptGeneratorTests
{
    private static readonly ApicScript[] s_scripts = [.. Enumerable.Range(0, 2000).Select(number => ScriptGenerator.Make(7, number))];

    private static IEnumerable<ScriptOperation> Operations => s_scripts.SelectMany(script => script.Operations);

    /// <summary>A campaign is named by its seed in reports: another generator would make other scripts of it, and has to be meant.</summary>
    [Fact]
    public void Script_n_of_a_seed_is_always_the_same()
    {
        string text = string.Join("\n", Enumerable.Range(0, 100).Select(number => ScriptGenerator.Make(1, number)));
        Assert.Equal("2777393220A6D700", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void Seeds_and_numbers_give_different_scripts() =>
        Assert.Equal(400, Enumerable.Range(0, 400).Select(at => ScriptGenerator.Make((ulong)(at / 20), at % 20).ToString()).Distinct().Count());

    [Fact]
    public void Every_operation_that_can_be_compared_comes()
    {
        ScriptVerb[] left = [.. Enum.GetValues<ScriptVerb>().Except(Operations.Select(operation => operation.Verb))];
        Assert.Equal([ScriptVerb.Reset, ScriptVerb.Spin], left);
    }

    [Fact]
    public void Machines_are_of_one_to_sixty_four_vCPUs_and_some_have_IDs_above_255()
    {
        int[] counts = [.. Operations.Where(operation => operation.Verb == ScriptVerb.Vcpus).Select(operation => (int)operation.Numbers[0])];
        Assert.Equal((1, 64), (counts.Min(), counts.Max()));
        Assert.Contains(Operations, operation => operation.Verb == ScriptVerb.VcpuIds && operation.Numbers.Any(id => id > 255));
    }

    [Fact]
    public void Messages_are_of_every_mode_but_SMI_which_a_host_decides() =>
        Assert.Equal(
            Enum.GetValues<DeliveryMode>().Except([DeliveryMode.Smi]),
            Operations.Where(operation => operation.Verb == ScriptVerb.Msi).Select(operation => InterruptMessage.OfIcr((uint)operation.Numbers[1], 0).Mode).Distinct().Order());

    /// <summary>Time is real on a real machine: a count that ends soon is followed by a wait and a run of its vCPU, and is never periodic.</summary>
    [Fact]
    public void No_look_is_near_the_end_of_a_timer()
    {
        int ends = 0;
        foreach (ApicScript script in s_scripts)
        {
            for (int at = 0; at < script.Operations.Count; at++)
            {
                ScriptOperation operation = script.Operations[at];
                if (!EndsSoon(operation))
                {
                    continue;
                }

                ends++;
                Assert.Equal(ScriptVerb.Wait, script.Operations[at + 1].Verb);
                Assert.Equal((ScriptVerb.Nop, operation.Vcpu), (script.Operations[at + 2].Verb, script.Operations[at + 2].Vcpu));
                Assert.NotEqual(TimerMode.Periodic, new LvtEntry((uint)script.Operations[at - 1].Numbers[2]).TimerMode);
            }
        }

        Assert.True(ends > 300, $"{ends}");
        Assert.DoesNotContain(Operations, operation => operation.Verb is ScriptVerb.ReadMsr or ScriptVerb.HostReadMsr && operation.Numbers[1] is 0x839 or ApicMsr.TscDeadline);
        Assert.DoesNotContain(Operations, operation => operation.Verb is ScriptVerb.ReadPage or ScriptVerb.ReadMemory && (operation.Numbers[1] & 0xFF0) == 0x390);
    }

    [Fact]
    public void What_interrupts_do_is_seen_often()
    {
        string[] lines = [.. s_scripts.Take(300).SelectMany(script => ScriptRunner.Run(script, Machines.Emulated))];
        Assert.True(lines.Count(line => line.Contains("\"log\":[\"", StringComparison.Ordinal)) > 400);
        Assert.True(lines.Count(line => line.Contains(":init\"", StringComparison.Ordinal)) > 50);
        Assert.True(lines.Count(line => line.Contains(":sipi:", StringComparison.Ordinal)) > 3);
        Assert.DoesNotContain(lines, line => line.Contains("undelivered", StringComparison.Ordinal));
    }

    private static bool EndsSoon(ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.Deadline => operation.Numbers[1] < 1_000_000_000,
        ScriptVerb.WriteMsr => operation.Numbers[1] == 0x838 && operation.Numbers[2] is > 0 and < 0x8000_0000,
        ScriptVerb.WritePage => operation.Numbers[1] == 0x380 && operation.Numbers[2] is > 0 and < 0x8000_0000,
        ScriptVerb.HostWriteMsr => operation.Numbers[1] == 0x838,
        ScriptVerb.HostWritePage => operation.Numbers[1] == 0x380,
        _ => false,
    };
}
