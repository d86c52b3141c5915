using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The script of a way does what the search did: same accesses with same answers, same faults, same machine in the end.</summary>
[Trait("Speed", "Slow")]
public sealed class DivergenceScriptTests : ModuleTest
{
    private const string Native = "-Platform Native";

    // Gives a line for each way whose script differs, and the number of ways.
    private const string Compare = """
        function Describe($machine) {
            foreach ($vcpu in $machine.Vcpu) {
                foreach ($one in Get-ApicRegister $vcpu -ErrorAction Ignore) { "$($vcpu.Index) $($one.Register) $($one.Value)" }
                $next = Get-ApicPendingInterrupt $vcpu -ErrorAction Ignore
                "$($next.NextKind) $($next.Next) $($next.HeldBackBy) $($next.Requested.Ranges) $($next.Waiting.Ranges) $($next.InService.Ranges) $($next.PendingNmi) $($next.TaskPriority) $($next.InterruptsEnabled)"
                if ($machine.Platform -eq 'SevSnp') {
                    $svsm = Get-ApicSvsm $vcpu; $on = Get-ApicAlternateInjection $vcpu; $vmsa = Get-ApicVmsa $vcpu | Where-Object Vmpl -EQ 2
                    "$($svsm.Requested.Ranges) | $($svsm.Posted.Ranges) | $($svsm.InService) | $($svsm.Allowed.Ranges) | $($svsm.TaskPriority) $($svsm.Registrations) $($svsm.PostedNmi) $($svsm.PendingNmi) $($svsm.Timer)"
                    "$($on.Enabled) $($on.VcHandler) $($on.AtVmpl) $($vmsa.EventInj) $($vmsa.VintrCtrl) $($vmsa.InterruptsEnabled) $(Get-ApicDoorbell $vcpu | ForEach-Object { $_.Vector, $_.Nmi })"
                }
            }
            "$($machine.Clock)"
        }

        # A device's interrupt goes straight to the vCPU in a search, and by its destination at the prompt.
        function Events($trace) { $trace | Where-Object Kind -notin 'DirectMessage', 'Sent' | ForEach-Object { $_.Description } }

        function Compare-Way($found) {
            $global:Error.Clear()
            $null = . ([scriptblock]::Create($found.Script)) 2>$null 3>$null
            $ids = @($global:Error[$global:Error.Count..0] | Where-Object { $_ } | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] })
            $faults = @(foreach ($one in $found.Trace.Access) {
                if ($one.Outcome -eq 'Fault') { "GuestFault.$($one.Fault)" } elseif ($one.Outcome -eq 'Rejected') { 'HostRefused' }
            })
            # Those of a boot that runs before come first.
            $ids = @(if ($faults) { $ids[-$faults.Count..-1] } elseif (-not $found.After) { $ids })
            $then = @(Events $found.Trace)
            $now = @(Events (Get-ApicTrace $m))
            $now = @(if ($then.Count) { $now[-$then.Count..-1] })
            if ("$ids" -ne "$faults") { "$found, $($found.Step -join '; '): '$ids' and not '$faults'" }
            elseif (($now -join "`n") -ne ($then -join "`n")) { "$found, $($found.Step -join '; '): other events" }
            elseif (((Describe $m) -join "`n") -ne ((Describe $found.Trace[0].Machine) -join "`n")) { "$found, $($found.Step -join '; '): another machine" }
            elseif ($found.Script -notlike "*# Property $($found.Property) is broken: *") { "$found`: no ending" }
            Remove-ApicMachine $m
        }
        """;

    public static TheoryData<string, string, int> Searches()
    {
        var searches = new TheoryData<string, string, int>();
        foreach (string place in new[] { "-ApicScope Shared", "-ApicScope PerVmpl", Native })
        {
            foreach (string alphabet in new[] { "Firmware", "Interrupts", "Modes", "Full" })
            {
                searches.Add(place, alphabet, 1);
                searches.Add(place, alphabet, 2);
            }
        }

        return searches;
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void A_script_of_any_design_ends_as_the_search_did(string place, string alphabet, int vcpus)
    {
        string depth = alphabet == "Full" || vcpus > 1 ? "2" : "4";

        IReadOnlyList<string> lines = Texts($$"""
            {{Compare}}
            $count = 0
            $designs = '*'
            foreach ($property in 'All', 'InterruptsOnce', 'Priority', 'ModeSteps', 'ViewsAgree') {
                $ways = @(Find-ApicDivergence $designs -Alphabet {{alphabet}} {{place}} -VcpuCount {{vcpus}} -Property $property -MaxDepth {{depth}} |
                    Where-Object Found)
                foreach ($found in $ways) { $count++; Compare-Way $found }
                if ($property -eq 'All') {
                    # A design that breaks none of all has no way to break one of them.
                    $designs = $ways.Design
                    if (-not $designs) { break }
                }
            }
            "$($count -gt 0)"
            """);

        string[] wrong = [.. lines.SkipLast(1)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Equal(place != Native || alphabet is "Modes" or "Full", lines[^1] == "True");
    }

    [Theory]
    [InlineData("None -World Edk2 -Property InterruptsOnce")]
    [InlineData("None -World Edk2 -Property InterruptsOnce -ApicScope PerVmpl -VcpuCount 2 -ExcludeStep 'v1:*'")]
    [InlineData("None -After SEC")]
    [InlineData("None -After PEI -VcpuCount 2")]
    [InlineData("C -Boot OvmfSmall -VcpuCount 2 -Alphabet Full")]
    [InlineData("K -Boot LinuxXApic -Alphabet Full")]
    [InlineData("D -Boot LinuxX2Apic -Library Linux -Alphabet Modes")]
    [InlineData("F -ApicScope PerVmpl")]
    [InlineData("None -SvsmTimer Svsm -Alphabet Access")]
    [InlineData("A -Library XApic")]
    [InlineData("A -Alphabet @() -Step 'wrmsr 0x83F 0x31', 'rdmsr 0x8FF' -Property Answered")]
    public void A_script_ends_as_the_search_did(string search)
    {
        IReadOnlyList<string> lines = Texts($"{Compare}; $found = Find-ApicDivergence {search} -MaxDepth 7 -WarningAction Ignore; \"$($found.Found)\"; Compare-Way $found");

        Assert.Equal(["True"], lines);
    }
}
