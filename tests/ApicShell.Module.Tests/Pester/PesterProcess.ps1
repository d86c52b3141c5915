# Discovers and runs Pester files for the tests in .NET: reads lines "Discover PATH" and "Run PATH", and answers each by one marked line of JSON.
param([string] $Pester, [string] $Mark)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module -Name $Pester

# The name as Pester shows it. Until a test runs, Pester leaves <key> in it as it was written.
function Get-TestName($Test) {
    [regex]::Replace(($Test.Path -join '.'), '<(\w+)>', {
            param($Match)
            $key = $Match.Groups[1].Value
            if ($Test.Data -is [System.Collections.IDictionary] -and $Test.Data.Contains($key)) { $Test.Data[$key] } else { $Match.Value }
        })
}

# What went wrong in the test, and in the blocks around it: their set-up and tear-down are its own.
function Get-Message($Test) {
    $records = @($Test.ErrorRecord)
    for ($block = $Test.Block; $block; $block = $block.Parent) { $records += @($block.ErrorRecord) }
    @($records | Where-Object { $_ } | ForEach-Object {
            if ($_.PSObject.Properties['DisplayErrorMessage']) { $_.DisplayErrorMessage; $_.DisplayStackTrace } else { "$_"; $_.ScriptStackTrace }
        }) -join "`n"
}

while ($null -ne ($request = [Console]::In.ReadLine())) {
    $verb, $path = $request -split ' ', 2
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $path
    $configuration.Run.PassThru = $true
    $configuration.Run.SkipRun = $verb -eq 'Discover'
    $configuration.Output.Verbosity = 'None'
    $report = try {
        $run = Invoke-Pester -Configuration $configuration
        $problem = @($run.Containers.ErrorRecord | Where-Object { $_ } | ForEach-Object { "$_`n$($_.ScriptStackTrace)" }) -join "`n"
        @{
            Problem = if ($problem) { $problem } elseif ($run.TotalCount -eq 0) { 'The file has no tests.' }
            Tests   = @($run.Tests | ForEach-Object { @{ Name = Get-TestName $_; Result = "$($_.Result)"; Message = Get-Message $_ } })
        }
    }
    catch { @{ Problem = "$_`n$($_.ScriptStackTrace)"; Tests = @() } }
    [Console]::Out.WriteLine($Mark + (ConvertTo-Json $report -Depth 4 -Compress))
}
