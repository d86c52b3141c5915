BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'Alternate Injection, #VC handler <handler>' -ForEach @(
    @{ Handler = 'Edk2'; Tpr = 'Hypervisor'; Svr = 'Hypervisor' }
    @{ Handler = 'Proposal'; Tpr = 'Svsm'; Svr = 'Hypervisor' }
    @{ Handler = 'Translate'; Tpr = 'Svsm'; Svr = 'Hypervisor' }
    @{ Handler = 'Split'; Tpr = 'Svsm'; Svr = 'Hypervisor' }
) {
    BeforeEach {
        $script:machine = New-ApicMachine -Platform SevSnp -ApicScope PerVmpl
        $script:vcpu = $machine.Vcpu[0]
        Enable-ApicAlternateInjection $vcpu -VcHandler $handler
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'is on' {
        $vcpu.AlternateInjection | Should -BeTrue
        (Get-ApicAlternateInjection $vcpu).VcHandler | Should -Be $handler
    }

    It 'lets <tpr> answer for the TPR' {
        (Read-ApicMmio $vcpu Tpr).AnsweredBy | Should -Be $tpr
    }

    It 'lets <svr> answer for SVR when the hypervisor is in x2APIC mode' {
        Set-ApicBase $vcpu -Mode X2Apic -Origin Host

        (Read-ApicMsr $vcpu Svr).AnsweredBy | Should -Be $svr
    }

    It 'goes off again' {
        Disable-ApicAlternateInjection $vcpu

        $vcpu.AlternateInjection | Should -BeFalse
        (Read-ApicMmio $vcpu Tpr).AnsweredBy | Should -Be 'Hypervisor'
    }
}

Describe 'What the SVSM does not serve' {
    BeforeEach {
        $script:machine = New-ApicMachine -Platform SevSnp
        Enable-ApicAlternateInjection -VcHandler Proposal
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'faults while the hypervisor is in xAPIC mode' {
        $fault = { Read-ApicMmio Svr -ErrorAction Stop } | Should -Throw -ErrorId 'GuestFault.GP,*' -PassThru

        $fault.TargetObject.ExitInfo1 | Should -Be 1
        $fault.TargetObject.ExitInfo2 | Should -Be 0x8000030DL
    }

    It 'shows in the trace as an exit that failed' {
        Read-ApicMmio Svr -ErrorAction Ignore

        $exits = Get-ApicTrace | Where-Object Kind -EQ 'GhcbExit'
        @($exits)[-1].Hop.Code | Should -Be 0x7C
        @($exits)[-1].Hop.Result1 | Should -Be 1
    }

    It 'leaves views that differ' {
        Write-ApicMmio Tpr 0x20

        $tpr = Get-ApicView | Where-Object Register -EQ 'Tpr'
        $tpr.Svsm | Should -Be 0x20
        $tpr.Hypervisor | Should -Be 0
        $tpr.Agrees | Should -BeFalse
    }
}

Describe 'A native guest' {
    It 'has no Alternate Injection' {
        $machine = New-ApicMachine

        { Enable-ApicAlternateInjection -ErrorAction Stop } | Should -Throw -ErrorId 'NotSevSnp,*'
        Remove-ApicMachine $machine
    }
}
