# When does the timer of a local APIC interrupt, and what becomes of a tick that nobody wants to hear?
#
# One-shot, periodic and TSC-deadline mode on the virtual clock, which moves only when it is told to; a tick under a mask, on KVM and by
# AMD's and Intel's manuals; and a checkpoint to go back to. What KVM does here was recorded on a real one (tests/Vectors/kvm/facts).
#
#     dotnet run --project src/ApicShell.Host -- examples/03-timer.ps1
#     ./examples/03-timer.ps1                          # in pwsh, after Import-Module ./out/ApicShell

$line = '  {0,12} ns  {1}'

# What a step was, and which vectors are requested afterwards.
function Show-Step($Step) {
    $vectors = @(foreach ($word in 0..7) {
        $bits = (Get-ApicRegister "Irr$word").Value
        foreach ($bit in 0..31) { if ($bits -band (1L -shl $bit)) { '0x{0:X2}' -f (32 * $word + $bit) } }
    })
    $requested = if ($vectors) { "IRR has $($vectors -join ', ')" } else { 'IRR is empty' }
    if (-not $Step.Expired) { $line -f $Step.To, "nothing ended; $requested" }
    foreach ($timer in $Step.Expired) {
        $text = @{ Delivered = 'delivered'; HeldBack = 'held back'; Lost = 'lost' }["$($timer.Interrupt)"]
        $line -f $timer.Time, ('the timer ended, vector 0x{0:X2} {1}; {2}' -f $timer.Vector, $text, $requested)
    }
}

# A machine whose timer counts nanoseconds: APIC on by software, divisor 1. AMD starts disabled.
function Initialize-TimerMachine($Model = 'Kvm') {
    $machine = New-ApicMachine -Model $Model
    if ($Model -eq 'Amd') { Set-ApicBase -Enabled }
    Write-ApicMmio Svr, TimerDivide -Value 0x1FF, 0xB
    $machine
}

# Takes what is requested out of IRR again, as a RESET of the whole session would: the next step shows its own.
function Clear-Timer {
    Reset-ApicVcpu
    Write-ApicMmio Svr, TimerDivide -Value 0x1FF, 0xB
}

$null = Initialize-TimerMachine

'=== One-shot: a count of 1,000,000 from 0 ns on'
Write-ApicMmio LvtTimer, TimerInitial -Value 0x40, 1000000
Show-Step (Step-ApicClock 400000)
'  {0,15}  {1} left' -f '', (Read-ApicMmio TimerCurrent -Raw)
Show-Step (Step-ApicClock -ToNextTimer)
Show-Step (Step-ApicClock 5000000)

''
'=== Periodic: the same count; each step goes to the end of the timer'
Clear-Timer
Write-ApicMmio LvtTimer, TimerInitial -Value 0x20041, 1000000
foreach ($tick in 1..3) { Show-Step (Step-ApicClock -ToNextTimer) }
'  ten periods in one step are one interrupt, for nobody takes any meanwhile:'
$step = Step-ApicClock 10000000
Show-Step $step
'  {0,12} ns  the clock afterwards' -f $step.To

''
'=== TSC-deadline: a time and no count; the TSC is the clock'
Clear-Timer
Write-ApicMmio LvtTimer 0x40042
$now = (Get-ApicMachine)[-1].Clock
Write-ApicMsr TscDeadline ($now + 250000)
'  {0,12} ns  armed for {1} ns' -f $now, (Read-ApicMsr TscDeadline -Raw)
Show-Step (Step-ApicClock -ToNextTimer)
'  {0,15}  IA32_TSC_DEADLINE reads {1}' -f '', (Read-ApicMsr TscDeadline -Raw)
Write-ApicMmio TimerInitial 1000 -WarningAction SilentlyContinue
'  {0,15}  a write of the initial count in this mode starts nothing: it reads {1}' -f '', (Read-ApicMmio TimerInitial -Raw)

''
'=== A tick while the entry is masked'
foreach ($model in 'Kvm', 'Amd', 'Intel') {
    $null = Initialize-TimerMachine $model
    Write-ApicMmio LvtTimer, TimerInitial -Value 0x10043, 1000
    $timer = (Step-ApicClock -ToNextTimer).Expired[0]
    Write-ApicMmio LvtTimer 0x44
    $requested = (Get-ApicRegister Irr2).Value
    '  {0,-5}  {1,-8}  unmasked with vector 0x44: {2}' -f $model, $timer.Interrupt, $(if ($requested -eq 0x10) { 'IRR has 0x44' } else { 'IRR is empty' })
}
'  KVM looks for a timer that has ended whenever the vCPU runs, and so keeps the tick; the manuals mask the interrupt itself.'

''
'=== Checkpoint and restore: the same 300 ns twice'
$machine = Initialize-TimerMachine
Write-ApicMmio LvtTimer, TimerInitial -Value 0x45, 1000
$null = Step-ApicClock 900
$before = Checkpoint-ApicMachine
'  checkpoint at {0} ns with {1} left' -f $before.Clock, (Read-ApicMmio TimerCurrent -Raw)
foreach ($try in 'as it is', 'with the divisor changed to 16') {
    Restore-ApicMachine $before
    if ($try -ne 'as it is') { Write-ApicMmio TimerDivide 0x3 }
    "  ${try}:"
    Show-Step (Step-ApicClock 300)
}
$null = Step-ApicClock -ToNextTimer
$line -f $machine.Clock, 'and there it ends after all: what was left is counted sixteen times slower'
