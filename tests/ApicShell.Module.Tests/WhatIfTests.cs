using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests;

/// <summary>-WhatIf of every command that changes something: it says what, and changes nothing.</summary>
public sealed class WhatIfTests : ModuleTest
{
    private const string Machine = "New-ApicMachine -Name m | Out-Null";
    private const string Snp = "New-ApicMachine -Name m -Platform SevSnp | Out-Null";
    private const string Waiting =
        $"{Machine}; Write-ApicMmio Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true; $null = Send-ApicIpi 0x41 -Shorthand Self";
    private const string Events = "@(Get-ApicTrace).Count";

    // By command: what goes before, the command, what it changes, its target and its action.
    private static readonly Dictionary<string, (string Setup, string Command, string Probe, string Target, string Action)> s_changers = new()
    {
        ["Clear-ApicTrace"] = ($"{Machine}; Read-ApicMmio Tpr | Out-Null", "Clear-ApicTrace", Events, "machine m", "Clear trace"),
        ["Complete-ApicInterrupt"] = ($"{Waiting}; $null = Receive-ApicInterrupt", "Complete-ApicInterrupt", "(Get-ApicPendingInterrupt).InService.Count; " + Events,
            "vCPU m/0", "EOI: MMIO write 0x0B0 = 0x00000000"),
        ["Disable-ApicAlternateInjection"] = ($"{Snp}; Enable-ApicAlternateInjection", "Disable-ApicAlternateInjection",
            "(Get-ApicVcpu).AlternateInjection", "vCPU m/0", "Disable Alternate Injection"),
        ["Enable-ApicAlternateInjection"] = (Snp, "Enable-ApicAlternateInjection -VcHandler Proposal",
            "(Get-ApicVcpu).AlternateInjection", "vCPU m/0", "Enable Alternate Injection, #VC handler Proposal"),
        ["Export-ApicTrace"] = ($"{Machine}; Read-ApicMmio Tpr | Out-Null; $file = [IO.Path]::GetTempFileName(); [IO.File]::Delete($file)", "Export-ApicTrace $file",
            "[IO.File]::Exists($file); [IO.File]::Delete($file)", "file {file}", "Export trace as KvmApic"),
        ["Invoke-ApicGhcbExit"] = (Snp, "$null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000 -Vmpl 0",
            "(Get-ApicDoorbell).Address; " + Events, "vCPU m/0", "GHCB exit Doorbell from VMPL0, info1=0x1, info2=0x7000"),
        ["Invoke-ApicSvsmCall"] = ($"{Snp}; Enable-ApicAlternateInjection", "$null = Invoke-ApicSvsmCall -Call WriteRegister -Register Tpr -Rdx 0x20",
            "(Get-ApicSvsm).TaskPriority; " + Events, "vCPU m/0", "SVSM call Apic.WriteRegister: rax=0x300000003, rcx=0x808, rdx=0x20"),
        ["Invoke-ApicBoot"] = (Machine, "$null = Invoke-ApicBoot OvmfSmall SEC, PEI", Events, "machine m", "Boot OvmfSmall: SEC, PEI"),
        ["New-ApicBoot"] = ("", "$null = New-ApicBoot Mine ([ordered]@{ SEC = 'read Id'; PEI = 'read Id' })", "(Get-ApicBoot).Name", "boot Mine", "Make of SEC, PEI"),
        ["New-ApicDesign"] = ("", "$null = New-ApicDesign Mine -From A", "(Get-ApicDesign).Name", "design Mine", "Make from A"),
        ["New-ApicWorld"] = ("", "$null = New-ApicWorld Mine -From Mail", "(Get-ApicWorld).Name", "world Mine", "Make from Mail"),
        ["New-ApicPartyVersion"] = ("", "$null = New-ApicPartyVersion Svsm Mine -From Coconut", "(Get-ApicPartyVersion).Name", "version Mine of Svsm", "Make from Coconut"),
        ["New-ApicChange"] = ("", "$null = New-ApicChange Mine Svsm @{ SvsmApic = 'EveryVcpu' }", "(Get-ApicChange).Name", "change Mine", "Make"),
        ["Invoke-ApicReplay"] = (Machine, "Import-ApicTrace -Text 'apic_mem_writel 0x80 = 0x20' | Invoke-ApicReplay",
            Events, "vCPU m/0", "Replay as Recorded"),
        ["New-ApicMachine"] = ("", "New-ApicMachine 3 -Name x", "@(Get-ApicMachine).Count", "x: 3 vCPUs, model Kvm, platform Native", "Make machine"),
        ["New-ApicVcpu"] = (Machine, "New-ApicVcpu 2 -Machine m", "(Get-ApicMachine m).VcpuCount", "machine m", "Add 2 vCPUs"),
        ["Receive-ApicInterrupt"] = (Waiting, "$null = Receive-ApicInterrupt", "(Get-ApicPendingInterrupt).InService.Ranges; " + Events,
            "vCPU m/0", "Take the next interrupt"),
        ["Remove-ApicMachine"] = (Machine, "Remove-ApicMachine", "@(Get-ApicMachine).Count", "machine m", "Remove"),
        ["Restore-ApicMachine"] = ($"{Machine}; $c = Checkpoint-ApicMachine; Set-ApicBase -Mode X2Apic", "Restore-ApicMachine $c",
            "(Get-ApicBase).Mode; " + Events, "machine m", "Restore checkpoint m#1 at 0 ns"),
        ["Step-ApicClock"] = (Machine, "$null = Step-ApicClock 500", "(Get-ApicMachine).Clock; " + Events, "machine m", "Step clock by 500 ns"),
        ["Reset-ApicVcpu"] = ($"{Machine}; Set-ApicBase -Mode X2Apic", "Reset-ApicVcpu", "(Get-ApicBase).Mode", "vCPU m/0", "RESET"),
        ["Send-ApicInterrupt"] = ($"{Machine}; Write-ApicMmio Svr 0x1FF", "$null = Send-ApicInterrupt -Address 0xFEE00000 -Data 0x41",
            "(Get-ApicPendingInterrupt).Requested.Ranges; " + Events, "machine m", "MSI 0xFEE00000 = 0x41"),
        ["Send-ApicIpi"] = ($"{Machine}; Write-ApicMmio Svr 0x1FF", "$null = Send-ApicIpi 0x41 -Destination 0",
            "(Get-ApicPendingInterrupt).Requested.Ranges; " + Events, "vCPU m/0", "IPI Fixed 0x41 to APIC 0x00"),
        ["Set-ApicVcpu"] = (Machine, "Set-ApicVcpu -InterruptsEnabled $true -Cr8 5", "(Get-ApicVcpu).InterruptsEnabled; (Get-ApicVcpu).Cr8",
            "vCPU m/0", "Interrupts on, CR8 = 5"),
        ["Set-ApicBase"] = (Machine, "Set-ApicBase -Mode X2Apic", "(Get-ApicBase).Mode; " + Events, "vCPU m/0", "WRMSR 0x01B = 0xFEE00D00 (XApic to X2Apic)"),
        ["Write-ApicMmio"] = (Machine, "Write-ApicMmio Tpr 0x20", "(Get-ApicRegister Tpr).Value; " + Events, "vCPU m/0", "MMIO write 0x080 = 0x00000020"),
        ["Write-ApicMsr"] = ($"{Machine}; Set-ApicBase -Mode X2Apic", "Write-ApicMsr Tpr 0x20",
            "(Get-ApicRegister Tpr).Value; " + Events, "vCPU m/0", "WRMSR 0x808 = 0x00000020"),
    };

