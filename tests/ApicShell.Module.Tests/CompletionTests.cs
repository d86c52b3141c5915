using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What Tab gives.</summary>
public sealed class CompletionTests : ModuleTest
{
    [Theory]
    [InlineData("Read-ApicMsr ")]
    [InlineData("Read-ApicMsr -Register ")]
    [InlineData("Write-ApicMsr -Register ")]
    [InlineData("Get-ApicRegister -Register ")]
    [InlineData("Compare-ApicModel -Register ")]
    public void Every_register_with_an_MSR_is_offered(string line)
    {
        string[] names = [.. Complete(line).Select(match => match.CompletionText)];

        Assert.Equal(Registers(), names.Order());
        Assert.Contains("ApicBase", names);
        Assert.Contains("TscDeadline", names);
    }

    [Theory]
    [InlineData("Read-ApicMmio ")]
    [InlineData("Read-ApicMmio -Register ")]
    [InlineData("Read-ApicMmio -Offset ")]
    [InlineData("Write-ApicMmio -Register ")]
    public void The_page_has_neither_APIC_BASE_nor_TSC_DEADLINE(string line) => Assert.Equal(
        Registers().Except(["ApicBase", "TscDeadline"]),
        Complete(line).Select(match => match.CompletionText).Order());

    [Theory]
    [InlineData("Read-ApicMsr lvtl", "LvtLint0 LvtLint1")]
    [InlineData("Read-ApicMsr 'LvtL", "LvtLint0 LvtLint1")]
    [InlineData("Write-ApicMmio -Register timer", "TimerInitial TimerCurrent TimerDivide")]
    [InlineData("Read-ApicMsr Tpr, Ld", "Ldr")]
    [InlineData("Read-ApicMsr $v -Register Ld", "Ldr")]
    [InlineData("Read-ApicMsr -Target $v Ld", "Ldr")]
    [InlineData("Get-ApicRegister -Model Amd -Register Ext", "ExtFeature ExtControl ExtLvt0 ExtLvt1 ExtLvt2 ExtLvt3")]
    [InlineData("Read-ApicMmio Apic", "")]
    public void What_was_typed_narrows_the_registers(string line, string expected)
    {
        Run("New-ApicMachine | Out-Null; $v = Get-ApicVcpu");

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Complete(line).Select(match => match.CompletionText));
    }

    [Theory]
    [InlineData("Tpr", "0x080", "0x808")]
    [InlineData("LvtTimer", "0x320", "0x832")]
    [InlineData("ApicBase", "", "0x01B")]
    [InlineData("TscDeadline", "", "0x6E0")]
    public void The_tip_of_a_register_has_its_meaning_and_its_places(string register, string offset, string msr)
    {
        string tip = Assert.Single(Complete($"Read-ApicMsr {register}")).ToolTip;

        Assert.Contains(msr, tip, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(offset, tip, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(' ', tip);
    }

    [Theory]
    [InlineData("Get-ApicMachine ", "'it''s two' one.a")]
    [InlineData("Get-ApicTrace ", "'it''s two' one.a")]
    [InlineData("Get-ApicVcpu -Machine ", "'it''s two' one.a")]
    [InlineData("Send-ApicInterrupt -Machine ", "'it''s two' one.a")]
    [InlineData("Remove-ApicMachine ", "'it''s two' one.a")]
    [InlineData("Remove-ApicMachine ONE", "one.a")]
    [InlineData("Compare-ApicTrace -Machine ", "'it''s two' one.a")]
    [InlineData("New-ApicVcpu -Machine 'i", "'it''s two'")]
    [InlineData("Step-ApicClock 5 -Machine o", "one.a")]
    [InlineData("Checkpoint-ApicMachine o", "one.a")]
    [InlineData("Restore-ApicMachine -Machine o", "one.a")]
    [InlineData("Export-ApicTrace a.txt -Machine o", "one.a")]
    [InlineData("Clear-ApicTrace -Machine \"i", "'it''s two'")]
    public void Machines_are_offered_by_name_and_quoted_where_they_have_to_be(string line, string expected)
    {
        Run("New-ApicMachine -Name one.a | Out-Null; New-ApicMachine -Name \"it's two\" | Out-Null");

        Assert.Equal(expected, string.Join(' ', Complete(line).Select(match => match.CompletionText).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a;b")]
    [InlineData("$a")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("@a")]
    [InlineData("a`b")]
    [InlineData("it's")]
    [InlineData("2")]
    public void The_name_that_is_offered_means_the_machine(string name)
    {
        Run("New-ApicMachine -Name $args[0] | Out-Null", name);
        string offered = Assert.Single(Complete("Get-ApicVcpu -Machine ")).CompletionText;

        Assert.Equal([name], Texts($"(Get-ApicVcpu -Machine {offered}).Machine"));
    }

    [Theory]
    [InlineData("a*")]
    [InlineData("[x]")]
    public void A_name_with_wildcards_is_offered_so_that_it_means_one_machine(string name)
    {
        Run("New-ApicMachine -Name ab | Out-Null; New-ApicMachine -Name x | Out-Null; New-ApicMachine -Name $args[0] | Out-Null", name);
        string offered = Assert.Single(Complete("Get-ApicMachine "), match => match.ListItemText == name).CompletionText;

        Assert.Equal([name], Texts($"Get-ApicMachine {offered}"));
    }

    [Fact]
    public void The_tip_of_a_machine_says_what_it_is()
    {
        Run("New-ApicMachine 4 -Platform SevSnp -Name a | Out-Null");

        string tip = Assert.Single(Complete("Get-ApicMachine ")).ToolTip;

        Assert.Contains("4 vCPUs", tip, StringComparison.Ordinal);
        Assert.Contains("Kvm", tip, StringComparison.Ordinal);
        Assert.Contains("SevSnp", tip, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_are_offered_by_id_with_their_sentence()
    {
        IReadOnlyList<CompletionResult> matches = Complete("Get-ApicRule BaseExtd");

        CompletionResult match = Assert.Single(matches);
        Assert.Equal("BaseExtdNeedsAe", match.CompletionText);
        Assert.Contains("EXTD=1 needs AE=1", match.ToolTip, StringComparison.Ordinal);
        Assert.Equal(Texts("(Get-ApicRule).Id"), Complete("Get-ApicRule ").Select(one => one.CompletionText));
    }

    [Theory]
    [InlineData("Set-ApicBase -Mode ", "Disabled Invalid X2Apic XApic")]
    [InlineData("New-ApicMachine -Model ", "Amd Intel Kvm")]
    [InlineData("New-ApicMachine -Platform ", "Native SevSnp")]
    [InlineData("Compare-ApicModel ", "Amd Intel Kvm")]
    [InlineData("Compare-ApicTrace -Model Kvm, ", "Amd Intel Kvm")]
    [InlineData("Compare-ApicTrace -ResetMode ", "Disabled Invalid X2Apic XApic")]
    [InlineData("Get-ApicCpuid -Leaf ", "0x1 0x80000008 0x8000001E 0x8000001F 0xB")]
    [InlineData("New-ApicMachine -ApicScope ", "PerVmpl Shared")]
    [InlineData("Read-ApicMsr Tpr -Origin ", "Guest Host Svsm")]
    [InlineData("Get-ApicTransition -Origin ", "Guest Host")]
    [InlineData("Read-ApicMmio Tpr -Size ", "1 2 4 8")]
    [InlineData("Enable-ApicAlternateInjection -VcHandler ", "Edk2 Linux Proposal Split Translate Whole")]
    [InlineData("Enable-ApicAlternateInjection -TimerSupport ", "HvTimer None Svsm")]
    [InlineData("Enable-ApicAlternateInjection -SvsmBehavior N", "NmiReplacesEvent NmiSentAsFixed None")]
    [InlineData("New-ApicMachine -HypervisorFeature S", "SevEsPageStateChange Snp")]
    [InlineData("Set-ApicVcpu -Vmpl ", "0 2")]
    [InlineData("Send-ApicIpi -Mode ", "ExtInt Fixed Init LowestPriority Nmi RemoteRead Smi Startup")]
    [InlineData("Send-ApicInterrupt -Mode ", "ExtInt Fixed Init LowestPriority Nmi RemoteRead Smi Startup")]
    [InlineData("Send-ApicIpi -Shorthand ", "All AllButSelf Self")]
    [InlineData("Send-ApicInterrupt -Pin ", "0 1")]
    [InlineData("Send-ApicInterrupt -LvtEntry LvtL", "LvtLint0 LvtLint1")]
    [InlineData("New-ApicMachine -DisableQuirk ", "EoiBroadcastSuppression LapicMmioHole LastVcpuUnmapped Lint0Reenabled X2Apic32BitIds X2ApicBroadcast")]
    [InlineData("New-ApicVcpu -EnableQuirk La", "LapicMmioHole LastVcpuUnmapped")]
    [InlineData("Export-ApicTrace a.txt -Format ", "KvmApic")]
    [InlineData("Get-ApicTrace -Kind T", "Taken TimerExpired")]
    [InlineData("Compare-ApicDesign -Condition R", "Reboot Reset")]
    [InlineData("Compare-ApicDesign -SvsmTimer ", "HvTimer None Svsm")]
    [InlineData("New-ApicDesign x -ResetBy ", "Host Kvm Nobody")]
    [InlineData("New-ApicBoot x -Library ", "Linux Ovmf X2Apic XApic")]
    [InlineData("Invoke-ApicReplay -Guest ", "OvmfLibrary Recorded")]
    [InlineData("Import-ApicTrace -Kind ", "BaseRead BaseWrite Interrupt RegisterRead RegisterWrite")]
    public void Values_of_an_enumeration_are_offered(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Complete(line).Select(match => match.CompletionText).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("Invoke-ApicSvsmCall -Protocol ", "Apic Attestation Core UefiMm VirtualTpm")]
    [InlineData("Invoke-ApicSvsmCall -Call ", "Configure ConfigureVector QueryFeatures ReadPage ReadRegister WritePage WriteRegister")]
    [InlineData("Invoke-ApicSvsmCall -Call q", "QueryFeatures")]
    [InlineData("Invoke-ApicSvsmCall -Protocol Core -Call ", "QueryProtocol")]
    [InlineData("Invoke-ApicSvsmCall -Protocol 0 -Call ", "QueryProtocol")]
    [InlineData("Invoke-ApicSvsmCall -Protocol 4 -Call ", "")]
    [InlineData("Invoke-ApicSvsmCall -Protocol nope -Call ", "")]
    [InlineData("Invoke-ApicSvsmCall -Call ReadRegister -Register Ld", "Ldr")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode ", "ApCreation ApicIdList ConfigureInjection DisableAlternateInjection Doorbell Features HvIpi HvTimer MmioRead MmioWrite Msr RunVmpl SecureAvic SpecificEoi Terminate UnsupportedEvent")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode hv", "HvIpi HvTimer")]
    [InlineData("Invoke-ApicGhcbExit -MsrProtocol ", "Features Register RunVmpl SevInfo Terminate")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode Features -Vmpl ", "0 2")]
    public void Numbers_of_a_protocol_are_offered_by_name(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Complete(line).Select(match => match.CompletionText).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("Invoke-ApicSvsmCall -Call ReadR", "MSR", "0x2")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode Door", "page", "0x80000014")]
    public void The_tip_of_a_protocols_number_has_its_meaning_and_itself(string line, string meaning, string number)
    {
        string tip = Assert.Single(Complete(line)).ToolTip;

        Assert.Contains(meaning, tip, StringComparison.Ordinal);
        Assert.Contains(number, tip, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_parameter_whose_values_can_be_listed_offers_them()
    {
        Run("New-ApicMachine -Name m | Out-Null");
        var discoverable = (
            from cmdlet in Cmdlets()
            from parameter in cmdlet.Parameters.Values
            where !Cmdlet.CommonParameters.Contains(parameter.Name) && IsDiscoverable(cmdlet, parameter)
            select (Line: $"{cmdlet.Name} -{parameter.Name} ", parameter)).ToArray();

        // Registers alone are in five commands.
        Assert.True(discoverable.Length > 25, $"Only {discoverable.Length} parameters were found.");
        Assert.All(discoverable, item => Assert.NotEmpty(Complete(item.Line)));
    }

    [Theory]
    [InlineData("Get-ApicBoot ", "LinuxX2Apic LinuxXApic OvmfLarge OvmfSmall Own")]
    [InlineData("Invoke-ApicBoot o", "OvmfLarge OvmfSmall Own")]
    [InlineData("New-ApicBoot x -After Linux", "LinuxX2Apic LinuxXApic")]
    [InlineData("Compare-ApicDesign -Boot OvmfS", "OvmfSmall")]
    [InlineData("Get-ApicDesign ", "'C+AP' 'of my own' A B C D E F G H I J K None")]
    [InlineData("Compare-ApicDesign ", "'C+AP' 'of my own' A B C D E F G H I J K None")]
    [InlineData("New-ApicDesign x -From of", "'of my own'")]
    [InlineData("Get-ApicWorld M", "'my lab' Mail Mainline")]
    [InlineData("Compare-ApicDesign -World M", "'my lab' Mail Mainline")]
    [InlineData("Find-ApicDivergence A -World my", "'my lab'")]
    [InlineData("Invoke-ApicBoot OvmfSmall -Design A -World Sp", "Specification")]
    [InlineData("Find-ApicRemedy T", "Today")]
    [InlineData("New-ApicWorld x -From E", "Edk2")]
    [InlineData("New-ApicWorld x -Svsm ", "'a branch' Coconut Coconut2025 OpenHcl Specification")]
    [InlineData("New-ApicWorld x -Edk2 ", "Mail Pr11033 Upstream")]
    [InlineData("New-ApicWorld x -Kvm ", "HyperV Mainline Planes SharedApic")]
    [InlineData("New-ApicWorld x -Guest ", "Linux LinuxSvsm Mail UnderParavisor")]
    [InlineData("Get-ApicPartyVersion -Party Qemu ", "HyperV Mail Planes Upstream")]
    [InlineData("New-ApicPartyVersion Svsm x -From C", "Coconut Coconut2025")]
    [InlineData("Get-ApicChange Svsm", "SvsmAllowsVectors SvsmApicForAps SvsmAsksForMode SvsmOwn SvsmServesXApic SvsmSetsUp SvsmSetsVgif SvsmTimer")]
    [InlineData("Find-ApicRemedy -Change Amd", "AmdDrawsArrow")]
    [InlineData("Find-ApicRemedy -ExcludeChange SvsmO", "SvsmOwn")]
    [InlineData("New-ApicDesign x -Change Qemu", "QemuPresets")]
    [InlineData("Find-ApicRemedy -Refuse K", "Kvm")]
    [InlineData("Invoke-ApicBoot OvmfSmall -Design C", "'C+AP' C")]
    [InlineData("Invoke-ApicBoot OvmfSmall ", "DXE PEI SEC")]
    [InlineData("Invoke-ApicBoot -Boot Own -Phase ", "Odd")]
    [InlineData("Invoke-ApicBoot -Phase ", "AP DXE Device IPI Kernel Odd PEI SEC Timer")]
    public void What_has_a_name_is_offered_with_that_of_the_session_too(string line, string expected)
    {
        Run("$null = New-ApicBoot Own @{ Odd = 'read Id' }; $null = New-ApicDesign 'of my own'; $null = New-ApicWorld 'my lab'; $null = New-ApicPartyVersion Svsm 'a branch'; $null = New-ApicChange SvsmOwn Svsm @{ SvsmApic = 'EveryVcpu' }");

        Assert.Equal(expected, string.Join(' ', Complete(line).Select(match => match.CompletionText).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Get-ApicDesign E", "its own APIC")]
    [InlineData("Get-ApicWorld Mail", "takes for granted")]
    [InlineData("Get-ApicChange SecS", "x2APIC mode in SEC")]
    [InlineData("New-ApicWorld x -Kvm Mainl", "upstream")]
    [InlineData("Get-ApicBoot OvmfLarge", "255")]
    [InlineData("Invoke-ApicBoot -Phase SEC", "OvmfSmall, OvmfLarge")]
    public void The_tip_of_a_boot_a_design_or_a_phase_says_what_it_is(string line, string tip) =>
        Assert.Contains(tip, Assert.Single(Complete(line)).ToolTip, StringComparison.Ordinal);

    [Theory]
    [InlineData("Get-ApicDesign zzz")]
    [InlineData("Get-ApicBoot zzz")]
    [InlineData("Get-ApicMachine zzz")]
    [InlineData("Read-ApicMsr zzz")]
    [InlineData("Get-ApicRule zzz")]
    public void What_nothing_starts_with_offers_nothing(string line)
    {
        Run("New-ApicMachine | Out-Null");

        Assert.Empty(Complete(line));
    }

    private static bool IsDiscoverable(CmdletInfo cmdlet, ParameterMetadata parameter)
    {
        Type type = parameter.ParameterType.GetElementType() ?? parameter.ParameterType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        bool isNameOfSomethingThatIs = cmdlet.Verb != "New" && parameter.Name is "Name" or "Id";
        return type.IsEnum || type.Name is "RegisterArgument" or "ApicMachine" or "BootArgument" or "DesignArgument" || isNameOfSomethingThatIs
            || parameter.Attributes.OfType<ValidateSetAttribute>().Any();
    }

    private IReadOnlyList<string> Registers() => [.. ModuleAssembly.GetReferencedAssemblies()
        .Where(name => name.Name == "ApicShell.Core")
        .Select(name => AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.FullName == name.FullName))
        .SelectMany(core => Enum.GetNames(core.GetType("ApicShell.Architecture.ApicRegister", throwOnError: true)!))
        .Where(name => name != "None").Order()];

    // Where the module offers nothing the engine falls back on the names of files.
    private IReadOnlyList<CompletionResult> Complete(string line) =>
        [.. Session.Complete(line).CompletionMatches.Where(match => match.ResultType == CompletionResultType.ParameterValue)];
}
