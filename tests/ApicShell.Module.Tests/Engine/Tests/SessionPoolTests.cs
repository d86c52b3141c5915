using System;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests.Engine;

/// <summary>A session that was given back is like a new one, or is not lent again.</summary>
public sealed class SessionPoolTests : IDisposable
{
    // What a script can see of a session and leave behind in one.
    private const string Describe = """
        & {
            "error $($Error.Count), exit '$LASTEXITCODE', location $PWD, stack $((Get-Location -Stack).Count), culture $([cultureinfo]::CurrentCulture)"
            "strict $(try { $null = $undefined; 'off' } catch { 'on' }), history $((Get-History).Count)"
            "jobs $((Get-Job).Count), breakpoints $((Get-PSBreakpoint).Count), subscribers $((Get-EventSubscriber).Count), events $((Get-Event).Count)"
            "language $($ExecutionContext.SessionState.LanguageMode), modules $((Get-Module | Sort-Object Name).Name)"
            Get-ChildItem Function: | ForEach-Object { "function $($_.Name) {$_}" }
            Get-Alias | ForEach-Object { "alias $($_.Name) $($_.Definition)" }
            Get-PSDrive | ForEach-Object { "drive $($_.Name) $($_.Root)" }
            Get-Variable -Scope Global | Where-Object Name -NotIn '?', 'args', 'input', 'MyInvocation', 'PSBoundParameters', 'StackTrace', 'ExecutionContext', 'Host', 'Error' |
                ForEach-Object { "variable $($_.Name) $($_.Options) $($_.Value)" }
            "machines $(Get-ApicMachine), designs $(Get-ApicDesign), boots $(Get-ApicBoot), search $(Get-ApicDivergence)"
            "next $((New-ApicMachine).Name), current $((Get-ApicVcpu).Machine), events $(Get-ApicTrace)"
        }
        """;

    private static readonly Lazy<string> s_new = new(() =>
    {
        using EngineSession session = EngineSession.WithModule(BuildPaths.ModuleLayout);
        return Described(session);
    });

    private readonly SessionPool _pool = new();

    public static TheoryData<string> Messes =>
    [
        "$x = 1; $global:y = 2; $script:z = 3; Set-Variable constant 4 -Option Constant -Scope Global",
        "$ErrorActionPreference = 'Stop'; $WhatIfPreference = $true; $VerbosePreference = 'Continue'; $PSDefaultParameterValues['*:Verbose'] = $true",
        "$OFS = '-'; $FormatEnumerationLimit = 1; $OutputEncoding = [System.Text.Encoding]::ASCII; $PSNativeCommandArgumentPassing = 'Legacy'",
        "Set-StrictMode -Version Latest",
        "Push-Location /; Set-Location Env:",
        "[cultureinfo]::CurrentCulture = 'de-DE'",
        "Write-Error one; 1 / 0; throw 'two'",
        "Write-Host 'text that nobody took'",
        "New-ApicMachine 3 -Platform SevSnp; New-ApicMachine -Name other; Set-ApicBase -Mode X2Apic; Remove-ApicMachine other",
        "New-ApicDesign Mine -From A; New-ApicBoot Mine @{ SEC = 'read Id' }; Find-ApicDivergence A -MaxDepth 2",
        "$null = Register-EngineEvent -SourceIdentifier PowerShell.OnIdle -Action { }; $null = New-Event mine",
        "function prompt { 'mine' }",
        "function Get-Mine { 'mine' }; filter other { $_ }",
        "Set-Alias ls Get-ApicMachine; Set-Alias mine Get-ApicMachine",
        "Set-Item Function:Get-ApicMachine { 'mine' }",
        "$null = New-PSDrive -Name mine -PSProvider FileSystem -Root /",
        "Remove-Module ApicShell",
        "New-Module -Name Mine { function Get-Mine { } } | Import-Module",
        "$null = Start-Job { 1 } -WorkingDirectory /",
        "$null = Set-PSBreakpoint -Command Get-ApicMachine -Action { }",
        "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'",
    ];

    [Theory]
    [MemberData(nameof(Messes))]
    public void After_a_mess_the_next_session_is_like_a_new_one(string mess)
    {
        EngineSession first = _pool.Lend();
        first.Run(mess);
        first.Dispose();

        using EngineSession next = _pool.Lend();

        Assert.Equal(s_new.Value, Described(next));
    }

    [Theory]
    [InlineData("$x = New-ApicMachine 2; Set-Location /; $ErrorActionPreference = 'Stop'; throw 'x'", true)]
    [InlineData("function Get-Mine { 'mine' }", false)]
    [InlineData("Import-Module $args[0] -Force", false)]
    public void A_session_is_lent_again_where_it_can_be_made_as_new(string script, bool again)
    {
        EngineSession first = _pool.Lend();
        first.Run(script, BuildPaths.ModuleLayout);
        first.Dispose();
        first.Dispose();

        using EngineSession next = _pool.Lend();
        using EngineSession other = _pool.Lend();

        Assert.Equal(again, ReferenceEquals(first, next));
        Assert.NotSame(next, other);
        Assert.Equal(["M1"], next.Run("(New-ApicMachine).Name").NoErrors().Output.Select(item => $"{item}"));
    }

    [Fact]
    public void A_session_that_still_runs_something_is_not_lent_again()
    {
        EngineSession first = _pool.Lend();
        using PowerShell shell = first.NewPowerShell("while ($true) { }");
        shell.BeginInvoke();

        first.Dispose();

        using EngineSession next = _pool.Lend();
        Assert.NotSame(first, next);
        Assert.Equal(1, next.Run("1").One<int>());
    }

    public void Dispose() => _pool.Dispose();

    private static string Described(EngineSession session)
    {
        EngineResult result = session.Run(Describe);
        return string.Join('\n', [.. result.Output.Select(item => $"{item}"), .. result.Errors.Select(error => $"error {error}"), result.HostText]);
    }
}
