BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'Interrupts of model <model> in mode <mode>' -ForEach @(
    foreach ($model in 'Kvm', 'Amd', 'Intel') {
        foreach ($mode in 'XApic', 'X2Apic') {
            @{ Model = $model; Mode = $mode }
        }
    }
) {
    BeforeEach {
        $script:machine = New-ApicMachine 4 -Model $model -ResetMode $mode
        if ($mode -eq 'X2Apic') { $machine.Vcpu | Write-ApicMsr Svr 0x1FF } else { $machine.Vcpu | Write-ApicMmio Svr 0x1FF }
        $machine.Vcpu | Set-ApicVcpu -InterruptsEnabled $true
        $script:vcpu = $machine.Vcpu[0]
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'go from a sender through IRR and ISR to EOI' {
        $delivery = $vcpu | Send-ApicIpi 0x41 -To $machine.Vcpu[2]
        $delivery.Accepted.Index | Should -Be 2
        $delivery.Rule.Id | Should -Be 'IpiAccepted'
        (Get-ApicPendingInterrupt $machine.Vcpu[2]).Requested.Ranges | Should -Be '0x41'

        (Receive-ApicInterrupt $machine.Vcpu[2]).Vector | Should -Be 0x41
        (Get-ApicPendingInterrupt $machine.Vcpu[2]).InService.Ranges | Should -Be '0x41'

        Complete-ApicInterrupt $machine.Vcpu[2]
        (Get-ApicPendingInterrupt $machine.Vcpu[2]).InService.Count | Should -Be 0
    }

    It 'nest by priority' {
        $order = foreach ($vector in 0x31, 0x62, 0x35) {
            $null = $vcpu | Send-ApicIpi $vector -Shorthand Self
            Receive-ApicInterrupt $vcpu
        }

        $order.Vector | Should -Be @(0x31, 0x62)
        $order[1].Interrupted | Should -Be 0x31
        (Get-ApicPendingInterrupt $vcpu).HeldBackBy | Should -Be 'Priority'
    }

    It 'reach all but the sender' {
        ($vcpu | Send-ApicIpi 0x41 -Shorthand AllButSelf).Accepted.Index | Should -Be @(1, 2, 3)
    }

    It 'reach the APIC that an MSI names' {
        (Send-ApicInterrupt -Address 0xFEE03000 -Data 0x51).Accepted.Index | Should -Be 3
    }

    It 'are refused by an APIC that is off by software' {
        if ($mode -eq 'X2Apic') { Write-ApicMsr $machine.Vcpu[1] Svr 0xFF } else { Write-ApicMmio $machine.Vcpu[1] Svr 0xFF }

        $delivery = $vcpu | Send-ApicIpi 0x41 1

        $delivery.Succeeded | Should -BeFalse
        $delivery.Refused.Rule.Id | Should -Be 'InterruptRefusedDisabled'
    }

    It 'wake a vCPU by INIT and start-up' {
        $null = $vcpu | Send-ApicIpi -Mode Init -Destination 1
        $machine.Vcpu[1].RunState | Should -Be 'WaitForStartup'

        $null = $vcpu | Send-ApicIpi 0x9F 1 -Mode Startup
        $machine.Vcpu[1].RunState | Should -Be 'Running'
    }

    It 'are not sent with -WhatIf' {
        $vcpu | Send-ApicIpi 0x41 1 -WhatIf | Should -BeNullOrEmpty

        (Get-ApicPendingInterrupt $machine.Vcpu[1]).Requested.Count | Should -Be 0
    }
}

Describe 'What is wrong with an interrupt' {
    It 'has the id <id>: <command>' -ForEach @(
        @{ Id = 'VectorMissing'; Command = 'Send-ApicIpi -Destination 0' }
        @{ Id = 'MsiAddressInvalid'; Command = 'Send-ApicInterrupt -Address 0xFEC00000 -Data 0x41' }
        @{ Id = 'RegisterNotInModel'; Command = 'Complete-ApicInterrupt -Vector 0x41' }
    ) {
        $machine = New-ApicMachine
        { & ([scriptblock]::Create("$command -ErrorAction Stop")) } | Should -Throw -ErrorId "$id,*"
        Remove-ApicMachine $machine
    }
}
