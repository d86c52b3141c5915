<#
.SYNOPSIS
    Builds, tests and packs ApicShell.

.DESCRIPTION
    A thin front door to the .NET SDK, for those who have PowerShell. What it does for Build and most of Test, `dotnet build` and
    `dotnet test` do as well.

    The tasks run in the order in which they are given. The first one that fails ends the script with a non-zero exit code.

    Build    Compiles the solution and lays the module out in out/ApicShell.
    Test     Runs `dotnet test`, and then the files of tests/Pester with Pester 5 or later when it is there. Without it, `dotnet test`
             has run the same files through its stand-in for Pester.
    Analyze  Runs PSScriptAnalyzer over module, examples and this script, when it is there. Any finding is a failure.
    Bench    Runs the benchmarks, always as Release.
    Package  Builds as Release and packs out/ApicShell into out/ApicShell-<version>.zip.
    Clean    Removes out and all bin and obj folders.

.PARAMETER Task
    What to do.

.PARAMETER Configuration
    The configuration that Build and Test use.

.PARAMETER InstallPester
    Lets Test install Pester 5 from the PowerShell Gallery for the current user when it is missing.

.EXAMPLE
    ./build.ps1

    Builds the module. After it, Import-Module ./out/ApicShell imports it.

.EXAMPLE
    ./build.ps1 -Task Test -InstallPester

    Runs all tests, and installs Pester first when it is missing.

.EXAMPLE
    ./build.ps1 -Task Clean, Build, Test, Analyze, Package

    Does what a release needs.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'It tells a person at a console what it does.')]
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Bench', 'Package', 'Clean')]
    [string[]] $Task = @('Build'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [switch] $InstallPester
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$solution = Join-Path $PSScriptRoot 'ApicShell.sln'
$out = Join-Path $PSScriptRoot 'out'
$layout = Join-Path $out 'ApicShell'
# Older ones lack -ForEach.
$pesterVersion = [version] '5.1.0'

function Invoke-Native {
    <#
    .SYNOPSIS
        Runs a program and throws when it fails.
    #>
    param([string] $Program, [string[]] $Arguments)

    Write-Host "> $Program $($Arguments -join ' ')"
    & $Program $Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Program ended with exit code $LASTEXITCODE."
    }
}

function Get-NewestModule {
    <#
    .SYNOPSIS
        Gives the newest installed version of a module, or nothing.
    #>
    param([string] $Name, [version] $MinimumVersion = '0.0')

    Get-Module -Name $Name -ListAvailable |
        Where-Object { $_.Version -ge $MinimumVersion } |
        Sort-Object -Property Version -Descending |
        Select-Object -First 1
}

function Invoke-BuildTask {
    <#
    .SYNOPSIS
        Compiles the solution and lays the module out.
    #>
    param([string] $Configuration)

    Invoke-Native -Program 'dotnet' -Arguments 'build', $solution, '-c', $Configuration
}

function Invoke-TestTask {
    <#
    .SYNOPSIS
        Runs the tests of .NET, and then those of Pester.
    #>
    param([string] $Configuration, [bool] $InstallPester)

    Invoke-Native -Program 'dotnet' -Arguments 'test', $solution, '-c', $Configuration

    $pester = Get-NewestModule -Name 'Pester' -MinimumVersion $pesterVersion
    if (-not $pester -and $InstallPester) {
        Write-Host 'Installing Pester 5 for the current user.'
        # Windows brings a Pester 3 that is signed by another publisher.
        $request = @{
            Name               = 'Pester'
            MinimumVersion     = $pesterVersion
            MaximumVersion     = '5.99.99'
            Repository         = 'PSGallery'
            Scope              = 'CurrentUser'
            SkipPublisherCheck = $true
            Force              = $true
        }
        Install-Module @request
        $pester = Get-NewestModule -Name 'Pester' -MinimumVersion $pesterVersion
    }

    if (-not $pester) {
        Write-Warning ("Skipped Pester: no version from $pesterVersion on is installed. dotnet test has run the same files through " +
            'its stand-in for Pester. To get it: ./build.ps1 -Task Test -InstallPester')
        return
    }

    # In a process of its own: a module that was imported once keeps its files open and its types loaded. Its path is in the
    # environment, because no quoting of it would be right for both editions of PowerShell.
    $script = @'
$ErrorActionPreference = 'Stop'
Import-Module $env:APICSHELL_PESTER
Import-Module $env:APICSHELL_LAYOUT
$configuration = New-PesterConfiguration
$configuration.Run.Path = $env:APICSHELL_TESTS
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
if ($result.TotalCount -eq 0) { Write-Host 'Pester found no tests.'; exit 1 }
if ($result.Result -ne 'Passed') { exit 1 }
exit 0
'@
    $variables = @{
        APICSHELL_PESTER = $pester.Path
        APICSHELL_LAYOUT = Join-Path $layout 'ApicShell.psd1'
        APICSHELL_TESTS  = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'Pester')
    }
    $engine = (Get-Process -Id $PID).Path
    try {
        foreach ($name in $variables.Keys) { [Environment]::SetEnvironmentVariable($name, $variables[$name]) }
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script))
        Write-Host "> Invoke-Pester tests/Pester (Pester $($pester.Version))"
        & $engine -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded
        if ($LASTEXITCODE -ne 0) {
            throw 'Pester found failures.'
        }
    }
    finally {
        foreach ($name in $variables.Keys) { [Environment]::SetEnvironmentVariable($name, $null) }
    }
}

