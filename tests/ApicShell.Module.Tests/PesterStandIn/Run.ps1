# Runs the tests of a tree that Discover.ps1 gave, and emits them. A block has a scope, where its BeforeAll and AfterAll run; in it
# each test has a scope for BeforeEach, the test and AfterEach. Is a file of its own, as Discover.ps1 is, and for the same reason.
param($______root)

# Dot-sourced, to act on the scope it is called from.
$______invoke = {
    param($______body)

    $______left = $true
    do {
        $null = . $______body
        $______left = $false
    } until ($true)
    if ($______left) {
        throw 'break or continue left the script block.'
    }
}

$______runTest = {
    param($______test)

    $______before = [System.Collections.Generic.List[object]]::new()
    $______after = [System.Collections.Generic.List[object]]::new()
    for ($______block = $______test.Parent; $null -ne $______block; $______block = $______block.Parent) {
        if ($______block.BeforeEach) { $______before.Insert(0, $______block.BeforeEach) }
        if ($______block.AfterEach) { $______after.Add($______block.AfterEach) }
    }

    $______step = 'BeforeEach'
    try {
        # Not in a script block of its own: one that is dot-sourced gives $_ back as it was.
        foreach ($______name in $______test.Variables.Keys) {
            $ExecutionContext.SessionState.PSVariable.Set($______name, $______test.Variables[$______name])
        }

        foreach ($______each in $______before) {
            . $______invoke $______each
        }

        $______step = 'It'
        $______test.HasRun = $true
        . $______invoke $______test.Body
    }
    catch {
        Add-StandInFailure -Node $______test -Step $______step -ErrorRecord $_
    }

    foreach ($______each in $______after) {
        try {
            . $______invoke $______each
        }
        catch {
            Add-StandInFailure -Node $______test -Step 'AfterEach' -ErrorRecord $_
        }
    }
}

$______runBlock = {
    param($______block)

    $______ready = $false
    try {
        # Not in a script block of its own: one that is dot-sourced gives $_ back as it was.
        foreach ($______name in $______block.Variables.Keys) {
            $ExecutionContext.SessionState.PSVariable.Set($______name, $______block.Variables[$______name])
        }

        if ($______block.BeforeAll) {
            . $______invoke $______block.BeforeAll
        }

        $______ready = $true
    }
    catch {
        Add-StandInFailure -Node $______block -Step 'BeforeAll' -ErrorRecord $_
    }

    if ($______ready) {
        foreach ($______child in $______block.Children) {
            if ($______child.IsTest) {
                & $______runTest $______child
            }
            else {
                & $______runBlock $______child
            }
        }
    }

    if ($______block.AfterAll) {
        try {
            . $______invoke $______block.AfterAll
        }
        catch {
            Add-StandInFailure -Node $______block -Step 'AfterAll' -ErrorRecord $_
        }
    }
}

try {
    & $______runBlock $______root
    Get-StandInTest -Block $______root
}
catch {
    throw
}
