# Which fix works, and what is the shortest sequence that breaks each of the others?
#
# The mail of March 2025 asks whether KVM should turn on x2APIC when Alternate Injection is activated, create the vCPU in x2APIC, or something
# better. This runs OVMF's boot under each candidate fix, and then lets guest, SVSM and hypervisor do everything in every order: a row is a
# search. What comes of it, and what we would answer, is in 10-the-answer.md beside this script.
#
#     dotnet run --project src/ApicShell.Host -- examples/10-the-answer.ps1
#     ./examples/10-the-answer.ps1 | Where-Object Step                          # in pwsh, after Import-Module ./out/ApicShell
param(
    # How deep to look with one processor. At 1000, as in the page, all states are seen; that takes seconds.
    [int] $MaxDepth = 8,

    # How deep to look with two processors; 8 in the page.
    [int] $PairDepth = 3
)

'=== 1. On a boot, and on what it has to survive' | Out-Host
Compare-ApicDesign | Out-Host

'=== 2. The fix that was asked for, with one processor and with two' | Out-Host
foreach ($count in 1, 2) { Compare-ApicDesign C, C+AP -VcpuCount $count -NoCondition | Out-Host }

'=== 3. A guest on top of the firmware' | Out-Host
Compare-ApicDesign A, C+AP, D, E, K -Boot LinuxX2Apic, LinuxXApic, LinuxSvsm -NoCondition | Out-Host

# The alphabet of a search is firmware's: registers, the step to x2APIC mode, interrupts, timer, device, SVSM.
$back = @{ Step = 'mode XApic'; After = 'DXE'; MaxDepth = 6 }
$searches = [ordered]@{
    'None'                       = @{ Design = 'None' }
    'Edk2, InterruptsOnce'       = @{ Design = 'Edk2'; Property = 'InterruptsOnce' }
    'E, PerVmpl'                 = @{ Design = 'E'; ApicScope = 'PerVmpl' }
    'C, 2 vCPUs, after SEC'      = @{ Design = 'C'; VcpuCount = 2; After = 'SEC' }  # its own step comes in SEC
    'A'                          = @{ Design = 'A'; MaxDepth = $MaxDepth }
    'C+AP, after SEC'            = @{ Design = 'C+AP'; After = 'SEC'; MaxDepth = $MaxDepth }
    'D'                          = @{ Design = 'D'; MaxDepth = $MaxDepth }
    'E'                          = @{ Design = 'E'; MaxDepth = $MaxDepth }
    'K'                          = @{ Design = 'K'; MaxDepth = $MaxDepth }
    'A, 2 vCPUs'                 = @{ Design = 'A'; VcpuCount = 2; MaxDepth = $PairDepth }
    'C+AP, 2 vCPUs, after PEI'   = @{ Design = 'C+AP'; VcpuCount = 2; After = 'PEI'; MaxDepth = $PairDepth }
    'K, 2 vCPUs, PerVmpl'        = @{ Design = 'K'; VcpuCount = 2; ApicScope = 'PerVmpl'; MaxDepth = $PairDepth }
    'A, back to xAPIC mode'      = @{ Design = 'A' } + $back
    'C+AP, back to xAPIC mode'   = @{ Design = 'C+AP' } + $back
    'J, back to xAPIC mode'      = @{ Design = 'J' } + $back
    'D, back to xAPIC mode'      = @{ Design = 'D' } + $back
}

'=== 4. Everything that may be done next, in every order; and 5. a guest that goes back to xAPIC mode' | Out-Host
Update-TypeData -TypeName DesignSearch -DefaultDisplayPropertySet Search, Tried, Verdict, Step -Force
$rows = foreach ($search in $searches.GetEnumerator()) {
    $options = $search.Value
    $found = Find-ApicDivergence @options
    [pscustomobject]@{ PSTypeName = 'DesignSearch'; Search = $search.Key; Tried = $found.Successors; Verdict = $found.Verdict; Step = $found.Step -join ' | '
        States = $found.States; Problem = $found.Problem }
}
$rows
