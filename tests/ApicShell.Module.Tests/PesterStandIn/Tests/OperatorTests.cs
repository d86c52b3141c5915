using Xunit;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>Each operator of Should passes and fails when Pester's does.</summary>
public sealed class OperatorTests
{
    [Fact]
    public void Be_compares_as_eq_with_the_expected_value_on_the_left() => PesterText.Statements(
        passing:
        [
            "1 | Should -Be 1",
            "'abc' | Should -Be 'ABC'",
            "1 | Should -Be '1'",
            "'0x10' | Should -Be 16",
            "[uint32] 0xFEE00900L | Should -Be 0xFEE00900L",
            "$null | Should -Be $null",
            "@() | Should -Be $null",
            "@() | Should -Be @()",
            "1, 2, 3 | Should -Be 1, 2, 3",
            "1, (2, 3) | Should -Be 1, (2, 3)",
            "1 | Should -Not -Be 2",
            "1, 2 | Should -Not -Be 1",
            "Should -Be 1 -ActualValue 1",
            "Should -Be -ExpectedValue 'x' -ActualValue 'x'",
            "Should -Be $null -ActualValue $null",
        ],
        failing:
        [
            "1 | Should -Be 2",
            "16 | Should -Be '0x10'",
            "1 | Should -Be $null",
            "$null | Should -Be 0",
            "'' | Should -Be $null",
            "1, 2, 3 | Should -Be 1, 2",
            "1, 2 | Should -Be 1, 2, 3",
            "1, 2 | Should -Be 2, 1",
            "1, 2 | Should -Be 1",
            "1, (2, 3) | Should -Be 1, (2, 4)",
            "1 | Should -Not -Be 1",
            "$null | Should -Not -Be $null",
            "0xFEE00900 | Should -Be 0xFEE00900L",
            "Should -Be 1 -ActualValue 2",
        ]);

    [Fact]
    public void BeExactly_minds_the_case() => PesterText.Statements(
        passing: ["'abc' | Should -BeExactly 'abc'", "'abc' | Should -Not -BeExactly 'ABC'", "'a', 'b' | Should -BeExactly 'a', 'b'"],
        failing: ["'abc' | Should -BeExactly 'Abc'", "'abc' | Should -Not -BeExactly 'abc'", "'a', 'b' | Should -BeExactly 'a', 'B'"]);

    [Fact]
    public void BeOfType_takes_a_type_or_its_name() => PesterText.Statements(
        passing:
        [
            "1 | Should -BeOfType ([int])",
            "1 | Should -BeOfType [int]",
            "1 | Should -BeOfType int",
            "1, 2 | Should -BeOfType System.ValueType",
            "'1' | Should -Not -BeOfType int",
            "$null | Should -Not -BeOfType int",
        ],
        failing:
        [
            "1 | Should -BeOfType ([long])",
            "1 | Should -BeOfType [string]",
            "1, 'a' | Should -BeOfType int",
            "$null | Should -BeOfType object",
            "@() | Should -BeOfType object",
            "1 | Should -Not -BeOfType int",
        ]);

    [Fact]
    public void BeNullOrEmpty_looks_at_all_that_was_piped() => PesterText.Statements(
        passing:
        [
            "$null | Should -BeNullOrEmpty",
            "'' | Should -BeNullOrEmpty",
            "@() | Should -BeNullOrEmpty",
            ", @() | Should -BeNullOrEmpty",
            "@{} | Should -BeNullOrEmpty",
            "0 | Should -Not -BeNullOrEmpty",
            "$null, $null | Should -Not -BeNullOrEmpty",
        ],
        failing:
        [
            "0 | Should -BeNullOrEmpty",
            "' ' | Should -BeNullOrEmpty",
            "'', '' | Should -BeNullOrEmpty",
            "@{ a = 1 } | Should -BeNullOrEmpty",
            "$null | Should -Not -BeNullOrEmpty",
            "@() | Should -Not -BeNullOrEmpty",
        ]);

    [Fact]
    public void BeTrue_and_BeFalse_take_what_an_if_takes() => PesterText.Statements(
        passing:
        [
            "$true | Should -BeTrue",
            "1 | Should -BeTrue",
            "'False' | Should -BeTrue",
            "$false | Should -Not -BeTrue",
            "$false | Should -BeFalse",
            "$null | Should -BeFalse",
            "@() | Should -BeFalse",
            "0, '' | Should -BeFalse",
            "1 | Should -Not -BeFalse",
        ],
        failing:
        [
            "$false | Should -BeTrue",
            "$null | Should -BeTrue",
            "@() | Should -BeTrue",
            "1, 0 | Should -BeTrue",
            "$true | Should -Not -BeTrue",
            "$true | Should -BeFalse",
            "'False' | Should -BeFalse",
            "0 | Should -Not -BeFalse",
        ]);

