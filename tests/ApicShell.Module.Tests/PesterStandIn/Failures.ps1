# How a failure reads, and whom it concerns.

function Add-StandInFailure {
    <#
    .SYNOPSIS
    Marks a test as failed. For a block, marks all tests in it, so that a broken BeforeAll or AfterAll passes nowhere.
    #>
    param($Node, [string] $Step, [System.Management.Automation.ErrorRecord] $ErrorRecord)

    $text = "$Step of '$($Node.FullName)': $($ErrorRecord.Exception.Message)"
    $id = $ErrorRecord.FullyQualifiedErrorId
    if ($id -notlike 'PesterAssertionFailed*' -and $id -ne $ErrorRecord.Exception.Message) {
        $text += "`n  error id: $id"
    }

    foreach ($line in "$($ErrorRecord.ScriptStackTrace)" -split '\r?\n') {
        # The stand-in's own steps help nobody.
        if ($line -and -not $line.Contains($PSScriptRoot) -and $line -notlike '*<No file>*') {
            $text += "`n  $line"
        }
    }

    $tests = if ($Node.IsTest) { $Node } else { Get-StandInTest -Block $Node }
    foreach ($test in $tests) {
        $test.Failures.Add($text)
    }
}

function Format-StandInValue {
    <#
    .SYNOPSIS
    Gives a value as it would be written in PowerShell, as far as a message needs it.
    #>
    param($Value, [int] $Depth = 0)

    if ($null -eq $Value) { return '$null' }
    if ($Value -is [string]) { return "'$Value'" }
    if ($Value -is [bool]) { return "`$$Value".ToLowerInvariant() }
    if ($Value -is [type]) { return "[$($Value.FullName)]" }
    if ($Value -is [scriptblock]) { return "{$Value}" }
    if ($Value -is [array] -and $Depth -lt 3) {
        $items = foreach ($item in $Value) { Format-StandInValue -Value $item -Depth ($Depth + 1) }
        return "@($($items -join ', '))"
    }

    if ($Value -is [ValueType]) { return "$Value ([$($Value.GetType().Name)])" }
    "$Value"
}
