# The operators of Should: what each asks of a value. Pester's rules, which now and then are not what one would expect.
#   WholeInput  the operator looks at all that was piped, as one array; the others look at one item after the other
#   Scalar      a collection as an item is refused: the PowerShell operator behind it would filter instead of compare
#   Test        whether the value passes
#   Says        how a failure reads

function Test-StandInEquality {
    <#
    .SYNOPSIS
    Compares two arrays item by item; the expected item stands on the left, so the actual one is converted to its type.
    #>
    param([object[]] $Actual, [object[]] $Expected, [switch] $CaseSensitive)

    $nothing = { param($items) $null -eq $items -or $items.Count -eq 0 -or ($items.Count -eq 1 -and $null -eq $items[0]) }
    $noActual = & $nothing $Actual
    $noExpected = & $nothing $Expected
    if ($noActual -or $noExpected) {
        return $noActual -and $noExpected
    }

    if ($Actual.Count -ne $Expected.Count) {
        return $false
    }

    for ($index = 0; $index -lt $Actual.Count; $index++) {
        $left = $Expected[$index]
        $right = $Actual[$index]
        $same = if ($left -is [array] -or $right -is [array]) {
            Test-StandInEquality -Actual $right -Expected $left -CaseSensitive:$CaseSensitive
        }
        elseif ($CaseSensitive) { $left -ceq $right }
        else { $left -eq $right }

        if (-not $same) {
            return $false
        }
    }

    return $true
}

function ConvertTo-StandInExpected {
    <#
    .SYNOPSIS
    Gives an expected value as an array; refuses collections that versions of Pester take apart differently.
    #>
    param($Value)

    if ($Value -isnot [array] -and $null -ne [System.Management.Automation.LanguagePrimitives]::GetEnumerator($Value)) {
        throw [System.NotSupportedException]::new("The expected value is a $($Value.GetType().Name); write @(...) around it.")
    }

    , @($Value)
}

function Test-StandInEmptiness {
    <#
    .SYNOPSIS
    Tells whether nothing was piped, or a single thing that is $null, an empty string, an empty array or an empty hashtable.
    #>
    param([object[]] $Actual)

    if ($null -eq $Actual -or $Actual.Count -eq 0) { return $true }
    if ($Actual.Count -gt 1) { return $false }
    if ($Actual[0] -is [hashtable]) { return $Actual[0].Count -eq 0 }
    [string]::IsNullOrEmpty([string] $Actual[0])
}

function Resolve-StandInType {
    <#
    .SYNOPSIS
    Gives the type that -BeOfType names, with or without brackets.
    #>
    param($Type)

    if ($Type -is [type]) { return $Type }
    $found = ("$Type" -replace '^\[(.*)\]$', '$1') -as [type]
    if ($null -eq $found) {
        throw [System.ArgumentException]::new("There is no type '$Type'.")
    }

    $found
}

$script:Operators = @{
    Be               = @{
        WholeInput = $true
        Scalar     = $false
        Test       = { param($actual, $expected) Test-StandInEquality -Actual $actual -Expected (ConvertTo-StandInExpected $expected) }
        Says       = 'to be'
    }
    BeExactly        = @{
        WholeInput = $true
        Scalar     = $false
        Test       = {
            param($actual, $expected)
            Test-StandInEquality -Actual $actual -Expected (ConvertTo-StandInExpected $expected) -CaseSensitive
        }
        Says       = 'to be exactly'
    }
    BeNullOrEmpty    = @{
        WholeInput = $true
        Scalar     = $false
        Test       = { param($actual) Test-StandInEmptiness -Actual $actual }
        Says       = 'to be $null or empty'
    }
    Contain          = @{
        WholeInput = $true
        Scalar     = $false
        Test       = { param($actual, $expected) $actual -contains $expected }
        Says       = 'to contain'
    }
    HaveCount        = @{
        WholeInput = $true
        Scalar     = $false
        Test       = {
            param($actual, $expected)
            if ([int] $expected -lt 0) { throw [System.ArgumentException]::new('-HaveCount needs a count that is not negative.') }
            $actual.Count -eq [int] $expected
        }
        Says       = 'to have as many items as'
    }
    BeTrue           = @{ WholeInput = $false; Scalar = $false; Test = { param($actual) [bool] $actual }; Says = 'to be true' }
    BeFalse          = @{ WholeInput = $false; Scalar = $false; Test = { param($actual) -not $actual }; Says = 'to be false' }
    BeOfType         = @{
        WholeInput = $false
        Scalar     = $false
        Test       = { param($actual, $expected) $actual -is (Resolve-StandInType $expected) }
        Says       = 'to have the type'
    }
    BeGreaterThan    = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -gt $expected }
        Says       = 'to be greater than'
    }
    BeGreaterOrEqual = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -ge $expected }
        Says       = 'to be greater than or equal to'
    }
    BeLessThan       = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -lt $expected }
        Says       = 'to be less than'
    }
    BeLessOrEqual    = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -le $expected }
        Says       = 'to be less than or equal to'
    }
    BeLike           = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -like $expected }
        Says       = 'to be like'
    }
    Match            = @{
        WholeInput = $false
        Scalar     = $true
        Test       = { param($actual, $expected) $actual -match $expected }
        Says       = 'to match'
    }
    # Should itself runs the script block and looks at its error.
    Throw            = @{ WholeInput = $false; Scalar = $false; Test = $null; Says = 'to throw' }
}
