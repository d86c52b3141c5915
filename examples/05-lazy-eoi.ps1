# When can a guest leave out its EOI, and what does that save?
#
# An SVSM that has given its guest a vector with nothing else behind it sets no_eoi_required. A guest that knows that byte clears it, and saves
# the call. Four cases: alone, two at once, one that interrupts another, and a guest that writes EOI all the same.
#
#     dotnet run --project src/ApicShell.Host -- examples/05-lazy-eoi.ps1
#     ./examples/05-lazy-eoi.ps1                     # in pwsh, after Import-Module ./out/ApicShell
param(
    # The guest's #VC handler: Linux or Proposal.
    [string] $VcHandler = 'Linux'
)

function Initialize-Guest($Handler) {
    $null = New-ApicMachine -Platform SevSnp
    Enable-ApicAlternateInjection -VcHandler $Handler -SvsmApicSetup
    Set-ApicVcpu -InterruptsEnabled $true
}

$row = '  {0,-40} {1,-26} {2}'

# What the vCPU takes until nothing comes, and how each was ended.
function Show-Case($Title, [switch] $Explicit) {
    Clear-ApicTrace
    $ended = while ($taken = Receive-ApicInterrupt) {
        Complete-ApicInterrupt -Explicit:$Explicit
        $lazily = (Get-ApicTrace -Last 1).Kind -eq 'LazyEoi'
        '0x{0:X2} {1}' -f $taken.Vector, $(if ($lazily) { 'lazily' } else { 'by EOI' })
    }

    $row -f $Title, ($ended -join ', '), @(Get-ApicTrace -Kind SvsmCall).Count
}

''
$row -f 'case', 'ended', 'SVSM calls'
$row -f '----', '-----', '----------'

Initialize-Guest $VcHandler
$null = Send-ApicIpi 0x41 -SelfIpi
Show-Case 'one interrupt, alone'

Initialize-Guest $VcHandler
Set-ApicVcpu -InterruptsEnabled $false
$null = Send-ApicIpi 0x41, 0x62 -SelfIpi
Set-ApicVcpu -InterruptsEnabled $true
Show-Case 'two at once: only the last is alone'

Initialize-Guest $VcHandler
$null = Send-ApicIpi 0x41 -SelfIpi
$null = Receive-ApicInterrupt
$null = Send-ApicIpi 0x62 -SelfIpi
Show-Case 'one that interrupts 0x41, given at once'
Complete-ApicInterrupt
"  ... and 0x41 below it is ended $(if ((Get-ApicTrace -Last 1).Kind -eq 'LazyEoi') { 'lazily' } else { 'by EOI' })"

Initialize-Guest $VcHandler
$null = Send-ApicIpi 0x41 -SelfIpi
Show-Case 'alone, and the guest writes EOI' -Explicit

# What is left out is not forgotten: the SVSM sees it at its next look.
Initialize-Guest $VcHandler
$null = Send-ApicIpi 0x41 -SelfIpi
$null = Receive-ApicInterrupt -Complete
Clear-ApicTrace
$null = Read-ApicMsr Ppr
''
'  After a lazy EOI the SVSM ends the vector when the guest asks it the next time:'
Get-ApicTrace | ForEach-Object { "    $($_.Kind): $($_.Description)" }
