# How does an IPI get from one vCPU of an SEV-SNP guest to another, when an SVSM emulates their APICs?
#
# It shows every hop of one IPI: the guest's call, the SVSM that posts it, the hypervisor that is asked to notify, and the target's SVSM that
# gives it to its guest. Then the same with an SVSM that has not set up its own APIC: the hypervisor refuses, and the IPI waits.
#
#     dotnet run --project src/ApicShell.Host -- examples/04-snp-ipi.ps1
#     ./examples/04-snp-ipi.ps1                     # in pwsh, after Import-Module ./out/ApicShell
param(
    # The guest's #VC handler: Linux or Proposal.
    [string] $VcHandler = 'Linux'
)

# Two vCPUs in x2APIC mode, one local APIC a VMPL, interrupts on.
function Initialize-Guest([bool] $SvsmApicSetup) {
    $machine = New-ApicMachine 2 -Platform SevSnp -ApicScope PerVmpl
    $machine.Vcpu | Set-ApicBase -Mode X2Apic
    $machine.Vcpu | Enable-ApicAlternateInjection -VcHandler $VcHandler -SvsmApicSetup:$SvsmApicSetup
    $machine.Vcpu | Set-ApicVcpu -InterruptsEnabled $true
    Clear-ApicTrace
    $machine
}

$hop = '  {0,-5} {1,-11} {2}'

function Show-Hop {
    $hop -f 'vCPU', 'whose APIC', 'what happens'
    $hop -f '----', '----------', '------------'
    foreach ($one in Get-ApicTrace) {
        $who = if ($one.AnsweredBy -ne 'Nobody') { $one.AnsweredBy }
        $hop -f $one.Vcpu.Index, $who, "$($one.Kind): $($one.Description)"
    }
}

''
"=== vCPU 0 sends 0x41 to vCPU 1, #VC handler $VcHandler"
''
$machine = Initialize-Guest $true
$delivery = Send-ApicIpi 0x41 -To $machine.Vcpu[1]
Show-Hop
''
"  Accepted by vCPU $($delivery.Accepted.Index), which takes $(Receive-ApicInterrupt $machine.Vcpu[1] -Complete)."
''
'=== The same, where the SVSM has not set up its own APIC'
''
$machine = Initialize-Guest $false
$delivery = Send-ApicIpi 0x41 -To $machine.Vcpu[1] -WarningAction Ignore
Show-Hop
$waits = Get-ApicPendingInterrupt $machine.Vcpu[1]
''
"  Rule $($delivery.Rule.Id): $($waits.Waiting.Ranges) waits where vCPU 1's SVSM will find it."
$null = Read-ApicMsr $machine.Vcpu[1] Ppr
"  vCPU 1 reads its PPR, and so calls its SVSM, which looks: it takes $(Receive-ApicInterrupt $machine.Vcpu[1] -Complete)."