    public static TheoryData<string> Changers => [.. s_changers.Keys];

    [Theory]
    [MemberData(nameof(Changers))]
    public void WhatIf_names_target_and_action_and_changes_nothing(string name)
    {
        (string setup, string command, string probe, string target, string action) = s_changers[name];
        Run(setup);
        IReadOnlyList<string> before = Texts(probe);

        Engine.EngineResult result = Run($"{command} -WhatIf");

        Assert.Empty(result.Output);
        Assert.Equal($"What if: Performing the operation \"{action}\" on target \"{target.Replace("{file}", Texts("$file")[0], StringComparison.Ordinal)}\".\n", result.HostText);
        Assert.Equal(before, Texts(probe));
    }

    [Theory]
    [MemberData(nameof(Changers))]
    public void Without_WhatIf_the_change_is_made_and_nothing_is_said(string name)
    {
        (string setup, string command, string probe, _, _) = s_changers[name];
        Run(setup);
        IReadOnlyList<string> before = Texts(probe);

        Engine.EngineResult result = Run(command);

        Assert.Empty(result.HostText);
        Assert.NotEqual(before, Texts(probe));
    }

    [Fact]
    public void Every_command_with_WhatIf_has_a_case() => Assert.Equal(
        s_changers.Keys.Order(),
        Cmdlets().Where(cmdlet => cmdlet.Parameters.ContainsKey("WhatIf")).Select(cmdlet => cmdlet.Name).Order());

