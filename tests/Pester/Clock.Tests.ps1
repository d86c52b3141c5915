BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'The virtual clock' {
    BeforeEach {
        $script:machine = New-ApicMachine
        Write-ApicMmio Svr, TimerDivide -Value 0x1FF, 0xB
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'moves only when it is told to' {
        Write-ApicMmio TimerInitial 1000
        Read-ApicMmio TimerCurrent | Out-Null

        $machine.Clock | Should -Be 0
        (Step-ApicClock 250).To | Should -Be 250
        $machine.Clock | Should -Be 250
        Read-ApicMmio TimerCurrent -Raw | Should -Be 750
    }

    It 'says which timer ended' {
        Write-ApicMmio LvtTimer, TimerInitial -Value 0x40, 1000

        $step = Step-ApicClock 5000

        @($step.Expired).Count | Should -Be 1
        $step.Expired[0].Time | Should -Be 1000
        $step.Expired[0].Vector | Should -Be 0x40
        $step.Expired[0].Interrupt | Should -Be 'Delivered'
    }

    It 'goes exactly to the end of the next timer' {
        Write-ApicMmio LvtTimer, TimerInitial -Value 0x20040, 300000

        (Step-ApicClock -ToNextTimer).To | Should -Be 300000
        (Step-ApicClock -ToNextTimer).To | Should -Be 600000
    }

    It 'keeps on KVM what ended under a mask, and delivers it afterwards' {
        Write-ApicMmio LvtTimer, TimerInitial -Value 0x10040, 1000

        (Step-ApicClock -ToNextTimer).Expired[0].Interrupt | Should -Be 'HeldBack'
        Read-ApicMmio Irr2 -Raw | Should -Be 0
        Write-ApicMmio LvtTimer 0x41
        Read-ApicMmio Irr2 -Raw | Should -Be 2
    }

    It 'stops nowhere when no timer runs' {
        { Step-ApicClock -ToNextTimer -ErrorAction Stop } | Should -Throw

        $machine.Clock | Should -Be 0
    }
}

Describe 'A checkpoint' {
    BeforeEach {
        $script:machine = New-ApicMachine 2
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'brings back registers, clock, timers and what the guest believes' {
        Write-ApicMmio Svr, TimerInitial -Value 0x1FF, 1000
        Step-ApicClock 500 | Out-Null
        $checkpoint = Checkpoint-ApicMachine
        Step-ApicClock 5000 | Out-Null
        Write-ApicMmio Tpr 0x20

        Restore-ApicMachine $checkpoint

        $machine.Clock | Should -Be 500
        Read-ApicMmio TimerCurrent -Raw | Should -Be 750
        (Get-ApicRegister Tpr).Value | Should -Be 0
        (Get-ApicView | Where-Object Register -EQ 'Tpr').Guest | Should -BeNullOrEmpty
    }

    It 'is good more than once, and for a machine that was made alike' {
        Write-ApicMmio Tpr 0x30
        $checkpoint = Checkpoint-ApicMachine
        $twin = New-ApicMachine 2

        $checkpoint, $checkpoint | Restore-ApicMachine -Machine $twin

        Read-ApicMmio $twin.Vcpu[0] Tpr -Raw | Should -Be 0x30
        Remove-ApicMachine $twin
    }

    It 'is counted' {
        (Checkpoint-ApicMachine).Number | Should -Be 1
        (Checkpoint-ApicMachine).Number | Should -Be 2
    }
}

Describe 'Registers and values in one call' {
    BeforeEach {
        $script:machine = New-ApicMachine 2
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'pair' {
        Get-ApicVcpu | Write-ApicMmio Tpr, Svr -Value 0x20, 0x1FF

        $values = Get-ApicVcpu | Read-ApicMmio Tpr, Svr -Raw
        "$values" | Should -Be '32 511 32 511'
    }

    It 'write nothing when they do not pair' {
        Write-ApicMmio Tpr, Svr, Ldr -Value 0x20, 0x1FF -ErrorAction SilentlyContinue -ErrorVariable wrong

        $wrong[0].FullyQualifiedErrorId | Should -BeLike 'ValueCountMismatch,*'
        Read-ApicMmio Tpr -Raw | Should -Be 0
    }
}
