# The assertion.

function Get-StandInThrowProblem {
    <#
    .SYNOPSIS
    Says what is wrong with the error that a script block ended with, or gives nothing.
    #>
    param($ErrorRecord, [string] $ExpectedMessage, [string] $ErrorId, [type] $ExceptionType)

    if ($null -eq $ErrorRecord) {
        return 'Expected the script block to throw, but it did not.'
    }

    # Pester would be content. But a hosted engine has few commands, and the missing one is seldom the one in question.
    if ($ErrorRecord.Exception -is [System.Management.Automation.CommandNotFoundException] -and
        -not ($ExpectedMessage -or $ErrorId -or $ExceptionType)) {
        return "Expected the script block to throw, but it has a command that is not here: $($ErrorRecord.Exception.Message)"
    }

    if ($ExpectedMessage -and $ErrorRecord.Exception.Message -notlike $ExpectedMessage) {
        return "Expected a message like '$ExpectedMessage', but got '$($ErrorRecord.Exception.Message)'."
    }

    if ($ErrorId -and $ErrorRecord.FullyQualifiedErrorId -notlike $ErrorId) {
        return "Expected the error id '$ErrorId', but got '$($ErrorRecord.FullyQualifiedErrorId)'."
    }

    if ($ExceptionType -and $ErrorRecord.Exception -isnot $ExceptionType) {
        return "Expected an exception [$($ExceptionType.FullName)], but got [$($ErrorRecord.Exception.GetType().FullName)]."
    }
}

function Get-StandInProblem {
    <#
    .SYNOPSIS
    Says what is wrong with a value, or gives nothing.
    #>
    param([string] $Operator, $Actual, $Expected, [bool] $HasExpected, [bool] $Negate)

    $rule = $script:Operators[$Operator]
    if ($rule.Scalar -and $null -ne [System.Management.Automation.LanguagePrimitives]::GetEnumerator($Actual)) {
        throw [System.NotSupportedException]::new("Should -$Operator got a collection as one value; pipe its items.")
    }

    $holds = [bool] (& $rule.Test $Actual $Expected)
    if ($holds -ne $Negate) {
        return
    }

    # A single thing reads better without the array that Should made of it.
    $shown = if ($rule.WholeInput -and $Actual.Count -eq 1) { $Actual[0] } else { , $Actual }
    $text = "Expected $(Format-StandInValue $shown) $(if ($Negate) { 'not ' })$($rule.Says)"
    if ($HasExpected) {
        $text += " $(Format-StandInValue $(if ($Operator -eq 'BeOfType') { Resolve-StandInType $Expected } else { , $Expected }))"
    }

    "$text."
}

