BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'A boot' {
    BeforeEach {
        $script:machine = New-ApicMachine
    }

    AfterEach {
        Remove-ApicMachine $machine
    }

    It 'runs phase by phase on the current machine' {
        $steps = Invoke-ApicBoot OvmfSmall SEC

        @($steps).Count | Should -Be 4
        @($steps | Where-Object Succeeded -EQ $false).Count | Should -Be 0
        (Get-ApicRegister Svr).Value | Should -Be 0x1FF
    }

    It 'changes nothing with -WhatIf' {
        Invoke-ApicBoot OvmfSmall -WhatIf

        @(Get-ApicTrace $machine).Count | Should -Be 0
    }

    It 'has steps that can be read' {
        $sec = (Get-ApicBoot OvmfSmall).Phase[0]

        $sec.Name | Should -Be 'SEC'
        "$($sec.Step[0])" | Should -Be 'ensure Svr 0x100'
        $sec.Step[0].Meaning | Should -BeLike 'The guest reads a register*'
    }

    It 'can be one of your own' {
        $null = New-ApicBoot Own -Phase ([ordered]@{ SEC = 'include OvmfSmall SEC'; Kernel = 'mode X2Apic' })

        $steps = Invoke-ApicBoot Own

        $steps[-1].Step | Should -Be 'mode X2Apic'
        (Get-ApicBase).Mode | Should -Be 'X2Apic'
    }
}

Describe 'The candidate fixes' {
    It 'fail in the world of the mail where nothing changes, where the mail says so' {
        $row = Compare-ApicDesign None -World Mail -NoCondition

        $row.Verdict | Should -Be 'Fails'
        $row.Problem | Should -BeLike 'SEC, step 3*0x0F0*#GP(0)*'
    }

    It 'do not work alone among the parties of today' {
        (Compare-ApicDesign -NoCondition).Verdict | Select-Object -Unique | Should -Be 'Fails'
    }

    It 'give <verdict> for design <design>' -ForEach @(
        @{ Design = 'A'; Verdict = 'Works' }
        @{ Design = 'B'; Verdict = 'Illegal' }
        @{ Design = 'E'; Verdict = 'Works' }
        @{ Design = 'F'; Verdict = 'Fails' }
    ) {
        (Compare-ApicDesign $design -World Mail -NoCondition).Verdict | Should -Be $verdict
    }

    It 'say what they do not survive' {
        $row = Compare-ApicDesign E -World Mail -Condition ApicPerVmpl

        $row.Verdict | Should -Be 'Fragile'
        $row.FailedCondition | Should -Be 'ApicPerVmpl'
    }

    It 'can be one of your own, in a few lines' {
        $design = New-ApicDesign Late -From C { @{ Firmware = @{ SEC = @(); PEI = 'when ai mode X2Apic' } } }

        (Compare-ApicDesign $design -World Mail -NoCondition).Verdict | Should -Be 'Fails'
    }

    It 'name the step that is none' {
        { New-ApicDesign Wrong -OnActivation 'host moed X2Apic' -ErrorAction Stop } | Should -Throw '*Did you mean host mode?*'
    }
}

Describe 'Worlds and changes' {
    It 'name the smallest set of changes with which a boot works' {
        $found = Find-ApicRemedy Mail OvmfSmall -Only Edk2 -MustAgree

        $found.IsComplete | Should -Be $true
        "$($found.Remedy[0])" | Should -Be 'SecSwitches + ApsSwitchFirst'
    }

    It 'can be of your own' {
        $null = New-ApicPartyVersion Edk2 Patched -From Mail @{ Firmware = @{ SEC = 'when ai mode X2Apic'; PEI = @{ BeforeAps = 'aps: when ai follow' } } }
        $lab = New-ApicWorld Lab -From Mail -Edk2 Patched

        (Compare-ApicDesign None -World $lab -NoCondition).Verdict | Should -Be 'Works'
    }
}
