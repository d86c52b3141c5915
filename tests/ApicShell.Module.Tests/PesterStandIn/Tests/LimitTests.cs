using System;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>What the stand-in has not got fails loudly, wherever it stands.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("Mock Get-Module { }", "Mock")]
    [InlineData("InModuleScope ApicShell { }", "InModuleScope")]
    [InlineData("Set-ItResult -Skipped", "Set-ItResult")]
    [InlineData("1 | Should-Be 1", "Should-Be")]
    [InlineData("1 | Should -BeIn 1, 2", "Should -BeIn")]
    [InlineData("'a' | Should -BeLikeExactly 'a'", "Should -BeLikeExactly")]
    [InlineData("'a' | Should -BeL 'a'", "Should -BeL")]
    [InlineData("Should -Invoke Get-Module", "Should -Invoke")]
    [InlineData("1 | Should -Be 2 -ErrorAction SilentlyContinue", "Should -ErrorAction")]
    [InlineData("\"$TestDrive/x\"", "$TestDrive")]
    [InlineData("'TestDrive:\\x'", "TestDrive:")]
    [InlineData("exit 0", "use for exit")]
    [InlineData("{ Mock Get-Module { } } | Should -Throw", "Mock")]
    [InlineData("try { 1 | Should -BeIn 1 } catch { }", "Should -BeIn")]
    public void A_part_of_pester_that_is_missing_is_found_before_anything_runs(string code, string name) =>
        Assert.Contains($"has no {name}", PesterText.Refused($"Describe 'd' {{ It 'i' {{ {code} }} }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Describe 'd' { It 'i' -Skip { } }")]
    [InlineData("Describe 'd' { It 'i' -Tag slow { } }")]
    [InlineData("Describe 'd' { It 'i' { } -TestCases @{ a = 1 } }")]
    [InlineData("Describe 'd' -Skip { It 'i' { } }")]
    [InlineData("Describe 'd' { Context 'c' -Tag x { It 'i' { } } }")]
    [InlineData("param($x) Describe 'd' { It 'i' { } }")]
    public void A_parameter_that_is_missing_is_refused(string text) => PesterText.Refused(text);

    [Theory]
    [InlineData("1 | Should")]
    [InlineData("1 | Should 1")]
    [InlineData("1 | Should Be 1")]
    [InlineData("1 | Should -Be 1 -BeExactly 1")]
    [InlineData("1 | Should -Be")]
    [InlineData("1 | Should -Be 1 2")]
    [InlineData("Should -BeNullOrEmpty")]
    [InlineData("$x = 1; Should -BeNullOrEmpty $x")]
    [InlineData("1 | Should -BeNullOrEmpty -ActualValue $null")]
    [InlineData("Should -HaveCount 2 -ActualValue 1, 2")]
    [InlineData("1 | Should -Be ([System.Collections.Generic.List[int]] @(1))")]
    [InlineData(", @(1, 5) | Should -BeGreaterThan 3")]
    [InlineData("1 | Should -BeOfType No.Such.Type")]
    [InlineData("1 | Should -Not -BeOfType No.Such.Type")]
    [InlineData("1 | Should -Not -HaveCount -1")]
    [InlineData("'a' | Should -Throw")]
    [InlineData("'a' | Should -Not -Throw")]
    [InlineData("@() | Should -Not -Throw")]
    [InlineData("{ break } | Should -Not -Throw")]
    [InlineData("$more = @{ ErrorAction = 'SilentlyContinue' }; 1 | Should -Be 2 @more")]
    [InlineData("$more = @{ NoSuch = 1 }; 1 | Should -Be 1 @more")]
    public void An_assertion_that_makes_no_sense_fails(string code) => PesterText.Fails($"Describe 'd' {{ It 'i' {{ {code} }} }}");
}
