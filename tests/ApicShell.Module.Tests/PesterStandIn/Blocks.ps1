# Discovery: the files call Describe, Context and It, which build a tree of blocks and tests and run no test.

# The block whose body runs now; nothing outside discovery.
$script:CurrentBlock = $null

function New-StandInNode {
    <#
    .SYNOPSIS
    Makes a block, or a test when it is given what tests alone have, and hangs it into the current block.
    #>
    param([string] $Name, [scriptblock] $Body, [hashtable] $Variables = @{}, [bool] $IsTest)

    $parent = $script:CurrentBlock
    $known = @{}
    foreach ($source in @($parent.Known, $Variables)) {
        foreach ($key in $source.Keys) {
            $known[$key] = $source[$key]
        }
    }

    $expanded = Expand-StandInName -Name $Name -Variables $known
    $node = [pscustomobject] @{
        IsTest     = $IsTest
        IsRoot     = $false
        Parent     = $parent
        Name       = $expanded
        FullName   = $(if ($parent.IsRoot) { $expanded } else { "$($parent.FullName).$expanded" })
        Body       = $Body
        Variables  = $Variables
        Known      = $known
        Children   = [System.Collections.Generic.List[object]]::new()
        BeforeAll  = $null
        BeforeEach = $null
        AfterEach  = $null
        AfterAll   = $null
        HasRun     = $false
        Failures   = [System.Collections.Generic.List[string]]::new()
    }
    $parent.Children.Add($node)
    $node
}

function Assert-StandInDiscovery {
    <#
    .SYNOPSIS
    Throws unless a file is being discovered and the script block given takes no parameters.
    #>
    param([string] $Command, [scriptblock] $Body)

    if ($null -eq $script:CurrentBlock) {
        throw "$Command stands where tests run; it belongs where they are described."
    }

    if ($null -ne $Body.Ast.ParamBlock) {
        throw "The stand-in for Pester gives no arguments to the param block of $Command; -ForEach makes variables."
    }
}

function Get-StandInItem {
    <#
    .SYNOPSIS
    Gives a set of variables for each item of -ForEach, or one empty set when -ForEach was not given.
    #>
    param([bool] $Given, $ForEach)

    if (-not $Given) {
        return @{}
    }

    $items = @($ForEach)
    if ($null -eq $ForEach -or $items.Count -eq 0) {
        throw '-ForEach has no items, so nothing would be tested.'
    }

    foreach ($item in $items) {
        ConvertTo-StandInVariable -Item $item
    }
}

function Invoke-StandInBody {
    <#
    .SYNOPSIS
    Runs the body of a block, so that what it describes becomes children of the block.
    #>
    param($Block)

    $script:CurrentBlock = $Block
    try {
        $left = $true
        do {
            # Discover.ps1 brings this script block: it makes the scope where the file's own code is.
            & $script:RunInFileScope $Block.Variables $Block.Body
            $left = $false
        } until ($true)
        if ($left) {
            throw "break or continue left the body of '$($Block.FullName)'."
        }
    }
    finally {
        $script:CurrentBlock = $Block.Parent
    }

    if ($Block.Children.Count -eq 0) {
        throw "'$($Block.FullName)' has no tests."
    }
}

function Describe {
    <#
    .SYNOPSIS
    Describes a group of tests.
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Fixture,
        $ForEach
    )

    Assert-StandInDiscovery -Command 'Describe or Context' -Body $Fixture
    foreach ($variables in @(Get-StandInItem -Given $PSBoundParameters.ContainsKey('ForEach') -ForEach $ForEach)) {
        Invoke-StandInBody -Block (New-StandInNode -Name $Name -Body $Fixture -Variables $variables -IsTest $false)
    }
}

function Context {
    <#
    .SYNOPSIS
    Describes a group of tests, under the name that reads better inside another group.
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Fixture,
        $ForEach
    )

    Describe @PSBoundParameters
}

function It {
    <#
    .SYNOPSIS
    Describes a test.
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $Test,
        [object[]] $ForEach
    )

    Assert-StandInDiscovery -Command 'It' -Body $Test
    if ($script:CurrentBlock.IsRoot) {
        throw "The test '$Name' is in no Describe."
    }

    foreach ($variables in @(Get-StandInItem -Given $PSBoundParameters.ContainsKey('ForEach') -ForEach $ForEach)) {
        $null = New-StandInNode -Name $Name -Body $Test -Variables $variables -IsTest $true
    }
}

function Set-StandInStep {
    <#
    .SYNOPSIS
    Notes a script block that runs before or after the tests of the current block.
    #>
    param([string] $Step, [scriptblock] $Body)

    Assert-StandInDiscovery -Command $Step -Body $Body
    if ($script:CurrentBlock.IsRoot -and $Step -like '*Each') {
        throw "$Step stands outside of any Describe, where Pester refuses it too."
    }

    if ($null -ne $script:CurrentBlock.$Step) {
        throw "There are two $Step in one block, and Pester would forget the first."
    }

    $script:CurrentBlock.$Step = $Body
}

function BeforeAll {
    <#
    .SYNOPSIS
    Runs once, before the tests of a block; they see its variables.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)

    Set-StandInStep -Step 'BeforeAll' -Body $Scriptblock
}

function BeforeEach {
    <#
    .SYNOPSIS
    Runs before each test of a block, in the scope of the test.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)

    Set-StandInStep -Step 'BeforeEach' -Body $Scriptblock
}

function AfterEach {
    <#
    .SYNOPSIS
    Runs after each test of a block, failed or not, in the scope of the test.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)

    Set-StandInStep -Step 'AfterEach' -Body $Scriptblock
}

function AfterAll {
    <#
    .SYNOPSIS
    Runs once, after the tests of a block, failed or not.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)

    Set-StandInStep -Step 'AfterAll' -Body $Scriptblock
}

function BeforeDiscovery {
    <#
    .SYNOPSIS
    Runs at once, where it stands. Says that code is meant to run at discovery.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [scriptblock] $Scriptblock)

    Assert-StandInDiscovery -Command 'BeforeDiscovery' -Body $Scriptblock
    . $Scriptblock
}

function Start-StandInDiscovery {
    <#
    .SYNOPSIS
    Begins the discovery of a file.
    #>
    param([string] $Path, [scriptblock] $RunInFileScope)

    Assert-StandInLimit -Path $Path
    $script:RunInFileScope = $RunInFileScope
    $script:CurrentBlock = [pscustomobject] @{
        IsTest     = $false
        IsRoot     = $true
        Parent     = $null
        FullName   = ''
        Variables  = @{}
        Known      = @{}
        Children   = [System.Collections.Generic.List[object]]::new()
        BeforeAll  = $null
        BeforeEach = $null
        AfterEach  = $null
        AfterAll   = $null
    }
}

function Complete-StandInDiscovery {
    <#
    .SYNOPSIS
    Ends the discovery of a file and gives the tree of what was found.
    #>
    $root = $script:CurrentBlock
    $script:CurrentBlock = $null
    if ($root.Children.Count -eq 0) {
        throw 'The file has no tests.'
    }

    $root
}

function Get-StandInTest {
    <#
    .SYNOPSIS
    Gives the tests of a block and of the blocks in it, in their order.
    #>
    param($Block)

    foreach ($child in $Block.Children) {
        if ($child.IsTest) {
            $child
        }
        else {
            Get-StandInTest -Block $child
        }
    }
}
