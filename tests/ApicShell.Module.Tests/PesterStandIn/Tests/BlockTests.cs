using System.Collections.Generic;
using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>Blocks, their scopes and the order in which things run.</summary>
public sealed class BlockTests
{
    [Fact]
    public void Scopes_nest_as_the_blocks_do() => Assert.Equal(
        ["outer.sees the file", "outer.inner.sees all of them", "outer.inner.has its own copy", "outer.has lost what the inner block set"],
        PesterText.Passes("""
            BeforeAll { $file = 1 }
            Describe 'outer' {
                BeforeAll { $outer = 2; function Get-Outer { 'outer' } }
                It 'sees the file' { $file | Should -Be 1 }
                Context 'inner' {
                    BeforeAll { $inner = 3; $outer = 20 }
                    BeforeEach { $each = 4 }
                    It 'sees all of them' {
                        $file, $outer, $inner, $each | Should -Be 1, 20, 3, 4
                        Get-Outer | Should -Be 'outer'
                        $inner = 30
                    }
                    It 'has its own copy' { $inner | Should -Be 3 }
                }
                It 'has lost what the inner block set' { $outer | Should -Be 2; $inner, $each | Should -Be $null, $null }
            }
            """));

    [Fact]
    public void Things_run_in_the_order_of_pester()
    {
        IReadOnlyList<string> names = PesterText.Passes("""
            BeforeAll { $global:log = 'file' }
            AfterAll { $global:log += ' never seen' }
            Describe 'outer' {
                BeforeAll { $global:log += ' outer+' }
                AfterAll { $global:log += ' outer-' }
                BeforeEach { $global:log += ' (' }
                AfterEach { $global:log += ' )' }
                It 'a' { $global:log += ' a' }
                Context 'inner' {
                    BeforeAll { $global:log += ' inner+' }
                    AfterAll { $global:log += ' inner-' }
                    BeforeEach { $global:log += ' [' }
                    AfterEach { $global:log += ' ]' }
                    It 'b' { $global:log += ' b' }
                }
                It 'c' { $global:log += ' c' }
            }
            Describe 'last' {
                It 'looks' { $global:log | Should -Be 'file outer+ ( a ) inner+ ( [ b ] ) inner- ( c ) outer-' }
            }
            """);

        Assert.Equal(4, names.Count);
    }

    [Fact]
    public void Code_outside_of_the_script_blocks_runs_at_discovery_only() => PesterText.Passes("""
        $global:runs = 1 + $global:runs
        $atDiscovery = 'file'
        BeforeDiscovery { $items = 1, 2 }
        Describe 'd' {
            $alsoAtDiscovery = 'block'
            It 'ran once and saw <_>' -ForEach $items { $global:runs | Should -Be 1 }
            It 'sees nothing of it' {
                $items, $atDiscovery, $alsoAtDiscovery | Should -Be $null, $null, $null
            }
        }
        """);

    // Pester keeps them when it is called from a prompt and loses them when it is called from a script: no file may count on them.
    [Fact]
    public void Variables_of_the_script_that_discovery_made_are_gone_when_tests_run() => PesterText.Passes("""
        $script:atDiscovery = 1
        Describe 'd' { It 'sees nothing of it' { $script:atDiscovery | Should -Be $null } }
        """);

    [Fact]
    public void Variables_of_the_script_are_shared_by_the_tests_of_a_file() => PesterText.Passes("""
        BeforeAll { $script:count = 0 }
        Describe 'd' {
            It 'counts' { $script:count++ }
            It 'has counted' { $script:count | Should -Be 1 }
        }
        """);

    [Fact]
    public void PSScriptRoot_is_the_folder_of_the_file() => PesterText.Passes("""
        BeforeDiscovery { $root = $PSScriptRoot }
        BeforeAll { $inBeforeAll = $PSScriptRoot }
        Describe 'd' {
            It 'is the same everywhere' -ForEach @{ AtDiscovery = $root } {
                [System.IO.File]::Exists("$PSScriptRoot/Sample.Tests.ps1") | Should -BeTrue
                $AtDiscovery, $inBeforeAll | Should -Be $PSScriptRoot, $PSScriptRoot
            }
        }
        """);

    [Fact]
    public void The_variables_of_the_stand_in_do_not_get_in_the_way() => PesterText.Passes("""
        Describe 'd' {
            It 'has none of them' {
                $root, $block, $test, $body, $step, $path, $Name, $Variables | Should -Be (, $null * 8)
            }
        }
        """);

    [Fact]
    public void Return_ends_a_script_block_and_nothing_else() => PesterText.Passes("""
        Describe 'd' {
            BeforeAll { $before = 1; return; $before = 2 }
            It 'returns' { $before | Should -Be 1; return; throw 'not reached' }
            It 'goes on' { $before | Should -Be 1 }
        }
        """);

    [Fact]
    public void Errors_that_do_not_terminate_fail_no_test() => PesterText.Passes("""
        Describe 'd' {
            It 'goes on' { Get-Command NoSuchCommand; 1 | Should -Be 1 }
        }
        """);
}
