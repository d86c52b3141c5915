#requires -Version 7.4

<#
.SYNOPSIS
    Builds, tests and packs ApicShell.

.DESCRIPTION
    A thin front door to the .NET SDK, for those who have PowerShell. What it does for Build and Test, `dotnet build` and `dotnet test` do as well.

    The tasks run in the order in which they are given. The first one that fails ends the script with exit code 1.

    Build     Compiles the solution and lays the module out in out/ApicShell.
    Test      Runs all tests, those of tests/Pester too, as `dotnet test`.
    Pester    Runs tests/Pester in this PowerShell, under the newest Pester that is installed for it (5.7.1 or later).
    Analyze   Runs PSScriptAnalyzer over every script of the repository. Any finding is a failure.
    Coverage  Measures which lines and branches the tests of the core run, room by room. The reports are in out/coverage.
    Mutate    Changes one room of the core in many small ways, and shows which changes no test notices. The report is in out/mutation.
    Bench     Runs the benchmarks.
    Package   Packs the module for the PowerShell Gallery into out/gallery, and the .NET tool into out/tool.
    Clean     Removes out and all bin and obj folders.

    Coverage and Mutate download what they need when they first run. Mutate leaves out the tests that are marked as slow, and those that do most of the
    work of a run and find no changed rule: the search's, those of large machines, and those that compare a machine with itself. So it has no use for the
    search's own room.

.PARAMETER Task
    What to do.

.PARAMETER Configuration
    The configuration that Build, Test, Pester and Coverage use. Bench and Package always take Release.

.PARAMETER Room
    The room that Mutate changes: a folder of src/ApicShell.Core, but not Exploration.

.PARAMETER File
    The files of the room that Mutate changes, as a name that may have wildcards. A whole room can take hours: a change costs about
    three seconds.

.EXAMPLE
    ./build.ps1

    Builds the module. After it, Import-Module ./out/ApicShell imports it.

.EXAMPLE
    ./build.ps1 -Task Clean, Test, Pester, Analyze, Package

    Does what a release needs.

.EXAMPLE
    ./build.ps1 -Task Mutate -Room Architecture -File Interrupt*.cs

    Shows how well the tests hold what the core knows of the ICR.
