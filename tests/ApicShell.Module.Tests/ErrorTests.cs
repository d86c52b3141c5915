using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The errors: ids are an interface, and a message tells what is wrong and what would be right.</summary>
public sealed class ErrorTests : ModuleTest
{
    /// <summary>Gets the cases by place, because xunit shows what a parameter is, and a place and a command are enough.</summary>
    public static TheoryData<int, string> Cases
    {
        get
        {
            TheoryData<int, string> data = [];
            for (int i = 0; i < ErrorCase.All.Count; i++)
            {
                data.Add(i, $"{ErrorCase.All[i].Id}: {ErrorCase.All[i].Command}");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_has_its_id_category_and_target_and_names_what_is_wrong(int index, string shown)
    {
        using TemporaryFolder folder = new();
        ErrorCase expected = ErrorCase.All[index];
        Run(Filled(expected.Setup, folder));

        EngineResult result = Session.Run($"{Filled(expected.Command, folder)}; 'went on'");

        ErrorRecord error = result.SingleError;
        Assert.Equal(expected.Id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Matches("^ApicShell\\.Commands\\.[A-Za-z]+Command$", error.FullyQualifiedErrorId.Split(',')[1]);
        Assert.Equal(expected.Category, error.CategoryInfo.Category);
        Assert.Equal(expected.Target, Bare(error.TargetObject)?.GetType().FullName);
        Assert.All(expected.Says, part => Assert.Contains(Filled(part, folder), error.Exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Exception.Message);

        // A result that is missing is all that an error costs: the script goes on, and so does the session.
        Assert.False(result.Terminated, shown);
        Assert.Equal("went on", result.Output[^1].BaseObject);
        Assert.Equal(0UL, Run("New-ApicMachine -Name after | Out-Null; Read-ApicMmio Tpr -Raw").One<ulong>());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_can_be_caught_by_its_id(int index, string shown)
    {
        using TemporaryFolder folder = new();
        ErrorCase expected = ErrorCase.All[index];
        Run(Filled(expected.Setup, folder));

        Run("$ErrorActionPreference = 'Stop'");
        string caught = Assert.Single(Texts($"try {{ $null = $({Filled(expected.Command, folder)}); '-' }} catch {{ $_.FullyQualifiedErrorId }}"));

        Assert.True(caught.StartsWith(expected.Id + ",", StringComparison.Ordinal), $"{shown} gave {caught}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_ends_a_command_only_where_the_help_says_so(int index, string shown)
    {
        using TemporaryFolder folder = new();
        ErrorCase expected = ErrorCase.All[index];
        Run(Filled(expected.Setup, folder));

        EngineResult result = Session.Run($"try {{ {Filled(expected.Command, folder)}; 'went on' }} catch {{ 'caught' }}");

        Assert.True(expected.Terminates == (result.Output[^1].BaseObject is "caught"), shown);
    }

    [Fact]
    public void Every_id_has_a_case()
    {
        string[] ids = Ids(ModuleAssembly);
        HashSet<string> tested = [.. ErrorCase.All.Select(error => error.Id.Split('.')[0]), .. ErrorCase.OfKernel];

        Assert.NotEmpty(ids);
        Assert.Empty(ids.Except(tested));
        Assert.Empty(tested.Except(ids));
    }

    [Fact]
    public void An_id_is_spelled_as_the_name_of_its_constant() => Assert.All(
        ModuleAssembly.GetType("ApicShell.Errors.ErrorIds", throwOnError: true)!.GetFields(),
        field => Assert.Equal(field.Name, field.GetRawConstantValue()));

    [Theory]
    [InlineData("Read-ApicMsr Tpr")]
    [InlineData("Write-ApicMsr Tpr 1")]
    [InlineData("Read-ApicMmio Tpr")]
    [InlineData("Write-ApicMmio Tpr 1")]
    [InlineData("Get-ApicBase")]
    [InlineData("Set-ApicBase -Mode X2Apic")]
    [InlineData("Test-ApicBase -Mode X2Apic")]
    [InlineData("Get-ApicRegister")]
    [InlineData("Get-ApicVcpu")]
    [InlineData("Get-ApicView")]
    [InlineData("Get-ApicCpuid")]
    [InlineData("Get-ApicTrace")]
    [InlineData("Clear-ApicTrace")]
    [InlineData("Export-ApicTrace ./nothing.txt")]
    [InlineData("Checkpoint-ApicMachine")]
    [InlineData("Step-ApicClock 1")]
    [InlineData("Invoke-ApicBoot OvmfSmall")]
    [InlineData("Remove-ApicMachine")]
    [InlineData("Reset-ApicVcpu")]
    [InlineData("Set-ApicVcpu -Cr8 3")]
    [InlineData("Send-ApicIpi 0x41 -Shorthand Self")]
    [InlineData("Send-ApicInterrupt -Nmi")]
    [InlineData("Send-ApicInterrupt -Destination 0 -Vector 0x41")]
    [InlineData("Receive-ApicInterrupt")]
    [InlineData("Complete-ApicInterrupt")]
    [InlineData("Get-ApicPendingInterrupt")]
    [InlineData("Enable-ApicAlternateInjection")]
    [InlineData("Disable-ApicAlternateInjection")]
    [InlineData("Get-ApicAlternateInjection")]
    [InlineData("Get-ApicDoorbell")]
    [InlineData("Get-ApicVmsa")]
    [InlineData("Get-ApicSvsm")]
    [InlineData("Invoke-ApicSvsmCall -Call 0")]
    [InlineData("Invoke-ApicGhcbExit -ExitCode Features")]
    public void Without_a_machine_a_command_says_how_to_make_one(string command) =>
        Assert.StartsWith("NoMachine,", Session.Run(command).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Theory]
    [InlineData("Get-ApicVcpu -Machine nope")]
    [InlineData("Get-ApicTrace nope")]
    [InlineData("Clear-ApicTrace -Machine nope")]
    [InlineData("Remove-ApicMachine nope")]
    [InlineData("New-ApicVcpu -Machine nope")]
    public void A_machine_that_is_not_there_is_named_where_its_name_binds(string command)
    {
        Run(ErrorCase.Machine);

        ErrorRecord error = Session.Run(command).SingleError;

        Assert.StartsWith("ParameterArgumentTransformationError,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("There is no machine named \"nope\"", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Read-ApicMmio $v Tpr")]
    [InlineData("Read-ApicMsr $v ApicBase")]
    [InlineData("Write-ApicMmio $v Tpr 1")]
    [InlineData("Write-ApicMsr $v ApicBase 0xFEE00900")]
    [InlineData("Get-ApicBase $v")]
    [InlineData("Set-ApicBase $v -Mode X2Apic")]
    [InlineData("Test-ApicBase $v -Mode X2Apic")]
    [InlineData("Get-ApicRegister $v Tpr")]
    [InlineData("Get-ApicView $v")]
    [InlineData("Reset-ApicVcpu $v")]
    [InlineData("Set-ApicVcpu $v -Cr8 3")]
    [InlineData("$v | Send-ApicIpi 0x41 -Shorthand Self")]
    [InlineData("Send-ApicInterrupt $v -Nmi")]
    [InlineData("$v.Machine | Send-ApicInterrupt -Destination 0 -Vector 0x41")]
    [InlineData("Receive-ApicInterrupt $v")]
    [InlineData("Complete-ApicInterrupt $v")]
    [InlineData("Get-ApicPendingInterrupt $v")]
    [InlineData("Enable-ApicAlternateInjection $v")]
    [InlineData("Disable-ApicAlternateInjection $v")]
    [InlineData("Get-ApicAlternateInjection $v")]
    [InlineData("Get-ApicDoorbell $v")]
    [InlineData("Get-ApicVmsa $v")]
    [InlineData("Get-ApicSvsm $v")]
    [InlineData("Invoke-ApicSvsmCall $v -Call 0")]
    [InlineData("Invoke-ApicGhcbExit $v -ExitCode Features")]
    [InlineData("Get-ApicVcpu -Machine $v.Machine")]
    [InlineData("Get-ApicTrace $v.Machine")]
    [InlineData("Clear-ApicTrace $v.Machine")]
    [InlineData("Remove-ApicMachine $v.Machine")]
    [InlineData("New-ApicVcpu -Machine $v.Machine")]
    [InlineData("Invoke-ApicBoot OvmfSmall -Machine $v.Machine")]
    public void A_handle_of_a_machine_that_was_removed_is_refused(string command)
    {
        Run("$v = New-ApicVcpu -Name m -Platform SevSnp; Remove-ApicMachine m; New-ApicMachine -Name other | Out-Null");

        Assert.StartsWith("MachineRemoved,", Session.Run(command).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_fault_carries_the_access_with_its_rule_and_gives_no_output()
    {
        Run(ErrorCase.Machine);

        EngineResult result = Session.Run("Set-ApicBase -Value 0xFEE00500 -PassThru");

        Assert.Empty(result.Output);
        PSObject access = PSObject.AsPSObject(result.SingleError.TargetObject);
        Assert.Equal("ApicShell.ApicAccess", access.BaseObject.GetType().FullName);
        Assert.Equal("BaseExtdNeedsAe", Text(PSObject.AsPSObject(access.Properties["Rule"].Value), "Id"));
        Assert.Equal("GP", Text(access, "Fault"));
        Assert.Equal("Fault", Text(access, "Outcome"));
        Assert.Equal(0xFEE00500UL, access.Properties["Value"].Value);
        Assert.Equal(
            "WRMSR 0x01B = 0xFEE00500 on vCPU 0: #GP(0), EXTD=1 needs AE=1 (APM vol. 2, fig. 16-32; SDM vol. 3, 10.12.5.1; KVM lapic.c)",
            result.SingleError.Exception.Message);
    }

    [Theory]
    [InlineData("Set-ApicBase -Value 0xFEE00500 -Origin Host")]
    [InlineData("Set-ApicBase -Value 0xDEAD0000BEEF -Origin Host")]
    [InlineData("Read-ApicMsr Tpr -Origin Host")]
    public void A_host_is_told_once_that_it_is_refused(string command)
    {
        string message = Session.Run($"{ErrorCase.Machine}; {command}").SingleError.Exception.Message;

        Assert.Equal(2, message.Split("refused by the host API").Length);
        Assert.DoesNotContain("0: #GP", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_vCPU_and_register_reports_its_own_error()
    {
        EngineResult result = Session.Run("New-ApicMachine 2 | Out-Null; Get-ApicVcpu | Read-ApicMsr Tpr, ApicBase, Ldr");

        Assert.Equal(4, result.Errors.Count);
        Assert.Equal(2, result.Output.Count);
        Assert.All(result.Errors, error => Assert.StartsWith("GuestFault.GP,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    private static string[] Ids(Assembly assembly) => [.. assembly.GetType("ApicShell.Errors.ErrorIds", throwOnError: true)!
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string Text(PSObject item, string property) =>
        Convert.ToString(item.Properties[property].Value, CultureInfo.InvariantCulture)!;

    private static string Filled(string text, TemporaryFolder folder) => text.Replace("{folder}", folder.Path, StringComparison.Ordinal);
}
