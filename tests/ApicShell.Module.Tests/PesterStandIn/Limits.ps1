# What a test file may not contain, found by reading it. Found before it runs, because a test that catches errors, or expects
# them, would swallow the refusal and pass.

$script:UnsupportedCommands = @(
    'Add-ShouldOperator', 'Assert-MockCalled', 'Assert-VerifiableMock', 'Get-ShouldOperator', 'InModuleScope', 'Invoke-Pester',
    'Mock', 'New-Fixture', 'New-MockObject', 'New-PesterConfiguration', 'New-PesterContainer', 'Set-ItResult'
)

$script:UnsupportedVariables = @('TestDrive', 'TestRegistry', 'PesterPreference')

$script:ShouldParameters = @(
    'Not', 'Because', 'ActualValue', 'ExpectedValue', 'ExpectedType', 'RegularExpression', 'ExpectedMessage', 'ErrorId',
    'ExceptionType', 'PassThru'
)

function Assert-StandInLimit {
    <#
    .SYNOPSIS
    Throws when a test file uses a part of Pester that the stand-in has not got.
    #>
    param([string] $Path)

    $tokens = $null
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $tokens, [ref] $errors)
    if ($errors.Count -ne 0) {
        throw "The file cannot be parsed: line $($errors[0].Extent.StartLineNumber): $($errors[0].Message)"
    }

    if ($null -ne $ast.ParamBlock) {
        throw 'The stand-in for Pester does not run files with a param block.'
    }

    foreach ($node in $ast.FindAll({ $true }, $true)) {
        $found = Get-StandInLimit -Node $node
        if ($found) {
            throw "The stand-in for Pester has no $found (line $($node.Extent.StartLineNumber))."
        }
    }
}

function Get-StandInLimit {
    <#
    .SYNOPSIS
    Names what the stand-in lacks for one node of a file's syntax, or gives nothing.
    #>
    param([System.Management.Automation.Language.Ast] $Node)

    if ($Node -is [System.Management.Automation.Language.CommandAst]) {
        $name = $Node.GetCommandName()
        if ($script:UnsupportedCommands -contains $name -or $name -like 'Should-*') {
            return $name
        }

        if ($name -eq 'Should') {
            foreach ($element in $Node.CommandElements) {
                if ($element -is [System.Management.Automation.Language.CommandParameterAst] -and
                    $script:ShouldParameters -notcontains $element.ParameterName -and
                    -not $script:Operators.ContainsKey($element.ParameterName)) {
                    return "Should -$($element.ParameterName)"
                }
            }
        }
    }
    elseif ($Node -is [System.Management.Automation.Language.ExitStatementAst]) {
        # It would end the file, and the tests after it would be missed silently.
        return 'use for exit'
    }
    elseif ($Node -is [System.Management.Automation.Language.VariableExpressionAst]) {
        if ($script:UnsupportedVariables -contains $Node.VariablePath.UserPath) {
            return "`$$($Node.VariablePath.UserPath)"
        }
    }
    elseif ($Node -is [System.Management.Automation.Language.StringConstantExpressionAst] -or
        $Node -is [System.Management.Automation.Language.ExpandableStringExpressionAst]) {
        if ($Node.Value -match '\b(TestDrive|TestRegistry):') {
            return $Matches[0]
        }
    }
}