    [Fact]
    public void Every_command_whose_verb_changes_something_has_WhatIf()
    {
        // A read is an access as well, but what it changes is what it is for; what runs a script block leaves it to the commands in there.
        string[] harmless = ["Get", "Test", "Import", "Read", "Compare", "Checkpoint", "Find", "Merge", "Trace"];
        string[] onMachinesOfTheirOwn = ["Invoke-ApicCampaign", "Invoke-ApicScript"];

        Assert.All(
            Cmdlets().Where(cmdlet => !harmless.Contains(cmdlet.Verb) && !onMachinesOfTheirOwn.Contains(cmdlet.Name)),
            cmdlet => Assert.True(cmdlet.Parameters.ContainsKey("WhatIf"), cmdlet.Name));
    }

    [Fact]
    public void WhatIf_without_a_machine_of_the_wrong_kind_is_the_error_that_the_command_would_give() => Assert.StartsWith(
        "NotSevSnp,",
        Session.Run($"{Machine}; Enable-ApicAlternateInjection -WhatIf").SingleError.FullyQualifiedErrorId,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Invoke-ApicBoot OvmfSmall DXE -Design A -WhatIf", "What if: Performing the operation \"Boot OvmfSmall: DXE\" on target \"a new machine: 2 vCPUs, design A\".\n")]
    [InlineData("Invoke-ApicBoot LinuxX2Apic Timer -WithPrevious -WhatIf", "What if: Performing the operation \"Boot OvmfSmall: SEC, PEI, DXE; LinuxX2Apic: Timer\" on target \"machine m\".\n")]
    [InlineData("New-ApicPartyVersion Kvm Mine -WhatIf", "What if: Performing the operation \"Make\" on target \"version Mine of Kvm\".\n")]
    [InlineData("New-ApicVcpu 2 -WhatIf", "What if: Performing the operation \"Make machine\" on target \"a new machine: 2 vCPUs, model Kvm, platform Native\".\n")]
    [InlineData("Reset-ApicVcpu -Init -WhatIf", "What if: Performing the operation \"INIT\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -Nmi -WhatIf", "What if: Performing the operation \"NMI\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -Init -WhatIf", "What if: Performing the operation \"INIT\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -Startup -Vector 9 -WhatIf", "What if: Performing the operation \"Start-up 0x09\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -Pin 0 -Asserted $true -WhatIf", "What if: Performing the operation \"LINT0 up\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -LvtEntry LvtTimer -WhatIf", "What if: Performing the operation \"Interrupt of LvtTimer\" on target \"vCPU m/0\".\n")]
    [InlineData("Send-ApicInterrupt -Destination 0 -Mode Nmi -WhatIf", "What if: Performing the operation \"Message Nmi to APIC 0x00\" on target \"machine m\".\n")]
    [InlineData("Send-ApicIpi 0x41 -SelfIpi -WhatIf", "What if: Performing the operation \"IPI Fixed 0x41 to self (SELF_IPI)\" on target \"vCPU m/0\".\n")]
    [InlineData("Set-ApicVcpu -Paused $true -WhatIf", "What if: Performing the operation \"Pause\" on target \"vCPU m/0\".\n")]
    [InlineData("Set-ApicBase -Extended -WhatIf", "What if: Performing the operation \"WRMSR 0x01B = 0xFEE00D00 (XApic to X2Apic)\" on target \"vCPU m/0\".\n")]
    public void Other_forms_name_theirs(string command, string expected)
    {
        Run(Machine);

        Assert.Equal(expected, Run(command).HostText);
        Assert.Equal(["1", "XApic", "0"], Texts("@(Get-ApicMachine).Count; (Get-ApicBase).Mode; " + Events));
    }

    [Fact]
    public void Each_of_several_targets_is_named()
    {
        Run("New-ApicMachine 2 -Name m | Out-Null");

        string[] lines = Run("Get-ApicVcpu | Write-ApicMmio Tpr, LvtTimer 0x20 -WhatIf").HostText.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4, lines.Length);
        Assert.Equal(2, lines.Count(line => line.Contains("\"vCPU m/1\"", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.Contains("\"MMIO write 0x320 = 0x00000020\"", StringComparison.Ordinal)));
    }
}
