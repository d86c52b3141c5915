# Which fix works, and what is the shortest sequence that breaks each of the others?
#
# The mail of March 2025 asks whether KVM should turn on x2APIC when Alternate Injection is activated, create the vCPU in x2APIC, or something
# better. This runs OVMF's boot under each candidate fix, and then lets guest, SVSM and hypervisor do everything in every order. What comes of it,
# and what we would answer, is in 10-the-answer.md beside this script.
#
#     dotnet run --project src/ApicShell.Host -- examples/10-the-answer.ps1
#     ./examples/10-the-answer.ps1                     # in pwsh, after Import-Module ./out/ApicShell
param(
    # How deep to look with one processor. At 1000, as in the page, all states are seen; that takes seconds.
    [int] $MaxDepth = 8,

    # How deep to look with two processors; 8 in the page.
    [int] $PairDepth = 3
)

# A scenario need not have every key: whatever the caller is strict about, a missing one is nothing here.
Set-StrictMode -Off

'=== 1. On a boot, and on what it has to survive'
Compare-ApicDesign | Out-Host

'=== 2. The fix that was asked for, with one processor and with two'
foreach ($count in 1, 2) { Compare-ApicDesign C, C+AP -VcpuCount $count -NoCondition | Out-Host }

'=== 3. A guest on top of the firmware'
$line = '{0,-6} {1,-12} {2,-10} {3}'
$line -f 'design', 'guest', 'verdict', 'what is wrong'
foreach ($result in Compare-ApicDesign A, C+AP, D, E, K -Boot LinuxX2Apic, LinuxXApic, LinuxSvsm -NoCondition) {
    $line -f "$($result.Design)", "$($result.Boot)", $result.Verdict, $result.Problem
}

''
'=== 4. Everything that may be done next, in every order'
# Firmware's alphabet: registers, the step to x2APIC mode, interrupts, timer, device, SVSM. C's own step comes in SEC, so its search begins after it.
$searches = @(
    @{ Design = 'None' }
    @{ Design = 'Edk2'; Property = 'InterruptsOnce' }
    @{ Design = 'E'; ApicScope = 'PerVmpl' }
    @{ Design = 'C'; After = 'SEC'; VcpuCount = 2 }
    @{ Design = 'A'; MaxDepth = $MaxDepth }
    @{ Design = 'C+AP'; After = 'SEC'; MaxDepth = $MaxDepth }
    @{ Design = 'D'; MaxDepth = $MaxDepth }
    @{ Design = 'E'; MaxDepth = $MaxDepth }
    @{ Design = 'K'; MaxDepth = $MaxDepth }
    @{ Design = 'A'; VcpuCount = 2; MaxDepth = $PairDepth }
    @{ Design = 'C+AP'; VcpuCount = 2; After = 'PEI'; MaxDepth = $PairDepth }
    @{ Design = 'K'; VcpuCount = 2; ApicScope = 'PerVmpl'; MaxDepth = $PairDepth }
)
$line = '{0,-6} {1,5} {2,-8} {3,-7} {4,8} {5,9}  {6}'
$line -f 'design', 'vCPUs', 'APIC', 'after', 'states', 'steps', 'verdict'
foreach ($search in $searches) {
    $found = Find-ApicDivergence @search
    $line -f "$($found.Design)", $found.VcpuCount, $found.ApicScope, "$(if ($search.After) { $search.After } else { '-' })", $found.States, $found.Successors, $found.Verdict
    if ($found.Found) { "       $($found.Step -join ' | ')" }
}

''
'=== 5. A guest that goes back to xAPIC mode'
foreach ($design in 'A', 'C+AP', 'J', 'D') {
    $found = Find-ApicDivergence $design -Step 'mode XApic' -After DXE -MaxDepth 6
    if ($found.Found) {
        "${design}: $($found.Verdict): $($found.Step -join ' | ')"
        "    $($found.Problem)"
    } else {
        "${design}: $($found.Verdict)"
    }
}
