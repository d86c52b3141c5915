# Why does a device's interrupt not arrive in a guest whose APIC an SVSM emulates?
#
# The SVSM takes from the hypervisor only vectors that the guest has allowed by call 4 of the APIC protocol. A device's interrupt goes the whole
# way and is dropped without a word; after the call the same one arrives. Then all vectors at once, and one taken back.
#
#     dotnet run --project src/ApicShell.Host -- examples/06-vector-not-allowed.ps1
#     ./examples/06-vector-not-allowed.ps1 | Where-Object Rule                     # in pwsh, after Import-Module ./out/ApicShell
$AllowOne = 0x100    # RCX bit 8: allow; bits 7:0 the vector
$AllVectors = 0x200  # RCX bit 9: vectors 31 to 255

# A device's message, every hop on its way, and the rule by which it ends before the vCPU takes it.
function Send-Message([string] $Allowed, [int] $Vector) {
    Clear-ApicTrace
    $delivery = Send-ApicInterrupt -Destination 0 -Vector $Vector
    $null = Receive-ApicInterrupt -Complete
    $hops = Get-ApicTrace -Kind Accepted, Posted, Refused, Injected, Taken | ForEach-Object { "$($_.AnsweredBy) $($_.Kind)" -replace 'Nobody ' }
    [pscustomobject]@{
        Allowed = $Allowed
        Vector  = '0x{0:X2}' -f $Vector
        Rule    = if ($delivery.Refused) { "$($delivery.Rule.Id)" }
        Hops    = $hops -join ', '
    }
}

@(
    $null = New-ApicMachine -Platform SevSnp
    Enable-ApicAlternateInjection -VcHandler Linux -SvsmApicSetup
    Set-ApicVcpu -InterruptsEnabled $true
    Send-Message none 0x61

    $null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx ($AllowOne + 0x61)
    Send-Message 0x61 0x61
    Send-Message 0x61 0x62

    $null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx ($AllVectors + $AllowOne)
    $null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx 0x61
    Send-Message 'all but 0x61' 0x61
    Send-Message 'all but 0x61' 0x62
)
