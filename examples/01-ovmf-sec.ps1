# Which of OVMF's first APIC accesses is answered by whom, and where does it break?
#
# Repeats the seven accesses of OVMF's SEC phase from a recorded boot: on plain KVM, and on SEV-SNP with Alternate Injection under the #VC
# handler of upstream edk2 (Edk2) and one that makes every access an x2APIC MSR (Proposal), with each fix that the mail of March 2025 names. Proposal is
# ApicShell's reading of the mail: no version of edk2 has it.
#
#     dotnet run --project src/ApicShell.Host -- examples/01-ovmf-sec.ps1
#     ./examples/01-ovmf-sec.ps1 | Format-List *                             # in pwsh, after Import-Module ./out/ApicShell
#     ./examples/01-ovmf-sec.ps1 -Access | Format-Table -GroupBy Scenario    # every access, and who answered it
param(
    # A recorded boot in the log format of QEMU's trace events.
    [string] $Path = "$PSScriptRoot/data/ovmf-2022.11-qemu-7.2-smp1.log",
    # Emit the accesses, and not a row for each scenario.
    [switch] $Access
)
Set-StrictMode -Off  # A fix need not have every key, whatever the caller is strict about.

$sec = Import-ApicTrace -LiteralPath $Path -Kind RegisterRead, RegisterWrite -First 7
# What an interrupt's handler does later, sent the same way: a write of TPR and an EOI.
$later = Import-ApicTrace -Text 'apic_mem_writel 0x80 = 0x00000000', 'apic_mem_writel 0xb0 = 0x00000000'

# Who takes APIC_BASE to x2APIC mode, and how: before Alternate Injection is on, after it, or by RESET.
$planes = @{ Platform = 'SevSnp'; ApicScope = 'PerVmpl' }
$fixes = @(
    @{ Name = 'no fix'; Machine = $planes }
    @{ Name = 'KVM switches at activation'; Machine = $planes; By = 'Host'; After = { Set-ApicBase -Mode X2Apic -Origin Host } }
    @{ Name = 'vCPU created in x2APIC'; Machine = $planes + @{ ResetMode = 'X2Apic' }; By = 'Reset' }
    @{ Name = 'OVMF switches in SEC'; Machine = $planes; By = 'Guest'; After = { Set-ApicBase -Extended } }
    @{ Name = 'shared APIC, SVSM switched it'; Machine = @{ Platform = 'SevSnp'; ApicScope = 'Shared' }; By = 'Guest'
        Before = { Set-ApicBase -Extended -Origin Svsm; Write-ApicMsr Svr 0x1FF -Origin Svsm } }
)
$scenarios = @(@{ Name = 'KVM guest'; Machine = @{ } }) + @(foreach ($vc in 'Edk2', 'Proposal') { $fixes | ForEach-Object { $_ + @{ Vc = $vc } } })

Update-TypeData -TypeName OvmfSecScenario -DefaultDisplayPropertySet Scenario, Succeeded, TprAndEoiBy, Problem -Force
$rows = foreach ($one in $scenarios) {
    $name = if ($one.Vc) { "$($one.Vc), $($one.Name)" } else { $one.Name }
    $options = $one.Machine
    $null = New-ApicMachine @options
    if ($one.Before) { & $one.Before }
    if ($one.Vc) { Enable-ApicAlternateInjection -VcHandler $one.Vc }
    if ($one.After) { & $one.After }
    $steps = $sec | Invoke-ApicReplay -Guest OvmfLibrary
    if ($Access) { $steps | Add-Member Scenario $name -PassThru; continue }

    $failed = $steps | Where-Object Succeeded -EQ $false | Select-Object -First 1
    $issued = $steps | Where-Object Status -NE NotNeeded
    $differ = @((Get-ApicView | Where-Object Agrees -EQ $false).Register) + @(if ($one.Vc -and (Get-ApicBase).Mode -ne 'X2Apic') { 'mode' })
    $by = ($later | Invoke-ApicReplay -Guest OvmfLibrary).AnsweredBy | Select-Object -Unique
    $step = Get-ApicTransition Kvm -From XApic -To X2Apic | Where-Object Origin -EQ $one.By
    [pscustomobject]@{
        PSTypeName = 'OvmfSecScenario'; Scenario = $name; Succeeded = "$(@($issued | Where-Object Succeeded).Count) of $($issued.Count)"
        TprAndEoiBy = $by -join ', '; Exits = [int] ($steps | Measure-Object Exits -Sum).Sum; Differ = $differ -join ', '; Failure = $failed.Description
        Drawn = if ($one.By) { [bool] $step.IsDrawn }; AcceptedByKvm = if ($one.By) { $step.Verdict -eq 'Allowed' }
        Problem = @(if ($failed) { "$($failed.Access)" }; if ($one.Vc -and $by -ne 'Svsm') { 'the SVSM sees no EOI' }
            if ($one.By -and -not $step) { 'RESET to x2APIC is not drawn' }; if ($differ) { "views differ: $($differ -join ', ')" }) -join '; '
    }
}
$rows
