using System;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>-ForEach and the names that are made of its items.</summary>
public sealed class ForEachTests
{
    [Fact]
    public void A_hashtable_gives_its_keys_as_variables() => Assert.Equal(
        ["d.adds 1 and 2", "d.adds 3 and 4"],
        PesterText.Passes("""
            Describe 'd' {
                It 'adds <A> and <b>' -ForEach @(@{ a = 1; b = 2; sum = 3 }, @{ a = 3; b = 4; sum = 7 }) {
                    $a + $b | Should -Be $sum
                    $_.sum | Should -Be $sum
                }
            }
            """));

    [Fact]
    public void A_scalar_is_the_item_itself() => Assert.Equal(
        ["d.has 1", "d.has x", "d.has "],
        PesterText.Passes("""
            Describe 'd' {
                It 'has <_>' -ForEach 1, 'x', $null { $null -eq $_ -or $_ -eq 1 -or $_ -eq 'x' | Should -BeTrue }
            }
            """));

    [Fact]
    public void A_name_takes_properties_of_an_item() => Assert.Equal(
        ["d.5 and 3 and 4.2", "d.key v"],
        PesterText.Passes("""
            Describe 'd' {
                It '<version.Major> and <_.text.Length> and <list>' -ForEach @{ version = [version] '5.6'; text = 'abc'; list = 4.2 } { }
                It 'key <_.k>' -ForEach @{ k = 'v' } { }
            }
            """));

    [Fact]
    public void A_bracket_that_means_itself_is_escaped() => Assert.Equal(
        ["d.a <b> 1 $x \"q\""],
        PesterText.Passes("""Describe 'd' { It 'a `<b`> <_> $x "q"' -ForEach 1 { } }"""));

    [Fact]
    public void A_block_gives_its_item_to_all_in_it() => Assert.Equal(
        [
            "model Kvm.inner.mode XApic of Kvm",
            "model Kvm.inner.mode X2Apic of Kvm",
            "model Amd.inner.mode XApic of Amd",
            "model Amd.inner.mode X2Apic of Amd",
        ],
        PesterText.Passes("""
            Describe 'model <model>' -ForEach @(@{ model = 'Kvm' }, @{ model = 'Amd' }) {
                BeforeAll { $fromBeforeAll = $model }
                Context 'inner' {
                    $modes = if ($model) { 'XApic', 'X2Apic' }
                    BeforeEach { $fromBeforeEach = $_ }
                    It 'mode <_> of <model>' -ForEach $modes {
                        $fromBeforeAll | Should -Be $model
                        $fromBeforeEach | Should -Be $_
                        $_ | Should -BeLike 'X*'
                    }
                }
            }
            """));

    [Theory]
    [InlineData("It 'i' -ForEach @() { }", "no items")]
    [InlineData("It 'i' -ForEach $null { }", "no items")]
    [InlineData("It 'has <x>' -ForEach @{ y = 1 } { }", "has <x>")]
    [InlineData("It 'has <x>' { }", "has <x>")]
    [InlineData("It 'has <y.GetType()>' -ForEach @{ y = 1 } { }", "has <y.GetType()>")]
    [InlineData("It 'i' -ForEach @{ y = 1 } { param($y) }", "param block")]
    public void What_would_test_nothing_or_something_else_is_refused(string test, string reason) =>
        Assert.Contains(reason, PesterText.Refused($"Describe 'd' {{ {test} }}"), StringComparison.Ordinal);
}
