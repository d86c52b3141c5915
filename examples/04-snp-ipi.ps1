# How does an IPI get from one vCPU of an SEV-SNP guest to another, when an SVSM emulates their APICs?
#
# Every hop of one IPI: the guest's call, the SVSM that posts it, the hypervisor that is asked to notify, and the target's SVSM that gives it to
# its guest. Then the same on a machine whose SVSM has not set up its own APIC: the hypervisor refuses (info2=0x5), and the IPI waits until
# the target reads its PPR, and so calls its SVSM, which looks.
#
#     dotnet run --project src/ApicShell.Host -- examples/04-snp-ipi.ps1
#     ./examples/04-snp-ipi.ps1 | Format-Table -GroupBy Machine                 # in pwsh, after Import-Module ./out/ApicShell
param(
    # The guest's #VC handler: Linux or Proposal.
    [string] $VcHandler = 'Linux'
)

foreach ($isSetUp in $true, $false) {
    # Two vCPUs in x2APIC mode, one local APIC a VMPL, interrupts on.
    $machine = New-ApicMachine 2 -Platform SevSnp -ApicScope PerVmpl
    $machine.Vcpu | Set-ApicBase -Mode X2Apic
    $machine.Vcpu | Enable-ApicAlternateInjection -VcHandler $VcHandler -SvsmApicSetup:$isSetUp
    $machine.Vcpu | Set-ApicVcpu -InterruptsEnabled $true
    Clear-ApicTrace

    $null = Send-ApicIpi 0x41 -To $machine.Vcpu[1] -WarningAction Ignore
    if (-not $isSetUp) { $null = Read-ApicMsr $machine.Vcpu[1] Ppr }
    $null = Receive-ApicInterrupt $machine.Vcpu[1] -Complete
    Get-ApicTrace
}