function Should {
    <#
    .SYNOPSIS
    Throws unless a value is as it should be.
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(ValueFromPipeline)] [AllowNull()] [object] $ActualValue,
        [switch] $Not,
        [string] $Because,

        [Parameter(Mandatory, ParameterSetName = 'Be')] [switch] $Be,
        [Parameter(Mandatory, ParameterSetName = 'BeExactly')] [switch] $BeExactly,
        [Parameter(Mandatory, ParameterSetName = 'BeOfType')] [switch] $BeOfType,
        [Parameter(Mandatory, ParameterSetName = 'BeNullOrEmpty')] [switch] $BeNullOrEmpty,
        [Parameter(Mandatory, ParameterSetName = 'BeTrue')] [switch] $BeTrue,
        [Parameter(Mandatory, ParameterSetName = 'BeFalse')] [switch] $BeFalse,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterThan')] [switch] $BeGreaterThan,
        [Parameter(Mandatory, ParameterSetName = 'BeGreaterOrEqual')] [switch] $BeGreaterOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeLessThan')] [switch] $BeLessThan,
        [Parameter(Mandatory, ParameterSetName = 'BeLessOrEqual')] [switch] $BeLessOrEqual,
        [Parameter(Mandatory, ParameterSetName = 'BeLike')] [switch] $BeLike,
        [Parameter(Mandatory, ParameterSetName = 'Match')] [switch] $Match,
        [Parameter(Mandatory, ParameterSetName = 'Contain')] [switch] $Contain,
        [Parameter(Mandatory, ParameterSetName = 'HaveCount')] [switch] $HaveCount,
        [Parameter(Mandatory, ParameterSetName = 'Throw')] [switch] $Throw,

        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Be')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeExactly')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeGreaterThan')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeGreaterOrEqual')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeLessThan')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeLessOrEqual')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeLike')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Contain')]
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'HaveCount')]
        [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()] [object] $ExpectedValue,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'BeOfType')] [object] $ExpectedType,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Match')] [object] $RegularExpression,
        [Parameter(Position = 0, ParameterSetName = 'Throw')] [string] $ExpectedMessage,
        [Parameter(Position = 1, ParameterSetName = 'Throw')] [string] $ErrorId,
        [Parameter(Position = 2, ParameterSetName = 'Throw')] [type] $ExceptionType,
        [Parameter(ParameterSetName = 'Throw')] [switch] $PassThru
    )

    begin {
        $operator = $PSCmdlet.ParameterSetName
        $given = [System.Collections.Generic.List[object]]::new()

        $fail = {
            param([string] $Id, [System.Exception] $Exception)
            $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($Exception, $Id, 'InvalidResult', $null))
        }
        $refuse = { param([string] $Text) & $fail 'StandInRefused' ([System.NotSupportedException]::new($Text)) }

        if ($PSBoundParameters.ContainsKey('ErrorAction')) {
            & $refuse 'The stand-in for Pester does not take -ErrorAction for Should.'
        }

        if ($MyInvocation.ExpectingInput) {
            if ($PSBoundParameters.ContainsKey('ActualValue')) {
                & $refuse 'Should was given both piped input and -ActualValue.'
            }
        }
        else {
            if (-not $PSBoundParameters.ContainsKey('ActualValue')) {
                & $refuse 'Should was given no value: nothing was piped, and there is no -ActualValue.'
            }

            # Versions of Pester take such a value apart or leave it whole, and the result depends on it.
            if ($null -ne [System.Management.Automation.LanguagePrimitives]::GetEnumerator($ActualValue)) {
                & $refuse 'Should was given a collection as -ActualValue; pipe it.'
            }
        }
    }

    process {
        $given.Add($ActualValue)
    }

    end {
        $reason = if ($Because) { " ($Because)" } else { '' }

        if ($operator -eq 'Throw') {
            if ($given.Count -eq 0) {
                & $refuse 'Should -Throw was given no script block.'
            }

            foreach ($item in $given) {
                if ($item -isnot [scriptblock]) {
                    & $refuse "Should -Throw needs a script block, but got $(Format-StandInValue $item)."
                }

                $thrown = $null
                $left = $true
                try {
                    do {
                        $null = & $item
                        $left = $false
                    } until ($true)
                }
                catch {
                    $thrown = $_
                    $left = $false
                }

                if ($left) {
                    & $refuse 'break or continue left the script block of Should -Throw.'
                }

                $problem = if (-not $Not) {
                    Get-StandInThrowProblem $thrown $ExpectedMessage $ErrorId $ExceptionType
                }
                elseif ($thrown) {
                    "Expected the script block not to throw, but it threw '$($thrown.Exception.Message)'."
                }

                if ($problem) {
                    & $fail 'PesterAssertionFailed' ([System.Exception]::new($problem + $reason))
                }

                if ($PassThru) {
                    $thrown
                }
            }

            return
        }

        $hasExpected = $true
        $expected = switch ($operator) {
            'BeOfType' { $ExpectedType; break }
            'Match' { $RegularExpression; break }
            default { $hasExpected = $PSBoundParameters.ContainsKey('ExpectedValue'); , $ExpectedValue }
        }

        # Of nothing piped, an operator that looks at single items sees $null, once.
        $values = [System.Collections.Generic.List[object]]::new()
        if ($script:Operators[$operator].WholeInput) {
            $values.Add($given.ToArray())
        }
        elseif ($given.Count -eq 0) {
            $values.Add($null)
        }
        else {
            $values.AddRange($given)
        }

        foreach ($value in $values) {
            $problem = $null
            try {
                $problem = Get-StandInProblem -Operator $operator -Actual $value -Expected $expected -HasExpected $hasExpected -Negate $Not
            }
            catch {
                & $fail 'StandInRefused' $_.Exception
            }

            if ($problem) {
                & $fail 'PesterAssertionFailed' ([System.Exception]::new($problem + $reason))
            }
        }
    }
}
