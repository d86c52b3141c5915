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
        "Set-Location Env:",
        "Write-Error one; 1 / 0; throw 'two'",
        "Write-Host 'text that nobody took'",
        "New-ApicMachine 3 -Platform SevSnp; New-ApicMachine -Name other; Set-ApicBase -Mode X2Apic; Remove-ApicMachine other",
        "New-ApicDesign Mine -From A; New-ApicBoot Mine @{ SEC = 'read Id' }; Find-ApicDivergence A -MaxDepth 2",
        "$null = Register-EngineEvent -SourceIdentifier mine; $null = New-Event mine",
        "$null = Set-PSBreakpoint -Command Get-ApicMachine",
    ];

    [Theory]
    [MemberData(nameof(Messes))]
    public void After_a_mess_the_next_session_is_like_a_new_one(string mess)
    {
        EngineSession first = _pool.Lend();
        first.Run(mess);
        first.Dispose();

        using EngineSession next = _pool.Lend();

        Assert.Same(first, next);
        Assert.Equal(s_new.Value, Described(next));
    }

    [Theory]
    [InlineData("function prompt { 'mine' }")]
    [InlineData("function Get-Mine { 'mine' }; filter other { $_ }")]
    [InlineData("Set-Item Function:prompt { 'mine' }")]
    [InlineData("Set-Alias ls Get-ApicMachine; Set-Alias mine Get-ApicMachine")]
    [InlineData("Set-Item Function:Get-ApicMachine { 'mine' }")]
    [InlineData("$null = New-PSDrive -Name mine -PSProvider FileSystem -Root /")]
    [InlineData("Remove-Module ApicShell")]
    [InlineData("New-Module -Name Mine { function Get-Mine { } } | Import-Module")]
    [InlineData("$null = Start-Job { 1 } -WorkingDirectory /")]
    [InlineData("$null = Register-EngineEvent -SourceIdentifier PowerShell.OnIdle -Action { }")]
    [InlineData("Set-StrictMode -Version 1")]
    [InlineData("Set-StrictMode -Version Latest")]
    [InlineData("$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'")]
    [InlineData("[cultureinfo]::CurrentCulture = 'de-DE'")]
    [InlineData("Push-Location /")]
    [InlineData("Import-Module (Get-Module ApicShell).Path -Force")]
    public void A_session_that_the_engine_cannot_make_as_new_is_not_lent_again(string mess)
    {
        EngineSession first = _pool.Lend();
        first.Run(mess).NoErrors();
        first.Dispose();

        using EngineSession next = _pool.Lend();

        Assert.NotSame(first, next);
    }

    [Fact]
    public void A_session_is_lent_to_one_at_a_time_however_often_it_is_given_back()
    {
        EngineSession first = _pool.Lend();
        first.Dispose();
        first.Dispose();

        using EngineSession next = _pool.Lend();
        using EngineSession other = _pool.Lend();

        Assert.Same(first, next);
        Assert.NotSame(next, other);
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
