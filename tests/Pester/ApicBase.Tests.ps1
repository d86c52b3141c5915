BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'APIC_BASE of model <model>' -ForEach @(
    @{ Model = 'Kvm'; Reset = 'XApic' }
    @{ Model = 'Intel'; Reset = 'XApic' }
    @{ Model = 'Amd'; Reset = 'Disabled' }
) {
    BeforeEach {
        $script:machine = New-ApicMachine -Model $model
        $script:vcpu = $machine.Vcpu[0]
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'is <reset> after RESET' {
        (Get-ApicBase $vcpu).Mode | Should -Be $reset
    }

    It 'goes the way of the figure, up and down' {
        foreach ($mode in 'Disabled', 'XApic', 'X2Apic', 'Disabled') {
            Set-ApicBase $vcpu -Mode $mode -ErrorAction Stop
            $vcpu.Mode | Should -Be $mode
        }
    }

    It 'refuses the way back from x2APIC to xAPIC mode' {
        if ($vcpu.Mode -eq 'Disabled') { Set-ApicBase $vcpu -Enabled }
        Set-ApicBase $vcpu -Extended

        Test-ApicBase $vcpu -Mode XApic -Quiet | Should -BeFalse
        { Set-ApicBase $vcpu -Mode XApic -ErrorAction Stop } | Should -Throw '*#GP(0)*' -ErrorId 'GuestFault.GP,*'
        $vcpu.Mode | Should -Be 'X2Apic'
    }

    It 'changes nothing with -WhatIf' {
        Set-ApicBase $vcpu -BaseAddress 0xFED00000 -WhatIf

        # 0xFEE00000 alone would be a negative number to PowerShell.
        (Get-ApicBase $vcpu).BaseAddress | Should -Be 0xFEE00000L
    }
}

Describe 'The table of transitions' {
    It 'gives the verdict on <from> to <to> that a write gets' -ForEach @(
        foreach ($from in 'Disabled', 'XApic', 'X2Apic') {
            foreach ($to in 'Disabled', 'XApic', 'X2Apic', 'Invalid') {
                @{ From = $from; To = $to }
            }
        }
    ) {
        $machine = New-ApicMachine -ResetMode $from
        $step = Get-ApicTransition Kvm -Origin Guest -From $from -To $to | Where-Object Event -EQ 'Write'
        @($step).Count | Should -Be 1

        Set-ApicBase $machine.Vcpu[0] -Mode $to -ErrorAction Ignore

        $machine.Vcpu[0].Mode | Should -Be $(if ($step.IsAllowed) { $to } else { $from })
        Remove-ApicMachine $machine
    }
}
