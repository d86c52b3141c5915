BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'An access to the local APIC' {
    BeforeEach {
        $script:machine = New-ApicMachine
        $script:vcpu = $machine.Vcpu[0]
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    Context 'in xAPIC mode' {
        It 'reads back by memory what was written' {
            Write-ApicMmio $vcpu Tpr 0x20

            Read-ApicMmio $vcpu Tpr -Raw | Should -Be 0x20
        }

        It 'says who answered, by which rule, and what it cost' {
            $answer = Read-ApicMmio $vcpu Svr

            $answer.Outcome | Should -Be 'Value'
            $answer.AnsweredBy | Should -Be 'LocalApic'
            $answer.Rule.Id | Should -Be 'XApicRegister'
            $answer.Exits | Should -Be 1
        }

        It 'raises #GP(0) by MSR' {
            { Read-ApicMsr $vcpu Tpr -ErrorAction Stop } | Should -Throw -ErrorId 'GuestFault.GP,*'
        }

        It 'takes the name, the offset and the number <register> for the same register' -ForEach @(
            @{ Register = 'Tpr' }
            @{ Register = 0x80 }
            @{ Register = '0x080' }
        ) {
            (Read-ApicMmio $vcpu $register).Register | Should -Be 'Tpr'
        }
    }

    Context 'in x2APIC mode' {
        BeforeEach {
            Set-ApicBase $vcpu -Mode X2Apic
        }

        It 'reads back by MSR what was written' {
            Write-ApicMsr $vcpu Tpr 0x20

            Read-ApicMsr $vcpu Tpr -Raw | Should -Be 0x20
        }

        It 'is answered by nobody by memory' {
            (Read-ApicMmio $vcpu Tpr).Outcome | Should -Be 'Unclaimed'
        }

        It 'carries the broken rule as the target of the error' {
            $fault = $null
            Write-ApicMsr $vcpu Version 1 -ErrorAction SilentlyContinue -ErrorVariable fault

            $fault[0].TargetObject.Rule.Id | Should -Be 'X2MsrReadOnly'
            $fault[0].TargetObject.Value | Should -Be 1
        }
    }
}
