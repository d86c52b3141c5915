BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'A recorded boot' {
    BeforeAll {
        $path = "$PSScriptRoot/../../examples/data/ovmf-2022.11-qemu-7.2-smp1.log"
        $script:sec = Import-ApicTrace $path -Kind RegisterRead, RegisterWrite -First 7
    }

    BeforeEach {
        $script:machine = New-ApicMachine
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'starts with the accesses of SEC' {
        @($sec).Count | Should -Be 7
        $sec[0].Register | Should -Be 'Svr'
        $sec[0].Value | Should -Be 0xFF
        $sec[1].Value | Should -Be 0x1FF
    }

    It 'gives on KVM what was recorded' {
        $steps = $sec | Invoke-ApicReplay

        @($steps).Count | Should -Be 7
        @($steps | Where-Object Matches -EQ $false).Count | Should -Be 0
        @($steps | Where-Object Succeeded -EQ $false).Count | Should -Be 0
    }

    It 'costs OVMF''s library more exits than accesses' {
        $steps = $sec | Invoke-ApicReplay -Guest OvmfLibrary

        $steps[0].Exits | Should -BeGreaterThan 1
    }

    It 'changes nothing with -WhatIf' {
        $sec | Invoke-ApicReplay -WhatIf

        @(Get-ApicTrace $machine).Count | Should -Be 0
    }
}

Describe 'A trace as text' {
    It 'knows the events of <version>' -ForEach @(
        @{ Version = 'QEMU 7.2'; Line = 'apic_mem_writel 0x80 = 0x00000020' }
        @{ Version = 'QEMU 9'; Line = 'apic_register_write register 0x08 = 0x00000020' }
        @{ Version = 'QEMU with time stamps'; Line = '4711@1700000000.123456:apic_mem_writel 0x80 = 0x00000020' }
    ) {
        $record = Import-ApicTrace -Text $line

        $record.Kind | Should -Be 'RegisterWrite'
        $record.Register | Should -Be 'Tpr'
        $record.Value | Should -Be 0x20
    }

    It 'names the line that is torn and goes on' {
        $torn = $null
        $records = Import-ApicTrace -Text 'apic_mem_readl 0x80', 'apic_mem_readl 0x80 = 0x0' -ErrorAction SilentlyContinue -ErrorVariable torn

        @($records).Count | Should -Be 1
        $torn[0].FullyQualifiedErrorId | Should -BeLike 'TraceLineInvalid,*'
        $torn[0].Exception.Message | Should -BeLike '*line 1*'
    }
}

Describe 'The trace of a machine' {
    BeforeEach {
        $script:machine = New-ApicMachine -Platform SevSnp
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'has the exit and the access that caused it' {
        Read-ApicMmio Svr | Out-Null

        $records = Get-ApicTrace
        $records[0].Kind | Should -Be 'GhcbExit'
        $records[1].Kind | Should -Be 'Access'
        $records[0].AccessNumber | Should -Be $records[1].AccessNumber
    }

    It 'is empty when it was cleared' {
        Read-ApicMmio Svr | Out-Null
        Clear-ApicTrace

        Get-ApicTrace | Should -BeNullOrEmpty
    }
}
