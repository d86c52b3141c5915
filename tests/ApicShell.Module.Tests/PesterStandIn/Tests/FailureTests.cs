using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>What fails, fails what it should and nothing more.</summary>
public sealed class FailureTests
{
    [Fact]
    public void A_failure_says_where_it_happened()
    {
        string failure = PesterText.Fails("Describe 'd' {\n It 'i' {\n 1 | Should -Be 2\n }\n}");

        Assert.Matches(@"at .*Sample\.Tests\.ps1: line 3", failure);
        Assert.DoesNotContain("Run.ps1", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_BeforeAll_fails_the_tests_of_the_block_and_no_other()
    {
        IReadOnlyList<PesterTestResult> results = PesterText.Run("""
            Describe 'bad' {
                BeforeAll { throw 'boom' }
                AfterAll { $global:cleaned = $true }
                It 'a' { }
                Context 'inner' { It 'b' { } }
            }
            Describe 'good' { It 'c' { $global:cleaned | Should -BeTrue } }
            """);

        Assert.Equal([false, false, true], results.Select(result => result.Passed));
        Assert.Equal([false, false, true], results.Select(result => result.HasRun));
        Assert.All(results.Take(2), result => Assert.StartsWith("BeforeAll of 'bad': boom", result.Failures[0], StringComparison.Ordinal));
    }

    [Fact]
    public void A_failure_in_BeforeAll_of_the_file_fails_all() => Assert.All(
        PesterText.Run("BeforeAll { NoSuchCommand }\nDescribe 'a' { It 'b' { } }\nDescribe 'c' { It 'd' { } }"),
        result => Assert.Contains("NoSuchCommand", Assert.Single(result.Failures), StringComparison.Ordinal));

    [Fact]
    public void A_failure_in_AfterAll_fails_the_tests_of_the_block()
    {
        IReadOnlyList<PesterTestResult> results = PesterText.Run("""
            Describe 'bad' { AfterAll { throw 'boom' }; It 'a' { } }
            Describe 'good' { It 'b' { } }
            """);

        Assert.Equal([false, true], results.Select(result => result.Passed));
    }

    [Fact]
    public void A_failure_in_BeforeEach_skips_the_test_and_still_cleans_up()
    {
        IReadOnlyList<PesterTestResult> results = PesterText.Run("""
            Describe 'bad' {
                BeforeEach { throw 'boom' }
                AfterEach { $global:cleaned = 1 + $global:cleaned }
                It 'a' { $global:ran = $true }
            }
            Describe 'good' { It 'b' { $global:cleaned, $global:ran | Should -Be 1, $null } }
            """);

        Assert.Equal([false, true], results.Select(result => result.Passed));
    }

    [Fact]
    public void A_failure_in_the_test_and_one_in_AfterEach_are_both_told()
    {
        string failure = PesterText.Fails("Describe 'd' { AfterEach { throw 'second' }; It 'i' { throw 'first' } }");

        Assert.Contains("first", failure, StringComparison.Ordinal);
        Assert.Contains("second", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchCommand")]
    [InlineData("Get-Module -NoSuchParameter")]
    [InlineData("& { function f { NoSuchCommand; 1 }; f | Should -Be 1 }")]
    [InlineData("[int]::Parse('x')")]
    [InlineData("throw 'boom'")]
    [InlineData("break")]
    [InlineData("continue")]
    [InlineData("BeforeAll { }")]
    [InlineData("It 'inner' { }")]
    [InlineData("$ErrorActionPreference = 'SilentlyContinue'; 1 | Should -Be 2")]
    [InlineData("$global:ErrorActionPreference = 'Ignore'; 1 | Should -Be 2")]
    [InlineData("$ErrorActionPreference = 'SilentlyContinue'; 1 | ForEach-Object { $_ | Should -Be 2 }")]
    [InlineData("$ErrorActionPreference = 'SilentlyContinue'; function f { 1 | Should -Be 2; 'x' }; f")]
    [InlineData("& { $ErrorActionPreference = 'SilentlyContinue'; & { 1 | Should -Be 2 }; $true }")]
    public void A_test_fails_when_its_code_does(string code) => PesterText.Fails($"Describe 'd' {{ It 'i' {{ {code} }} }}");

    [Theory]
    [InlineData("NoSuchCommand")]
    [InlineData("Describe 'd' { NoSuchCommand; It 'i' { } }")]
    [InlineData("Describe 'd' { It 'i' { } }; throw 'boom'")]
    [InlineData("Describe 'd' { It 'i' { }; break }; Describe 'e' { It 'j' { } }")]
    [InlineData("Describe 'd' { It 'i' { } }; continue; Describe 'e' { It 'j' { } }")]
    [InlineData("Describe 'd' { It 'i' { } }; exit; Describe 'e' { It 'j' { } }")]
    [InlineData("Describe 'd' { It 'i' { ")]
    [InlineData("")]
    [InlineData("Describe 'd' { }")]
    [InlineData("Describe 'd' { It 'i' { }; Context 'c' { BeforeAll { } } }")]
    [InlineData("It 'i' { }")]
    [InlineData("Describe 'd' { It 'i' }")]
    [InlineData("BeforeEach { }; Describe 'd' { It 'i' { } }")]
    [InlineData("Describe 'd' { BeforeAll { }; BeforeAll { }; It 'i' { } }")]
    public void A_file_that_does_not_describe_its_tests_is_refused(string text) => PesterText.Refused(text);
}
