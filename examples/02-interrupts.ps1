# Which interrupt comes next, which has to wait, and who gets one that may go to several?
#
# Three stories of a guest in x2APIC mode: interrupts that nest by priority, a task priority that holds some back, and messages of which one
# goes to whoever is least busy (KVM goes by the vector instead). A row is a step, and what is requested and in service after it.
#
#     dotnet run --project src/ApicShell.Host -- examples/02-interrupts.ps1
#     ./examples/02-interrupts.ps1 -Model Kvm | Format-Table -GroupBy Story     # in pwsh, after Import-Module ./out/ApicShell
param([string] $Model = 'Intel')  # Whose local APIC: Kvm, Amd or Intel.

# A machine as firmware and kernel leave it: x2APIC mode, enabled by software, interrupts on.
function Initialize-Guest([int] $VcpuCount, [string] $Model) {
    $machine = New-ApicMachine $VcpuCount -Model $Model -ResetMode X2Apic
    $machine.Vcpu | Write-ApicMsr Svr 0x1FF -PassThru | Set-ApicVcpu -InterruptsEnabled $true
}

# Does a step, and tells what is requested and in service after it. Without a text the step gives its own.
function Invoke-Step([string] $Story, [scriptblock] $Do, [string] $Step, $Vcpu = (Get-ApicVcpu)) {
    $said = & $Do
    $now = $Vcpu | Get-ApicPendingInterrupt
    $hex = foreach ($set in 'Requested', 'InService') { ($now.$set | Sort-Object -Unique | ForEach-Object { '0x{0:X2}' -f $_ }) -join ', ' }
    [pscustomobject]@{ Story = $Story; Requested = $hex[0]; InService = $hex[1]; Step = if ($Step) { $Step } else { "$said" } }
}

$take = {
    $taken = Receive-ApicInterrupt
    $now = Get-ApicPendingInterrupt
    if (-not $taken) { 'takes nothing: 0x{0:X2} is held back by PPR 0x{1:X2}' -f $now.Next, $now.ProcessorPriority }
    elseif ($taken.Interrupted) { 'takes 0x{0:X2}, interrupting 0x{1:X2}' -f $taken.Vector, $taken.Interrupted }
    else { 'takes 0x{0:X2}' -f $taken.Vector }
}

@(
    Initialize-Guest 1 $Model
    Invoke-Step Nested { Send-ApicIpi 0x31 -Shorthand Self } -Step 'IPI 0x31 to itself'
    Invoke-Step Nested $take
    Invoke-Step Nested { Send-ApicIpi 0x62, 0x35 -Shorthand Self } -Step 'IPIs 0x62 and 0x35 to itself'
    Invoke-Step Nested $take
    foreach ($vector in '0x62', '0x31', '0x35') { Invoke-Step Nested $take; Invoke-Step Nested { Complete-ApicInterrupt } -Step "EOI of $vector" }

    Initialize-Guest 1 $Model
    Invoke-Step Masked { Set-ApicVcpu -Cr8 5; Send-ApicIpi 0x41, 0x52, 0x63 -Shorthand Self } -Step 'CR8 = 5; IPIs 0x41, 0x52 and 0x63 to itself'
    Invoke-Step Masked $take
    Invoke-Step Masked { Complete-ApicInterrupt } -Step 'EOI of 0x63'
    Invoke-Step Masked $take
    Invoke-Step Masked { Set-ApicVcpu -Cr8 0 } -Step 'CR8 = 0'
    foreach ($vector in '0x52', '0x41') { Invoke-Step Masked $take; Invoke-Step Masked { Complete-ApicInterrupt } -Step "EOI of $vector" }

    Initialize-Guest 4 $Model
    $vcpus = Get-ApicVcpu
    Invoke-Step ForWhom { $vcpus | Set-ApicVcpu -Cr8 7; $vcpus[2] | Set-ApicVcpu -Cr8 2 } -Step 'CR8 = 2 on vCPU 2, and 7 on the others'
    $sends = [ordered]@{
        'a device sends 0x71 to APIC 1'                = { Send-ApicInterrupt -Address 0xFEE01000 -Data 0x71 }
        'a device sends 0x81 to whoever is least busy' = { Send-ApicInterrupt -Destination 0xF -Logical -Vector 0x81 -Mode LowestPriority }
        'vCPU 0 sends 0x91 to all'                     = { Send-ApicIpi 0x91 -Shorthand All }
        'vCPU 0 sends an NMI to all but itself'        = { Send-ApicIpi -Mode Nmi -Shorthand AllButSelf }
    }
    foreach ($text in $sends.Keys) { Invoke-Step ForWhom { "${text}: vCPU $((& $sends[$text]).Accepted.Index -join ', ')" } }
    foreach ($vcpu in $vcpus) { Invoke-Step ForWhom { "vCPU $($vcpu.Index) takes $(($vcpu | Receive-ApicInterrupt -All -Complete) -join ', ')" } -Vcpu $vcpu }
)
