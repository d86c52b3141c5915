# Why does a device's interrupt not arrive in a guest whose APIC an SVSM emulates?
#
# The SVSM takes from the hypervisor only vectors that the guest has allowed by call 4 of the APIC protocol. A device's interrupt goes the whole
# way and is dropped without a word; after the call the same one arrives. Then all vectors at once, and one taken back.
#
#     dotnet run --project src/ApicShell.Host -- examples/06-vector-not-allowed.ps1
#     ./examples/06-vector-not-allowed.ps1                     # in pwsh, after Import-Module ./out/ApicShell
$AllowOne = 0x100    # RCX bit 8: allow; bits 7:0 the vector
$AllVectors = 0x200  # RCX bit 9: vectors 31 to 255

$null = New-ApicMachine -Platform SevSnp
Enable-ApicAlternateInjection -VcHandler Linux -SvsmApicSetup
Set-ApicVcpu -InterruptsEnabled $true

# A device's message, who got it in the end, and what the vCPU takes.
function Show-Message([int] $Vector) {
    Clear-ApicTrace
    $delivery = Send-ApicInterrupt -Destination 0 -Vector $Vector
    $why = if ($delivery.Refused) { "refused, rule $($delivery.Rule.Id)" } else { 'accepted' }
    $taken = Receive-ApicInterrupt -Complete
    '  0x{0:X2}: {1}; the vCPU takes {2}' -f $Vector, $why, $(if ($taken) { "$taken" } else { 'nothing' })
}

function Show-Hop {
    foreach ($one in Get-ApicTrace -Kind Accepted, Posted, Refused, Injected, Taken) {
        $who = if ($one.AnsweredBy -ne 'Nobody') { $one.AnsweredBy }
        $what = if ($one.Kind -eq 'Refused') { "by rule $($one.Interrupt.Rule)" } else { $one.Description }
        '      {0,-10} {1}: {2}' -f $who, $one.Kind, $what
    }
}

''
'=== No vector is allowed'
Show-Message 0x61
Show-Hop
''
'=== Call 4 allows 0x61'
$null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx ($AllowOne + 0x61)
Show-Message 0x61
Show-Hop
Show-Message 0x62
''
'=== Call 4 allows all, and takes 0x61 back'
$null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx ($AllVectors + $AllowOne)
$null = Invoke-ApicSvsmCall -Call ConfigureVector -Rcx 0x61
Show-Message 0x61
Show-Message 0x62