    [Fact]
    public void The_operators_of_order_look_at_each_item() => PesterText.Statements(
        passing:
        [
            "2 | Should -BeGreaterThan 1",
            "2, 3 | Should -BeGreaterThan 1",
            "1 | Should -Not -BeGreaterThan 1",
            "1 | Should -BeGreaterOrEqual 1",
            "0 | Should -Not -BeGreaterOrEqual 1",
            "0 | Should -BeLessThan 1",
            "1 | Should -Not -BeLessThan 1",
            "1 | Should -BeLessOrEqual 1",
            "2 | Should -Not -BeLessOrEqual 1",
        ],
        failing:
        [
            "1 | Should -BeGreaterThan 1",
            "2, 1 | Should -BeGreaterThan 1",
            "$null | Should -BeGreaterThan 1",
            "2 | Should -Not -BeGreaterThan 1",
            "0 | Should -BeGreaterOrEqual 1",
            "1 | Should -Not -BeGreaterOrEqual 1",
            "1 | Should -BeLessThan 1",
            "0 | Should -Not -BeLessThan 1",
            "2 | Should -BeLessOrEqual 1",
            "1 | Should -Not -BeLessOrEqual 1",
        ]);

    [Fact]
    public void BeLike_and_Match_do_not_mind_the_case() => PesterText.Statements(
        passing:
        [
            "'local APIC' | Should -BeLike 'LOCAL*'",
            "'local APIC' | Should -Not -BeLike 'APIC'",
            "'local APIC' | Should -Match '^L\\w+ apic$'",
            "'local APIC' | Should -Match -RegularExpression 'apic'",
            "'local APIC' | Should -Not -Match '^apic'",
        ],
        failing:
        [
            "'local APIC' | Should -BeLike 'APIC'",
            "'local APIC' | Should -Not -BeLike '*apic'",
            "'local APIC', 'x' | Should -BeLike '*apic'",
            "'local APIC' | Should -Match '^apic'",
            "'local APIC' | Should -Not -Match 'apic'",
            "$null | Should -Match 'a'",
        ]);

    [Fact]
    public void Contain_looks_for_an_item() => PesterText.Statements(
        passing:
        [
            "1, 2, 3 | Should -Contain 2",
            "'a', 'b' | Should -Contain 'B'",
            "1, $null | Should -Contain $null",
            "1, 2, 3 | Should -Not -Contain 4",
            "@() | Should -Not -Contain 1",
        ],
        failing:
        [
            "1, 2, 3 | Should -Contain 4",
            "'abc' | Should -Contain 'a'",
            "@() | Should -Contain 1",
            "1, 2, 3 | Should -Not -Contain 2",
        ]);

    [Fact]
    public void HaveCount_counts_what_was_piped() => PesterText.Statements(
        passing:
        [
            "1, 2, 3 | Should -HaveCount 3",
            "'abc' | Should -HaveCount 1",
            "@() | Should -HaveCount 0",
            "$null | Should -HaveCount 1",
            ", @(1, 2) | Should -HaveCount 1",
            "1 | Should -Not -HaveCount 2",
        ],
        failing:
        [
            "1, 2, 3 | Should -HaveCount 2",
            "@() | Should -HaveCount 1",
            "$null | Should -HaveCount 0",
            "1 | Should -Not -HaveCount 1",
        ]);

    [Fact]
    public void Throw_takes_patterns_for_the_message_and_the_error_id() => PesterText.Statements(
        passing:
        [
            "{ throw 'boom' } | Should -Throw",
            "{ throw 'boom' } | Should -Throw 'BO*'",
            "{ throw 'boom' } | Should -Throw -ExpectedMessage 'boom'",
            "{ throw 'boom' } | Should -Throw -ErrorId 'boom'",
            "{ Get-Module -NoSuch } | Should -Throw -ErrorId 'NamedParameterNotFound,*'",
            "{ NoSuchCommand } | Should -Throw -ErrorId CommandNotFoundException",
            "{ throw 'boom' } | Should -Throw -ExceptionType ([System.Management.Automation.RuntimeException])",
            "$caught = { throw 'boom' } | Should -Throw -PassThru; $caught.TargetObject | Should -Be 'boom'",
            "{ 1 | Should -Be 2 } | Should -Throw 'Expected 1*'",
            "{ 1 } | Should -Not -Throw",
        ],
        failing:
        [
            "{ 1 } | Should -Throw",
            "{ NoSuchCommand } | Should -Throw",
            "{ 1 } | Should -Throw -ErrorId 'boom'",
            "{ throw 'boom' } | Should -Throw 'oo'",
            "{ throw 'boom' } | Should -Throw -ErrorId 'boo'",
            "{ throw 'boom' } | Should -Throw -ExceptionType ([System.ArgumentException])",
            "{ throw 'boom' } | Should -Not -Throw",
            "{ throw 'boom' }, { 1 } | Should -Throw",
        ]);

    [Fact]
    public void Because_is_part_of_the_failure()
    {
        string failure = PesterText.Fails("Describe 'd' { It 'i' { 1 | Should -Be 2 -Because 'it was agreed' } }");

        Assert.StartsWith("It of 'd.i': Expected 1 ([Int32]) to be 2 ([Int32]). (it was agreed)", failure, System.StringComparison.Ordinal);
    }
}
