# Does every interrupt arrive exactly once when an SVSM hands a busy APIC to the hypervisor?
#
# A vCPU serves three nested interrupts, hundreds of others are requested or posted by another vCPU, and Alternate Injection ends. The guest goes
# on with the hypervisor's APIC: what arrives is counted. Once with the protocol as it is meant, once with what COCONUT-SVSM got wrong.
#
#     dotnet run --project src/ApicShell.Host -- examples/07-hand-off.ps1
#     ./examples/07-hand-off.ps1 | Select-Object SvsmBehavior, Arrived, Never* # in pwsh, after Import-Module ./out/ApicShell
param(
    # What the SVSM does otherwise than the protocol means, for the second run.
    [string] $SvsmBehavior = 'Coconut'
)

function ConvertTo-Hex { ($input | ForEach-Object { '0x{0:X2}' -f $_ }) -join ', ' }

foreach ($behavior in 'None', $SvsmBehavior) {
    $guest, $other = (New-ApicMachine 2 -Platform SevSnp).Vcpu
    $guest, $other | Enable-ApicAlternateInjection -VcHandler Linux -SvsmApicSetup -SvsmBehavior $behavior
    Set-ApicVcpu $guest -InterruptsEnabled $true
    foreach ($vector in 0x31, 0x52, 0x73) {
        $null = $guest | Send-ApicIpi $vector -SelfIpi
        $null = Receive-ApicInterrupt $guest
    }

    # Two of three are requested by itself. The rest is posted by the other vCPU, whose SVSM has switched its own APIC off: the hypervisor notifies
    # nobody, so that the IPIs are still where they were posted when emulation ends, as in a race.
    Set-ApicVcpu $guest -InterruptsEnabled $false
    $own, $posted = (0x1E..0xFF).Where({ $_ % 3 -ne 2 }, 'Split')
    $null = $guest | Send-ApicIpi $own -SelfIpi
    $other | Write-ApicMsr Svr 0xFF -Origin Svsm
    $null = $other | Send-ApicIpi $posted -To $guest -WarningAction Ignore
    $before = Get-ApicPendingInterrupt $guest
    Disable-ApicAlternateInjection $guest
    $after = Get-ApicPendingInterrupt $guest

    # The guest goes on: takes what priority allows, ends what it was serving, takes more.
    Set-ApicVcpu $guest -InterruptsEnabled $true
    $arrived = @(Receive-ApicInterrupt $guest -All -Complete) + @(while ((Get-ApicPendingInterrupt $guest).InService.Count) {
            Complete-ApicInterrupt $guest
            Receive-ApicInterrupt $guest -All -Complete
        }) | Group-Object Vector

    $vectors = $arrived.Group.Vector
    [pscustomobject]@{
        SvsmBehavior     = $behavior
        InServiceBefore  = $before.InService.Ranges
        RequestedBefore  = $before.Requested.Count
        PostedBefore     = $before.Waiting.Count
        InServiceAfter   = $after.InService.Ranges
        RequestedAfter   = $after.Requested.Count
        Arrived          = @($arrived).Count
        ArrivedTwice     = @($arrived | Where-Object Count -GT 1).Count
        NeverOfRequested = $own | Where-Object { $_ -notin $vectors } | ConvertTo-Hex
        NeverOfPosted    = @($posted | Where-Object { $_ -notin $vectors }).Count
        NoPlaceInPage    = ((Get-ApicTrace -Kind Refused).Interrupt | Where-Object Rule -EQ SvsmHandOffNoPlace).Vector | ConvertTo-Hex
    }
}
