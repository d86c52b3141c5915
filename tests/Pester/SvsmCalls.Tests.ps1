BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'A call of the SVSM' {
    BeforeEach {
        $script:machine = New-ApicMachine -Platform SevSnp
        Enable-ApicAlternateInjection -VcHandler Proposal
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'ends with <result> for <call> of MSR <msr>' -ForEach @(
        @{ Call = 'ReadRegister'; Msr = 0x808; Value = 0; Result = 'Success' }
        @{ Call = 'ReadRegister'; Msr = 0x832; Value = 0; Result = 'InvalidAddress' }
        @{ Call = 'WriteRegister'; Msr = 0x830; Value = 0x4500; Result = 'InvalidParameter' }
        @{ Call = 'WriteRegister'; Msr = 0x80B; Value = 0; Result = 'Success' }
    ) {
        (Invoke-ApicSvsmCall -Call $call -Rcx $msr -Rdx $value).Result | Should -Be $result
    }

    It 'ends the emulation with the last registration' {
        Invoke-ApicSvsmCall -Call Configure -Rcx 1 | Out-Null

        (Get-ApicSvsm).Emulated | Should -BeFalse
        @(Get-ApicTrace | Where-Object { $_.Hop.Code -eq 0x8000001CL }).Count | Should -Be 1
    }

    It 'lets the host send a vector' {
        Invoke-ApicSvsmCall -Call ConfigureVector -Rcx 0x141 | Out-Null

        (Get-ApicSvsm).Allowed.Ranges | Should -Be '0x41'
    }
}

Describe 'A GHCB exit' {
    BeforeEach {
        $script:machine = New-ApicMachine -Platform SevSnp
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It '<code> from VMPL2 is malformed: <reason>' -ForEach @(
        @{ Code = 0x8000001C; Reason = 'InvalidInput' }
        @{ Code = 0x8000001D; Reason = 'InvalidInput' }
        @{ Code = 0x80001234; Reason = 'InvalidEvent' }
    ) {
        $reply = Invoke-ApicGhcbExit -ExitCode $code -Info1 0x20041

        $reply.Outcome | Should -Be 'Malformed'
        $reply.Reason | Should -Be $reason
    }

    It 'registers a doorbell page' {
        Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000 -Vmpl 0 | Out-Null

        (Get-ApicDoorbell).Address | Should -Be 0x7000
    }
}
