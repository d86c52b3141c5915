# Which of OVMF's first APIC accesses is answered by whom, and where does it break?
#
# Takes the seven accesses of OVMF's SEC phase from a recorded boot and repeats them with OVMF's own library as the guest: on plain KVM,
# and on SEV-SNP with Alternate Injection (AI), as things stand and with each fix that the mail of March 2025 and its answer name.
#
#     dotnet run --project src/ApicShell.Host -- examples/01-ovmf-sec.ps1
#     ./examples/01-ovmf-sec.ps1                       # in pwsh, after Import-Module ./out/ApicShell
param(
    # A recorded boot in the log format of QEMU's trace events.
    [string] $Path = "$PSScriptRoot/data/ovmf-2022.11-qemu-7.2-smp1.log"
)

# A scenario need not have every key: whatever the caller is strict about, a missing one is nothing here.
Set-StrictMode -Off

$sec = @(Import-ApicTrace -LiteralPath $Path -Kind RegisterRead, RegisterWrite -First 7)

# A scenario is data: the machine, and what the SVSM, the hypervisor and OVMF do to APIC_BASE before SEC's first access.
$planes = @{ Platform = 'SevSnp'; ApicScope = 'PerVmpl' }
$scenarios = @(
    @{ Name = 'KVM guest'; Machine = @{ } }
    foreach ($handler in 'Edk2', 'Proposal') {
        @{ Name = "AI, $handler, no fix"; Handler = $handler; Machine = $planes }
        @{ Name = "AI, $handler, KVM switches at activation"; Handler = $handler; Machine = $planes; Hypervisor = { Set-ApicBase -Mode X2Apic -Origin Host } }
        @{ Name = "AI, $handler, vCPU created in x2APIC"; Handler = $handler; Machine = $planes + @{ ResetMode = 'X2Apic' } }
        @{ Name = "AI, $handler, OVMF switches in SEC"; Handler = $handler; Machine = $planes; Ovmf = { Set-ApicBase -Extended } }
        @{ Name = "AI, $handler, shared APIC, SVSM switched it"; Handler = $handler; Machine = @{ Platform = 'SevSnp'; ApicScope = 'Shared' }
            Svsm = { Set-ApicBase -Enabled -Extended -Origin Svsm; Write-ApicMsr Svr 0x1FF -Origin Svsm } }
    }
)

# The steps that APIC_BASE took: RESET where a fix chose its mode, and every write of it, with what figure and KVM say.
function Get-BaseStep($Machine, $Scenario) {
    $mode = $Machine.ResetMode
    if ($Scenario.Machine.ResetMode) {
        @{ Text = "RESET to $mode"; Drawn = $mode -eq 'Disabled'; Kvm = $mode -eq 'XApic' }
    }

    foreach ($write in (Get-ApicTrace $Machine).Access | Where-Object { $_.IsWrite -and $_.Register -eq 'ApicBase' }) {
        $to = (Get-ApicBase -Origin $write.Origin).Mode
        $by = if ($write.Origin -eq 'Host') { 'Host' } else { 'Guest' }
        $step = Get-ApicTransition Kvm -Origin $by -From $mode -To $to | Where-Object Event -EQ 'Write'
        @{ Text = "$mode to $to, written by $($write.Origin)"; Drawn = $step.IsDrawn; Kvm = $write.Succeeded }
        $mode = $to
    }
}

$yesNo = { param($all) if ($all.Count -eq 0) { '-' } elseif ($all -contains $false) { 'no' } else { 'yes' } }

$rows = foreach ($scenario in $scenarios) {
    $options = $scenario.Machine
    $machine = New-ApicMachine @options
    if ($scenario.Svsm) { & $scenario.Svsm }
    if ($scenario.Handler) { Enable-ApicAlternateInjection -VcHandler $scenario.Handler }
    if ($scenario.Hypervisor) { & $scenario.Hypervisor }
    if ($scenario.Ovmf) { & $scenario.Ovmf }
    $baseSteps = @(Get-BaseStep $machine $scenario)

    $steps = @($sec | Invoke-ApicReplay -Guest OvmfLibrary)
    $differ = @(Get-ApicView | Where-Object Agrees -EQ $false)
    $mode = (Get-ApicBase).Mode

    "=== $($scenario.Name)" | Out-Host
    foreach ($step in $baseSteps) {
        "    APIC_BASE: $($step.Text); drawn in APM figure 16-32: $(& $yesNo @($step.Drawn)); accepted by KVM: $(& $yesNo @($step.Kvm))" | Out-Host
    }

    $steps | Out-Host

    # What an interrupt handler does next, sent the way that SEC's accesses went.
    $tpr, $eoi = Import-ApicTrace -Text 'apic_mem_writel 0x80 = 0x00000000', 'apic_mem_writel 0xb0 = 0x00000000' | Invoke-ApicReplay -Guest OvmfLibrary

    $exits = 0
    foreach ($step in $steps) { $exits += $step.Exits }
    $failed = @($steps | Where-Object Succeeded -EQ $false)
    $issued = @($steps | Where-Object Status -NE 'NotNeeded')
    @{
        Name    = $scenario.Name
        Succeed = "$($issued.Count - $failed.Count) of $($issued.Count)"
        Exits   = $exits
        Drawn   = & $yesNo @(foreach ($step in $baseSteps) { $step.Drawn })
        Kvm     = & $yesNo @(foreach ($step in $baseSteps) { $step.Kvm })
        Reach   = if (-not $scenario.Handler) { '-' } else { "$($tpr.AnsweredBy), $($eoi.AnsweredBy)" }
        Missed  = $scenario.Handler -and $eoi.AnsweredBy -ne 'Svsm'
        Differ  = @($differ.Register) + @(if ($scenario.Handler -and $mode -ne 'X2Apic') { "mode (SVSM x2APIC, hypervisor $mode)" })
        Failure = if ($failed) { "access $($failed[0].Number): $($failed[0].Description)" }
    }
}

$line = '{0,-43} {1,-7} {2,5}  {3,-5} {4,-5} {5,-22} {6}'
'=== In short'
''
$line -f 'scenario', 'succeed', 'exits', 'drawn', 'KVM', 'TPR, EOI answered by', 'views that differ afterwards'
foreach ($row in $rows) {
    $line -f $row.Name, $row.Succeed, $row.Exits, $row.Drawn, $row.Kvm, $row.Reach, $(if ($row.Differ) { $row.Differ -join ', ' } else { 'none' })
}

''
'succeed  of the accesses that the library issued; it leaves SVR alone where the SVSM enabled the APIC already'
'exits    of all of them, with the looks at APIC_BASE before each; CPUID is not counted'
'drawn    is each step of APIC_BASE an arrow of APM figure 16-32; RESET to XApic, where KVM starts every vCPU, is none either'
'KVM      does KVM accept each step; its own RESET never leaves X2Apic, though a host may step there afterwards; - means no step'

''
'What fails first, and why'
foreach ($row in $rows | Where-Object { $_.Failure }) {
    "  $($row.Name): $($row.Failure)"
}

''
'What succeeds and is wrong all the same'
foreach ($row in $rows | Where-Object { $_.Missed -and -not $_.Failure }) {
    "  $($row.Name): a TPR write and an EOI sent the same way are answered by the hypervisor; the SVSM, which delivers the interrupts, sees neither"
}