function Invoke-AnalyzeTask {
    <#
    .SYNOPSIS
        Runs PSScriptAnalyzer over what users get and over this script.
    #>
    $analyzer = Get-NewestModule -Name 'PSScriptAnalyzer'
    if (-not $analyzer) {
        Write-Warning ('Skipped the analysis: PSScriptAnalyzer is not installed. ' +
            'To get it: Install-Module PSScriptAnalyzer -Scope CurrentUser')
        return
    }

    Import-Module $analyzer.Path
    $findings = @(
        foreach ($part in 'module', 'examples', 'build.ps1') {
            $path = Join-Path $PSScriptRoot $part
            if (Test-Path -LiteralPath $path) {
                # The script talks to the person who runs it.
                $excluded = @(if ($part -eq 'build.ps1') { 'PSAvoidUsingWriteHost' })
                Invoke-ScriptAnalyzer -Path $path -Recurse -ExcludeRule $excluded
            }
        }
    )
    if ($findings.Count -ne 0) {
        $findings | Format-Table -Property Severity, RuleName, ScriptName, Line, Message -Wrap | Out-Host
        throw "PSScriptAnalyzer has $($findings.Count) findings."
    }

    Write-Host "PSScriptAnalyzer $($analyzer.Version) has no findings."
}

function Invoke-BenchTask {
    <#
    .SYNOPSIS
        Runs the benchmarks.
    #>
    $project = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'ApicShell.Benchmarks')
    Invoke-Native -Program 'dotnet' -Arguments 'run', '-c', 'Release', '--project', $project
}

function Invoke-PackageTask {
    <#
    .SYNOPSIS
        Packs the module, built as Release, into a zip file.
    #>
    # Nothing that an earlier build left behind may ship.
    if (Test-Path -LiteralPath $layout) {
        Remove-Item -LiteralPath $layout -Recurse -Force
    }

    Invoke-BuildTask -Configuration 'Release'

    $version = (Import-PowerShellDataFile -LiteralPath (Join-Path $layout 'ApicShell.psd1')).ModuleVersion
    $archive = Join-Path $out "ApicShell-$version.zip"
    if (Test-Path -LiteralPath $archive) {
        Remove-Item -LiteralPath $archive
    }

    Add-Type -AssemblyName 'System.IO.Compression.FileSystem'
    [System.IO.Compression.ZipFile]::CreateFromDirectory($layout, $archive, 'Optimal', $true)
    Write-Host "Packed $archive"
}

function Invoke-CleanTask {
    <#
    .SYNOPSIS
        Removes all that a build makes.
    #>
    $folders = @($out)
    foreach ($part in 'src', 'tests') {
        $folders += @(
            Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot $part) -Directory |
                ForEach-Object { Join-Path $_.FullName 'bin'; Join-Path $_.FullName 'obj' }
        )
    }

    foreach ($folder in $folders) {
        if (Test-Path -LiteralPath $folder) {
            Remove-Item -LiteralPath $folder -Recurse -Force
        }
    }
}

try {
    foreach ($name in $Task) {
        Write-Host "== $name"
        switch ($name) {
            'Build' { Invoke-BuildTask -Configuration $Configuration }
            'Test' { Invoke-TestTask -Configuration $Configuration -InstallPester $InstallPester }
            'Analyze' { Invoke-AnalyzeTask }
            'Bench' { Invoke-BenchTask }
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
