# Which interrupt comes next, which has to wait, and who gets one that may go to several?
#
# Three stories of a guest in x2APIC mode: interrupts that nest by priority, a task priority that holds some back, and messages that go to
# whoever is least busy (KVM goes by the vector instead). After each step it shows what is requested and what is in service.
#
#     dotnet run --project src/ApicShell.Host -- examples/02-interrupts.ps1
#     ./examples/02-interrupts.ps1                     # in pwsh, after Import-Module ./out/ApicShell
param(
    # Whose local APIC: Kvm, Amd or Intel.
    [string] $Model = 'Intel'
)

# A machine as firmware and kernel leave it: x2APIC mode, enabled by software, interrupts on.
function Initialize-Guest([int] $Vcpus) {
    $machine = New-ApicMachine $Vcpus -Model $Model -ResetMode X2Apic
    $machine.Vcpu | Write-ApicMsr Svr 0x1FF -PassThru | Set-ApicVcpu -InterruptsEnabled $true
    $machine
}

$step = '  {0,-38} {1,-17} {2,-11} {3}'

function Show-Head($Title) {
    ''
    "=== $Title"
    ''
    $step -f 'what happens', 'requested', 'in service', 'PPR'
    $step -f '------------', '---------', '----------', '---'
}

function Show-Step($Text) {
    $now = Get-ApicPendingInterrupt
    $step -f $Text, $now.Requested.Ranges, $now.InService.Ranges, ('0x{0:X2}' -f $now.ProcessorPriority)
}

# What Receive-ApicInterrupt gave, in words.
function Get-Taken($Taken) {
    if (-not $Taken) {
        $now = Get-ApicPendingInterrupt
        return 'takes nothing: 0x{0:X2} is held back' -f $now.Next
    }

    $over = if ($null -ne $Taken.Interrupted) { ', interrupting 0x{0:X2}' -f $Taken.Interrupted }
    'takes 0x{0:X2}{1}' -f $Taken.Vector, $over
}

# 1. A handler of low priority is interrupted by a higher one; EOI ends the highest first.
$null = Initialize-Guest 1
Show-Head "Nested: 0x31 is being handled when 0x62 and 0x35 arrive ($Model)"
$null = Send-ApicIpi 0x31 -Shorthand Self
Show-Step 'IPI 0x31 to self'
Show-Step (Get-Taken (Receive-ApicInterrupt))
$null = Send-ApicIpi 0x62, 0x35 -Shorthand Self
Show-Step 'IPIs 0x62 and 0x35 to self'
Show-Step (Get-Taken (Receive-ApicInterrupt))
Show-Step (Get-Taken (Receive-ApicInterrupt))
Get-ApicPendingInterrupt -Grid | Where-Object { $_.Class -in 2..7 } | Out-Host
foreach ($handler in '0x62', '0x31', '0x35') {
    Complete-ApicInterrupt
    Show-Step "EOI of $handler"
    if ((Get-ApicPendingInterrupt).Next) { Show-Step (Get-Taken (Receive-ApicInterrupt)) }
}

# 2. TPR holds back its class and all below; CR8 is its upper half.
$null = Initialize-Guest 1
Show-Head 'Masked by priority: CR8 = 5 while 0x41, 0x52 and 0x63 wait'
Set-ApicVcpu -Cr8 5
$null = Send-ApicIpi 0x41, 0x52, 0x63 -Shorthand Self
Show-Step 'CR8 = 5; IPIs 0x41, 0x52, 0x63 to self'
Show-Step (Get-Taken (Receive-ApicInterrupt -Complete))
Show-Step (Get-Taken (Receive-ApicInterrupt))
Set-ApicVcpu -Cr8 0
Show-Step 'CR8 = 0'
while ($taken = Receive-ApicInterrupt -Complete) {
    Show-Step "$(Get-Taken $taken), and its EOI"
}

# 3. Several vCPUs: a device's MSI to one, lowest priority to any, NMI to all but the sender.
$machine = Initialize-Guest 4
''
'=== To whom: four vCPUs, of which vCPU 2 is the least busy'
''
'  CR8 is 7 on vCPUs 0, 1 and 3, and 2 on vCPU 2.'
'  A device sends 0x71 to vCPU 1, and 0x81 to the one of lowest priority. vCPU 0 sends 0x91 to'
'  vCPU 3, the same to all, and an NMI to all but itself.'
$machine.Vcpu[0, 1, 3] | Set-ApicVcpu -Cr8 7
$machine.Vcpu[2] | Set-ApicVcpu -Cr8 2
@(
    Send-ApicInterrupt -Address 0xFEE01000 -Data 0x71
    Send-ApicInterrupt -Destination 0xF -Logical -Vector 0x81 -Mode LowestPriority
    Send-ApicIpi 0x91 -Destination 3
    Send-ApicIpi 0x91 -Shorthand All
    Send-ApicIpi -Mode Nmi -Shorthand AllButSelf
) | Out-Host

'What each vCPU takes then, in its order:'
foreach ($vcpu in $machine.Vcpu) {
    $order = Receive-ApicInterrupt $vcpu -All -Complete | ForEach-Object { "$_" }
    $left = Get-ApicPendingInterrupt $vcpu
    $rest = if ($left.Requested.Count) { "; $($left.Requested.Ranges) is held back by CR8 = $($vcpu.Cr8)" }
    "  vCPU $($vcpu.Index): $($order -join ', ')$rest"
}
