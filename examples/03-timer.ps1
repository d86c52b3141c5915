# When does the timer of a local APIC interrupt, and what becomes of a tick that nobody wants to hear?
#
# One-shot, periodic and TSC-deadline mode on the virtual clock, which moves only when it is told to; a tick under a mask, on KVM and by
# AMD's and Intel's manuals; and a checkpoint to go back to. What KVM does here was recorded on a real one (tests/Vectors/kvm/facts).
#
#     dotnet run --project src/ApicShell.Host -- examples/03-timer.ps1
#     ./examples/03-timer.ps1 | Where-Object Step -Like '0x*'                   # in pwsh, after Import-Module ./out/ApicShell

# A machine whose timer counts nanoseconds: APIC on by software (AMD starts disabled), divisor 1; and what arms the timer.
function Initialize-Timer($LvtTimer, $InitialCount = 0, $Model = 'Kvm') {
    $null = New-ApicMachine -Model $Model
    if ($Model -eq 'Amd') { Set-ApicBase -Enabled }
    Write-ApicMmio Svr, TimerDivide, LvtTimer -Value 0x1FF, 0xB, $LvtTimer
    if ($InitialCount) { Write-ApicMmio TimerInitial $InitialCount }
}

# A row: what was done or seen, when, and which vectors are requested then.
function Get-Row([string] $Timer, [string] $Step, $Clock = (Get-ApicMachine)[-1].Clock) {
    $requested = (Get-ApicPendingInterrupt).Requested | ForEach-Object { '0x{0:X2}' -f $_ }
    [pscustomobject]@{ Timer = $Timer; Nanosecond = $Clock; Requested = $requested -join ', '; Step = $Step }
}

filter Get-Ending([string] $Timer) {
    if (-not $_.Expired) { Get-Row $Timer "nothing ended, $(Read-ApicMmio TimerCurrent -Raw) left" }
    foreach ($end in $_.Expired) { Get-Row $Timer ('0x{0:X2} {1}' -f $end.Vector, $end.Interrupt) -Clock $end.Time }
}

@(
    Initialize-Timer 0x40 1000000
    & { Step-ApicClock 400000; Step-ApicClock -ToNextTimer; Step-ApicClock 5000000 } | Get-Ending OneShot

    Initialize-Timer 0x20041 1000000
    & { Step-ApicClock -ToNextTimer; Step-ApicClock -ToNextTimer; Step-ApicClock 10000000 } | Get-Ending Periodic
    Get-Row Periodic 'ten periods later: one interrupt, for nobody took it'

    Initialize-Timer 0x40042
    Write-ApicMsr TscDeadline 250000
    Step-ApicClock -ToNextTimer | Get-Ending TscDeadline
    Write-ApicMmio TimerInitial 1000 -WarningAction SilentlyContinue
    Get-Row TscDeadline "the deadline reads $(Read-ApicMsr TscDeadline -Raw), an initial count of 1000 reads $(Read-ApicMmio TimerInitial -Raw)"

    # KVM looks for a timer that has ended whenever the vCPU runs, and so keeps the tick; the manuals mask the interrupt itself.
    foreach ($model in 'Kvm', 'Amd', 'Intel') {
        Initialize-Timer 0x10043 1000 -Model $model
        Step-ApicClock -ToNextTimer | Get-Ending "Masked, $model"
        Write-ApicMmio LvtTimer 0x44
        Get-Row "Masked, $model" 'unmasked with vector 0x44'
    }

    # The same 300 ns twice: as it is, and with a divisor of 16, which counts what is left sixteen times slower.
    Initialize-Timer 0x45 1000
    Step-ApicClock 900 | Get-Ending Checkpoint
    $before = Checkpoint-ApicMachine
    Step-ApicClock 300 | Get-Ending Checkpoint
    Restore-ApicMachine $before
    Write-ApicMmio TimerDivide 0x3
    Get-Row Checkpoint 'gone back, and a divisor of 16'
    & { Step-ApicClock 300; Step-ApicClock -ToNextTimer } | Get-Ending Checkpoint
)
