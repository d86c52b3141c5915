# Does every interrupt arrive exactly once when an SVSM hands a busy APIC to the hypervisor?
#
# A vCPU serves three nested interrupts, hundreds of others are requested or posted by another vCPU, and Alternate Injection ends. The guest goes
# on with the hypervisor's APIC: what arrives is counted. Once with the protocol as it is meant, once with what COCONUT-SVSM got wrong.
#
#     dotnet run --project src/ApicShell.Host -- examples/07-hand-off.ps1
#     ./examples/07-hand-off.ps1                     # in pwsh, after Import-Module ./out/ApicShell
param(
    # What the SVSM does otherwise than the protocol means, for the second run.
    [string] $SvsmBehavior = 'Coconut'
)

$line = '  {0,-32} {1}'

function Format-Vector($Vectors) {
    if (-not $Vectors) { return 'none' }
    ($Vectors | ForEach-Object { '0x{0:X2}' -f $_ }) -join ', '
}

function Show-HandOff($Title, $Behavior) {
    ''
    "=== $Title"
    ''
    $machine = New-ApicMachine 2 -Platform SevSnp
    $machine.Vcpu | Enable-ApicAlternateInjection -VcHandler Linux -SvsmApicSetup -SvsmBehavior $Behavior
    $guest, $other = $machine.Vcpu
    Set-ApicVcpu $guest -InterruptsEnabled $true
    foreach ($vector in 0x31, 0x52, 0x73) {
        $null = $guest | Send-ApicIpi $vector -SelfIpi
        $null = Receive-ApicInterrupt $guest
    }

    # Two of three are requested by itself. The rest is posted by the other vCPU, whose SVSM has switched its own APIC off: the hypervisor notifies
    # nobody, so that the IPIs are still where they were posted when emulation ends, as in a race.
    Set-ApicVcpu $guest -InterruptsEnabled $false
    $own = 0x1E..0xFF | Where-Object { $_ % 3 -ne 2 }
    $posted = 0x1E..0xFF | Where-Object { $_ % 3 -eq 2 }
    $null = $guest | Send-ApicIpi $own -SelfIpi
    $other | Write-ApicMsr Svr 0xFF -Origin Svsm
    $null = $other | Send-ApicIpi $posted -To $guest -WarningAction Ignore
    $before = Get-ApicPendingInterrupt $guest
    $line -f 'in service with the SVSM', $before.InService.Ranges
    $line -f 'requested, and posted', "$($before.Requested.Count) vectors, and $($before.Waiting.Count)"

    Disable-ApicAlternateInjection $guest
    $after = Get-ApicPendingInterrupt $guest
    $line -f 'in service with the hypervisor', $after.InService.Ranges
    $line -f 'requested there', "$($after.Requested.Count) vectors"

    # The guest goes on: takes what priority allows, ends what it was serving, takes more.
    Set-ApicVcpu $guest -InterruptsEnabled $true
    $arrived = @(Receive-ApicInterrupt $guest -All -Complete)
    while ((Get-ApicPendingInterrupt $guest).InService.Count) {
        Complete-ApicInterrupt $guest
        $arrived += Receive-ApicInterrupt $guest -All -Complete
    }

    $times = @{}
    foreach ($one in $arrived) { $times[[int] $one.Vector]++ }
    $noPlace = (Get-ApicTrace -Kind Refused).Interrupt | Where-Object Rule -EQ SvsmHandOffNoPlace
    $line -f 'arrived', "$($times.Count) vectors"
    $line -f 'more than once', (Format-Vector (0x1E..0xFF | Where-Object { $times[$_] -gt 1 }))
    $line -f 'never, of those requested', (Format-Vector ($own | Where-Object { -not $times[$_] }))
    $line -f 'never, of those posted', "$(@($posted | Where-Object { -not $times[$_] }).Count) vectors"
    $line -f 'had no place in the page', (Format-Vector $noPlace.Vector)
}

Show-HandOff 'As the protocol means' None
Show-HandOff "With $SvsmBehavior" $SvsmBehavior
