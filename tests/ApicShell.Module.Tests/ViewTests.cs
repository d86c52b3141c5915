using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>
/// What a user sees. The views are compared with golden files; to write them anew, run these tests with APICSHELL_WRITE_GOLDEN=1 in the
/// environment, look at the difference, and run them again without.
/// </summary>
public sealed class ViewTests : ModuleTest
{
    private static readonly string s_golden = Path.Combine(BuildPaths.RepositoryRoot, "tests", "ApicShell.Module.Tests", "Golden");

    // Two tests look at each.
    private static readonly ConcurrentDictionary<string, string> s_shown = new();

    public static TheoryData<string> Types => [.. ViewCase.All.Select(view => view.Type)];

    private static string[] Views => [.. XDocument.Load(Path.Combine(BuildPaths.ModuleLayout, "ApicShell.Format.ps1xml"))
        .Descendants("TypeName").Select(name => name.Value)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_view_is_its_golden_text(string type)
    {
        ViewCase view = ViewCase.All.Single(one => one.Type == type);
        string path = Path.Combine(s_golden, view.Name + ".txt");
        string actual = Shown(view);

        if (Environment.GetEnvironmentVariable("APICSHELL_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            Assert.Fail($"'{path}' was written anew. Look at it, and run the tests again without APICSHELL_WRITE_GOLDEN.");
        }

        string expected = File.Exists(path) ? File.ReadAllText(path) : "(there is no golden file)";
        Assert.True(expected == actual, $"The view of {type} is not what {path} has.\n--- golden\n{expected}\n--- shown\n{actual}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_view_fits_into_80_columns_and_has_no_column_cut_off(string type)
    {
        ViewCase view = ViewCase.All.Single(one => one.Type == type);
        string[] lines = Shown(view).Split('\n');

        Assert.Contains(lines, line => line.Length > 0);
        Assert.DoesNotContain(lines, line => line.Contains('…', StringComparison.Ordinal));
        int[] widths = [.. lines.Select(line => line.Length)];
        if (!view.LastColumnIsText)
        {
            Assert.InRange(widths.Max(), 1, 80);
            return;
        }

        // The underlines of a table tell where its last column starts.
        Assert.All(
            lines.Where(line => line.Contains("----", StringComparison.Ordinal) && line.All(letter => letter is '-' or ' ')),
            rule => Assert.InRange(rule.TrimEnd().LastIndexOf(' ') + 1, 1, 60));
    }

    [Fact]
    public void Every_type_with_a_view_has_a_case_and_every_case_a_type_of_its_own() =>
        Assert.Equal(Views.Distinct().Order(), ViewCase.All.Select(view => view.Type).Order());

    [Fact]
    public void Every_golden_file_is_for_a_view() => Assert.Equal(
        ViewCase.All.Select(view => view.Name + ".txt").Order(),
        Directory.EnumerateFiles(s_golden).Select(path => Path.GetFileName(path)).Order());

    [Fact]
    public void Every_type_that_a_command_says_it_gives_has_a_view()
    {
        string[] types = [.. Cmdlets().SelectMany(cmdlet => cmdlet.OutputType).Select(type => type.Name).Distinct().Order()];
        string[] ours = [.. types.Where(name => name.StartsWith("ApicShell.", StringComparison.Ordinal))];

        Assert.NotEmpty(ours);
        Assert.Empty(types.Except(ours).Except(["System.Void", "System.UInt64", "System.Boolean", "System.Byte[]"]));
        Assert.Empty(ours.Except(Views));
    }

    [Fact]
    public void Every_command_says_what_it_gives() => Assert.All(Cmdlets(), cmdlet => Assert.NotEmpty(cmdlet.OutputType));

    [Theory]
    [InlineData("Read-ApicMsr Tpr")]
    [InlineData("Read-ApicMsr Tpr -Raw")]
    [InlineData("Write-ApicMsr Tpr 1 -Answer")]
    [InlineData("Write-ApicMsr Tpr 1 -PassThru")]
    [InlineData("Get-ApicBase")]
    [InlineData("Set-ApicBase -Mode X2Apic -PassThru")]
    [InlineData("Test-ApicBase -Mode XApic")]
    [InlineData("Test-ApicBase -Mode XApic -Quiet")]
    [InlineData("Get-ApicTransition Kvm")]
    [InlineData("Get-ApicRegister")]
    [InlineData("Get-ApicRegister -Model Amd")]
    [InlineData("Get-ApicRule")]
    [InlineData("Get-ApicMachine")]
    [InlineData("New-ApicMachine")]
    [InlineData("New-ApicVcpu 2")]
    [InlineData("Get-ApicVcpu")]
    [InlineData("Reset-ApicVcpu -PassThru")]
    [InlineData("Set-ApicVcpu -Cr8 0 -PassThru")]
    [InlineData("Send-ApicIpi 0x41 -Shorthand Self")]
    [InlineData("Send-ApicInterrupt -Nmi")]
    [InlineData("Receive-ApicInterrupt")]
    [InlineData("Complete-ApicInterrupt -PassThru -WarningAction Ignore")]
    [InlineData("Get-ApicPendingInterrupt")]
    [InlineData("Get-ApicPendingInterrupt -Grid")]
    [InlineData("Get-ApicView")]
    [InlineData("Get-ApicCpuid")]
    [InlineData("Get-ApicTrace")]
    [InlineData("Step-ApicClock 5")]
    [InlineData("Checkpoint-ApicMachine")]
    [InlineData("Checkpoint-ApicMachine | Restore-ApicMachine -PassThru")]
    [InlineData("Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0'")]
    [InlineData("Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Invoke-ApicReplay")]
    [InlineData("Compare-ApicModel")]
    [InlineData("Get-ApicBoot")]
    [InlineData("New-ApicBoot Mine @{ SEC = 'read Id' }")]
    [InlineData("Invoke-ApicBoot OvmfSmall SEC")]
    [InlineData("Invoke-ApicBoot OvmfSmall SEC -Design A")]
    [InlineData("Get-ApicDesign")]
    [InlineData("Get-ApicWorld")]
    [InlineData("New-ApicWorld Mine")]
    [InlineData("Get-ApicPartyVersion")]
    [InlineData("New-ApicPartyVersion Kvm Mine")]
    [InlineData("Get-ApicChange")]
    [InlineData("New-ApicChange Mine Svsm @{ SvsmApic = 'EveryVcpu' }")]
    [InlineData("Find-ApicRemedy Mail OvmfSmall -Only Edk2")]
    [InlineData("Find-ApicDivergence A -MaxDepth 1")]
    [InlineData("New-ApicDesign Mine -From A")]
    [InlineData("Compare-ApicDesign A -NoCondition")]
    [InlineData("Compare-ApicTrace -All")]
    [InlineData("Enable-ApicAlternateInjection $snp -PassThru")]
    [InlineData("Disable-ApicAlternateInjection $snp -PassThru")]
    [InlineData("Get-ApicAlternateInjection $snp")]
    [InlineData("Get-ApicDoorbell $snp")]
    [InlineData("Get-ApicDoorbell $snp -Raw")]
    [InlineData("Get-ApicVmsa $snp")]
    [InlineData("Get-ApicSvsm $snp")]
    [InlineData("Invoke-ApicSvsmCall $snp -Call 0")]
    [InlineData("Invoke-ApicGhcbExit $snp -ExitCode Features")]
    [InlineData("Invoke-ApicGhcbExit $snp -MsrProtocol Features")]
    public void A_command_gives_what_it_says(string command)
    {
        Run("$snp = New-ApicVcpu -Platform SevSnp; New-ApicMachine | Out-Null; Set-ApicBase -Mode X2Apic");
        Run("$null = Get-ApicVcpu 0, 0 | Send-ApicInterrupt -Nmi");
        string[] said = [.. Cmdlets().Single(cmdlet => cmdlet.Name == CommandOf(command)).OutputType.Select(type => type.Name)];

        Assert.All(Run(command).Output, item => Assert.Contains(item.BaseObject.GetType().FullName, said));
        Assert.NotEmpty(Run(command).Output);
    }

    [Theory]
    [InlineData("(Read-ApicMsr Tpr).Value", "System.UInt64")]
    [InlineData("(Read-ApicMsr Tpr).Address", "System.UInt32")]
    [InlineData("Read-ApicMsr Tpr -Raw", "System.UInt64")]
    [InlineData("(Get-ApicBase).Value", "System.UInt64")]
    [InlineData("(Get-ApicBase).BaseAddress", "System.UInt64")]
    [InlineData("(Test-ApicBase -Mode XApic).Value", "System.UInt64")]
    [InlineData("(Test-ApicBase -Mode XApic).Current", "System.UInt64")]
    [InlineData("(Get-ApicRegister Tpr).Value", "System.UInt64")]
    [InlineData("(Get-ApicRegister Tpr).Offset", "System.UInt32")]
    [InlineData("(Get-ApicRegister Tpr).Msr", "System.UInt32")]
    [InlineData("(Get-ApicRegister Svr).Field[0].Value", "System.UInt64")]
    [InlineData("(Get-ApicRegister Tpr -Model Kvm).Reset", "System.UInt32")]
    [InlineData("(Get-ApicRegister Tpr -Model Kvm).WritableBits", "System.UInt32")]
    [InlineData("(Get-ApicVcpu).ApicId", "System.UInt32")]
    [InlineData("(Get-ApicVcpu).ApicBase", "System.UInt64")]
    [InlineData("(Send-ApicIpi 0x41 -Shorthand Self).Vector", "System.Byte")]
    [InlineData("(Get-ApicPendingInterrupt).ProcessorPriority", "System.Byte")]
    [InlineData("(Get-ApicView)[0].Hypervisor", "System.UInt64")]
    [InlineData("(Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0').Value", "System.UInt64")]
    [InlineData("(Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Compare-ApicTrace -All -ResetMode XApic).Answer[0].Value", "System.UInt64")]
    [InlineData("(Import-ApicTrace -Text 'apic_mem_readl 0x80 = 0x0' | Invoke-ApicReplay).RecordedValue", "System.UInt64")]
    public void What_is_shown_in_hexadecimal_is_an_unsigned_number(string expression, string type)
    {
        Run("New-ApicMachine | Out-Null; Set-ApicBase -Mode X2Apic");

        Assert.Equal([type], Texts($"({expression}).GetType().FullName"));
    }

    [Theory]
    [InlineData("Get-ApicRegister Icr")]
    [InlineData("Read-ApicMsr Icr")]
    [InlineData("Get-ApicView")]
    public void The_ICR_of_x2APIC_mode_is_as_wide_in_every_view(string command)
    {
        Run("New-ApicMachine | Out-Null; Set-ApicBase -Mode X2Apic; $null = Read-ApicMsr Icr");

        string row = Assert.Single(Session.Render(command).Split('\n'), line => line.Contains("Icr ", StringComparison.Ordinal));

        Assert.Contains("0x0000000000000000", row, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_machine_is_marked_as_the_current_one()
    {
        string[] lines = Session.Render("$null = New-ApicMachine -Name a; $null = New-ApicMachine -Name b; Get-ApicMachine").Split('\n');

        Assert.DoesNotContain('*', lines.Single(line => line.StartsWith("a ", StringComparison.Ordinal)));
        Assert.Contains('*', lines.Single(line => line.StartsWith("b ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Searches_stand_in_a_table_when_asked()
    {
        string text = Session.Render("Find-ApicDivergence E -World Mail -ApicScope PerVmpl; Find-ApicDivergence A -MaxDepth 1 | Format-Table");
        string table = ViewCase.Tidy(Session.Render("Find-ApicDivergence E -World Mail -ApicScope PerVmpl | Format-Table"));

        Assert.Contains("Searched", text, StringComparison.Ordinal);
        Assert.Equal(
            """
            Design       Platform vCPUs Depth     States Verdict
            ------       -------- ----- -----     ------ -------
            E            SevSnp       1     1          1 broken at depth 1: an access faults

            """,
            table);
    }

    private static string CommandOf(string line) =>
        line.Split('|').Select(part => part.TrimStart().Split(' ')[0]).Last(word => word.Contains("-Apic", StringComparison.Ordinal));

    private string Shown(ViewCase view) => s_shown.GetOrAdd(view.Name, _ =>
    {
        Run(view.FilledSetup);
        return ViewCase.Tidy(Session.Render(view.FilledScript));
    });
}
