# What has to change, by whom, so that a guest with Alternate Injection boots?
#
# The mail of March 2025 asks whether KVM should turn on x2APIC when Alternate Injection is activated, create the vCPU in x2APIC, or something
# better. The answer, in which world it holds and what it rests on is in 10-the-answer.md beside this script. Every block of commands of that page
# is run here, and what it prints is held against what stands below it: a row is a block. It takes about a minute.
#
#     dotnet run --project src/ApicShell.Host -- examples/10-the-answer.ps1
#     ./examples/10-the-answer.ps1 | Where-Object -Not Same      # in pwsh, after Import-Module ./out/ApicShell
#     ./examples/10-the-answer.ps1 -Page answer.md               # writes the page anew, with what the blocks print now
param(
    # Where to write the page with what its blocks print now; without it nothing is written.
    [string] $Page
)

$width = 118
Update-TypeData -TypeName AnswerBlock -DefaultDisplayPropertySet Block, Section, Same, Lines -Force

# What a block prints, as lines; long ones go on below, further in.
function Get-Printed([string[]] $Command) {
    $shown = . ([scriptblock]::Create($Command -join "`n")) | Out-String -Width $width
    $lines = @($shown -split '\r?\n' | ForEach-Object { ($_ -replace "(\S{$width,}|.{1,$width})( |`$)", "`$1`n        ").TrimEnd() -split "`n" } | ForEach-Object TrimEnd)
    while ($lines.Count -gt 0 -and $lines[0] -eq '') { $lines = @($lines | Select-Object -Skip 1) }
    while ($lines.Count -gt 0 -and $lines[-1] -eq '') { $lines = @($lines | Select-Object -SkipLast 1) }
    $lines
}

$text = @(Get-Content -LiteralPath (Join-Path $PSScriptRoot 10-the-answer.md) -Encoding UTF8)
$written = New-Object System.Collections.Generic.List[string]
$section = ''
$block = 0
for ($at = 0; $at -lt $text.Count; $at++) {
    $written.Add($text[$at])
    if ($text[$at] -like '#* *') { $section = $text[$at] -replace '^#+ ' }
    if ($text[$at] -ne '```powershell') { continue }

    # The commands, and what stands below them: a block of text right after.
    $command = @(while ($text[++$at] -ne '```') { $written.Add($text[$at]); $text[$at] })
    $stood = @()
    if ($text[$at + 2] -eq '```text') { $at += 2; $stood = @(while ($text[++$at] -ne '```') { $text[$at] }) }
    $printed = @(. Get-Printed $command)
    foreach ($line in @('```', '', '```text') + $printed + '```') { $written.Add($line) }
    $block++
    [pscustomobject]@{ PSTypeName = 'AnswerBlock'; Block = $block; Section = $section; Same = ($stood -join "`n") -ceq ($printed -join "`n")
        Lines = $printed.Count; Command = $command -join "`n"; Printed = $printed -join "`n" }
}

if ($Page) { Set-Content -LiteralPath $Page -Value $written -Encoding UTF8 }
