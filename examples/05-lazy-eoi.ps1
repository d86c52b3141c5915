# When can a guest leave out its EOI, and what does that save?
#
# An SVSM that has given its guest a vector with nothing else behind it sets no_eoi_required. A guest that knows that byte clears it, and saves
# the call; the SVSM sees that at the guest's next one, whatever it is. A row is a vector, how it was ended, and what that cost.
#
#     dotnet run --project src/ApicShell.Host -- examples/05-lazy-eoi.ps1
#     ./examples/05-lazy-eoi.ps1 | Group-Object EndedBy                         # in pwsh, after Import-Module ./out/ApicShell
param(
    # The guest's #VC handler: Linux or Proposal.
    [string] $VcHandler = 'Linux'
)

function Initialize-Guest([string] $VcHandler, [switch] $InterruptsOff) {
    $null = New-ApicMachine -Platform SevSnp
    Enable-ApicAlternateInjection -VcHandler $VcHandler -SvsmApicSetup
    Set-ApicVcpu -InterruptsEnabled (-not $InterruptsOff)
}

function Get-Row([string] $Case, [byte] $Vector, [scriptblock] $End = { Complete-ApicInterrupt }) {
    Clear-ApicTrace
    & $End
    $last = Get-ApicTrace -Kind LazyEoi, Access
    $by = if ($last.Access) { $last.Access.Register } else { 'no_eoi_required' }
    [pscustomobject]@{ Vector = '0x{0:X2}' -f $Vector; EndedBy = $by; SvsmCalls = @(Get-ApicTrace -Kind SvsmCall).Count; Case = $Case }
}

@(
    Initialize-Guest $VcHandler
    $null = Send-ApicIpi 0x41 -SelfIpi
    Get-Row 'one, alone' (Receive-ApicInterrupt).Vector
    Get-Row 'the same, as the SVSM sees it: at a read of PPR' 0x41 -End { $null = Read-ApicMsr Ppr }

    Initialize-Guest $VcHandler
    $null = Send-ApicIpi 0x41 -SelfIpi
    Get-Row 'one, alone, and the guest writes EOI' (Receive-ApicInterrupt).Vector -End { Complete-ApicInterrupt -Explicit }

    Initialize-Guest $VcHandler -InterruptsOff
    $null = Send-ApicIpi 0x41, 0x62 -SelfIpi
    Set-ApicVcpu -InterruptsEnabled $true
    while ($taken = Receive-ApicInterrupt) { Get-Row 'two at once: only the last is alone' $taken.Vector }

    Initialize-Guest $VcHandler
    $null = Send-ApicIpi 0x41 -SelfIpi
    $null = Receive-ApicInterrupt
    $null = Send-ApicIpi 0x62 -SelfIpi
    Get-Row 'one that interrupts 0x41' (Receive-ApicInterrupt).Vector
    Get-Row 'the one below it' 0x41
)