#>
[CmdletBinding()]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'It tells a person at a console what it does.')]
param(
    [ValidateSet('Build', 'Test', 'Pester', 'Analyze', 'Coverage', 'Mutate', 'Bench', 'Package', 'Clean')]
    [string[]] $Task = @('Build'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [ValidateSet('Architecture', 'Emulation', 'Confidential', 'Firmware', 'Tracing')]
    [string] $Room,

    [string] $File = '*.cs'
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
# A program that fails ends the task.
$PSNativeCommandUseErrorActionPreference = $true

$solution = Join-Path $PSScriptRoot 'ApicShell.sln'
$source = Join-Path $PSScriptRoot 'src'
$tests = Join-Path $PSScriptRoot 'tests'
$out = Join-Path $PSScriptRoot 'out'

function Invoke-DotNet {
    <#
    .SYNOPSIS
        Says how dotnet is called, and calls it.
    #>
    param([string[]] $Argument)

    Write-Host "> dotnet $Argument"
    dotnet @Argument
}

function Get-NewestModule {
    <#
    .SYNOPSIS
        Gives the newest installed version of a module, or nothing.
    #>
    param([string] $Name, [version] $MinimumVersion = '0.0')

    Get-Module -Name $Name -ListAvailable |
        Where-Object Version -GE $MinimumVersion |
        Sort-Object -Property Version -Descending |
        Select-Object -First 1
}

function Invoke-PesterTask {
    <#
    .SYNOPSIS
        Runs tests/Pester under the Pester of this PowerShell.
    #>
    param([string] $Configuration)

    $pester = Get-NewestModule -Name 'Pester' -MinimumVersion '5.7.1'
    if (-not $pester) {
        throw 'No Pester from 5.7.1 on is installed, so nothing was run. To get it: Install-PSResource Pester. (The task Test brings its own.)'
    }

    Invoke-DotNet 'build', (Join-Path $source 'ApicShell.Help'), '-c', $Configuration

    # In a process of its own: a module that was imported once keeps its files open and its types loaded.
    Write-Host "> Invoke-Pester tests/Pester (Pester $($pester.Version), PowerShell $($PSVersionTable.PSVersion))"
    $run = Start-Job -WorkingDirectory $PSScriptRoot -ArgumentList $pester.Path -ScriptBlock {
        Import-Module -Name $args[0]
        Invoke-Pester -Configuration @{
            Run    = @{ Path = 'tests/Pester'; PassThru = $true }
            Output = @{ Verbosity = 'Detailed' }
        } | Select-Object -Property Result, TotalCount
    } | Receive-Job -Wait -AutoRemoveJob

    if ($run.TotalCount -eq 0 -or $run.Result -ne 'Passed') {
        throw "Pester ran $($run.TotalCount) tests and says: $($run.Result)."
    }
}

function Invoke-AnalyzeTask {
    <#
    .SYNOPSIS
        Runs PSScriptAnalyzer over all scripts that git knows or would take.
    #>
    $analyzer = Get-NewestModule -Name 'PSScriptAnalyzer'
    if (-not $analyzer) {
        throw 'PSScriptAnalyzer is not installed, so no script was looked at. To get it: Install-PSResource PSScriptAnalyzer'
    }

    Import-Module -Name $analyzer.Path
    $scripts = @(git -C $PSScriptRoot ls-files --cached --others --exclude-standard '*.ps1' '*.psm1' '*.psd1')
    $findings = @($scripts | ForEach-Object { Invoke-ScriptAnalyzer -Path (Join-Path $PSScriptRoot $_) })
    if ($findings.Count -ne 0) {
        $findings | ForEach-Object { Write-Host "$($_.ScriptPath):$($_.Line): $($_.RuleName): $($_.Message)" }
        throw "Findings of PSScriptAnalyzer $($analyzer.Version): $($findings.Count)."
    }

    Write-Host "PSScriptAnalyzer $($analyzer.Version) has no findings in $($scripts.Count) scripts."
}

function Invoke-CoverageTask {
    <#
    .SYNOPSIS
        Runs the tests of the core with coverlet, and sums its reports up by room.
    #>
    param([string] $Configuration)

    $reports = Join-Path $out 'coverage'
    if (Test-Path -LiteralPath $reports) { Remove-Item -LiteralPath $reports -Recurse }

    Invoke-DotNet @(
        'test', (Join-Path $tests 'ApicShell.Core.Tests'), '-c', $Configuration, '-p:Coverage=true'
        '--settings', (Join-Path $tests 'coverage.runsettings'), '--results-directory', $reports
    )

    Get-ChildItem -LiteralPath $reports -Filter 'coverage.cobertura.xml' -Recurse | Measure-Coverage | Format-Table | Out-Host
}

function Measure-Coverage {
    <#
    .SYNOPSIS
        Gives lines and branches, and how many of them were run, by room and in all.
    #>
    param([Parameter(ValueFromPipeline)] [System.IO.FileInfo] $Report)

    process {
        $xml = [xml] (Get-Content -LiteralPath $Report -Raw)
        # A line of a lambda or a local function stands in two classes.
        $lines = $xml.SelectNodes('//class') | ForEach-Object {
            $room = ($_.filename -split '[\\/]')[0]
            foreach ($line in $_.SelectNodes('lines/line')) {
                $branches = [regex]::Match($line.GetAttribute('condition-coverage'), '\((\d+)/(\d+)\)')
                [pscustomobject]@{
                    Room     = $room
                    Place    = "$($_.filename):$($line.number)"
                    Hit      = [int]($line.hits -ne '0')
                    Taken    = [int]$branches.Groups[1].Value
                    Branches = [int]$branches.Groups[2].Value
                }
            }
        } | Sort-Object -Property Place, Hit, Taken -Descending | Group-Object -Property Place | ForEach-Object { $_.Group[0] }

        @($lines | Group-Object -Property Room) + [pscustomobject]@{ Name = 'all'; Group = $lines } | ForEach-Object {
            $hit, $taken, $branches = ($_.Group | Measure-Object -Property Hit, Taken, Branches -Sum).Sum
            [pscustomobject]@{
                Room      = $_.Name
                Lines     = $_.Group.Count
                'Run %'   = [Math]::Round(100 * $hit / $_.Group.Count, 1)
                Branches  = [int] $branches
                'Taken %' = [Math]::Round(100 * $taken / [Math]::Max($branches, 1), 1)
            }
        }
    }
}

function Invoke-MutateTask {
    <#
    .SYNOPSIS
        Runs Stryker over one room of the core.
    #>
    param([string] $Room, [string] $File)

    if (-not $Room) {
        throw 'Mutate takes one room at a time. Name it: -Room Architecture, for example.'
    }

    $output = Join-Path $out 'mutation'
    Push-Location (Join-Path $tests 'ApicShell.Core.Tests')
    try {
        Invoke-DotNet 'tool', 'restore'
        Invoke-DotNet 'stryker', '--mutate', "**/$Room/**/$File", '--output', $output
    }
    finally {
        Pop-Location
    }

    $report = Get-Content -LiteralPath (Join-Path $output 'reports/mutation-report.json') -Raw | ConvertFrom-Json -AsHashtable
    foreach ($path in $report.files.Keys) {
        $report.files[$path].mutants | Where-Object { $_.status -in 'Survived', 'NoCoverage' } | ForEach-Object {
            Write-Host "$([System.IO.Path]::GetRelativePath($PSScriptRoot, $path)):$($_.location.start.line): $($_.status): $($_.mutatorName): $($_.replacement)"
        }
    }
}

function Invoke-PackageTask {
    <#
    .SYNOPSIS
        Packs the module and the tool, built as Release.
    #>
    if (-not (Get-Command -Name 'Compress-PSResource' -ErrorAction Ignore)) {
        throw 'Package needs Microsoft.PowerShell.PSResourceGet 1.1 or later, which comes with PowerShell 7.5. To get it: Install-PSResource Microsoft.PowerShell.PSResourceGet'
    }

    # Each in a folder of its own: the names of the two packages differ in case only. Nothing that an earlier build left behind may ship.
    $layout, $gallery, $tool = 'ApicShell', 'gallery', 'tool' | ForEach-Object { Join-Path $out $_ }
    $layout, $gallery, $tool | Where-Object { Test-Path -LiteralPath $_ } | Remove-Item -Recurse -Force

    Invoke-DotNet 'build', (Join-Path $source 'ApicShell.Help'), '-c', 'Release'
    $null = New-Item -Path $gallery -ItemType Directory
    Compress-PSResource -Path $layout -DestinationPath $gallery

    Invoke-DotNet 'pack', (Join-Path $source 'ApicShell.Host'), '-c', 'Release', '--output', $tool

    Get-ChildItem -Path $gallery, $tool | ForEach-Object { Write-Host ('Packed {0} ({1:N1} MB)' -f $_.FullName, ($_.Length / 1MB)) }
}

function Invoke-CleanTask {
    <#
    .SYNOPSIS
        Removes all that a build makes.
    #>
    $made = Get-ChildItem -Path $source, $tests -Directory | ForEach-Object { Join-Path $_ 'bin'; Join-Path $_ 'obj' }
    @($out) + $made | Where-Object { Test-Path -LiteralPath $_ } | Remove-Item -Recurse -Force
}

try {
    foreach ($name in $Task) {
        Write-Host "== $name"
        switch ($name) {
            'Build' { Invoke-DotNet 'build', $solution, '-c', $Configuration }
            'Test' { Invoke-DotNet 'test', $solution, '-c', $Configuration }
            'Pester' { Invoke-PesterTask -Configuration $Configuration }
            'Analyze' { Invoke-AnalyzeTask }
            'Coverage' { Invoke-CoverageTask -Configuration $Configuration }
            'Mutate' { Invoke-MutateTask -Room $Room -File $File }
            'Bench' { Invoke-DotNet 'run', '-c', 'Release', '--project', (Join-Path $tests 'ApicShell.Benchmarks') }
            'Package' { Invoke-PackageTask }
            'Clean' { Invoke-CleanTask }
        }
    }
}
catch {
    [Console]::Error.WriteLine("build.ps1: $_")
    exit 1
}

exit 0
