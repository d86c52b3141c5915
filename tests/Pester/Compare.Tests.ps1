BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
    $script:sec = Import-ApicTrace "$PSScriptRoot/../../examples/data/ovmf-2022.11-qemu-7.2-smp1.log" -Kind RegisterRead, RegisterWrite -First 40
}

Describe 'Compare-ApicModel' {
    It 'has item <item> of the list in which KVM and AMD differ' -ForEach @(
        @{ Item = 1; Register = ''; Aspect = 'mode after RESET'; Kvm = 'XApic'; Amd = 'Disabled' }
        @{ Item = 2; Register = 'Version'; Aspect = 'value after RESET'; Kvm = '0x00050014'; Amd = '0x80050010' }
        @{ Item = 5; Register = 'Eoi'; Aspect = 'x2APIC: bits that fault'; Kvm = '0x00000000'; Amd = '0xFFFFFFFF' }
        @{ Item = 9; Register = 'Esr'; Aspect = 'a write does'; Kvm = 'nothing'; Amd = 'shows the errors since the last write' }
    ) {
        $difference = Compare-ApicModel | Where-Object { "$($_.Register)" -eq $register -and $_.Aspect -eq $aspect }

        $difference.Value | Should -Be $kvm
        $difference.OtherValue | Should -Be $amd
        $difference.Source | Should -BeLike '*KVM*'
        $difference.OtherSource | Should -BeLike '*APM*'
    }

    It 'finds nothing between a model and itself' {
        Compare-ApicModel Amd, Amd | Should -BeNullOrEmpty
    }

    It 'keeps to the registers that are asked for' {
        @(Compare-ApicModel Amd, Intel -Register Lvt* | Where-Object Register -NotLike 'Lvt*').Count | Should -Be 0
        @(Compare-ApicModel -Register 0x80B).Count | Should -BeGreaterThan 0
    }
}

Describe 'Compare-ApicTrace' {
    BeforeEach {
        $script:machine = New-ApicMachine
    }

    AfterEach {
        Get-ApicMachine | Remove-ApicMachine
    }

    It 'finds LINT0 of the bootstrap processor and leaves open what a divisor does to a running timer' {
        $found = @($sec | Compare-ApicTrace -ResetMode XApic)

        $found[0].Register | Should -Be 'LvtLint0'
        $found[0].Same | Should -Be $false
        $found[0].Answer[0].Value | Should -Be 0x700
        $found[0].Answer[1].Value | Should -Be 0x10000
        $found[1].Register | Should -Be 'TimerDivide'
        $found[1].Same | Should -BeNullOrEmpty
        $found[1].Answer[1].IsDefined | Should -Be $false
    }

    It 'gives every access with -All' {
        @($sec | Compare-ApicTrace -ResetMode XApic -All).Count | Should -Be 40
    }

    It 'names rule and source on both sides' {
        Set-ApicBase -Mode X2Apic
        Write-ApicMsr Eoi 1

        $difference = Compare-ApicTrace -ResetMode XApic

        $difference.Answer[0].RuleId | Should -Be 'KvmEoiAnyValue'
        $difference.Answer[0].Source | Should -BeLike '*lapic.c*'
        $difference.Answer[1].RuleId | Should -Be 'EoiMustBeZero'
        $difference.Answer[1].Source | Should -BeLike 'APM*'
    }

    It 'leaves the machines that are given as they are' {
        $other = New-ApicMachine
        Write-ApicMmio Tpr 0x20
        $before = @(Get-ApicTrace $other).Count

        $difference = Import-ApicTrace -Text 'apic_mem_writel 0x80 = 0x00000040', 'apic_mem_readl 0xf0 = 0x0' | Compare-ApicTrace -Machine $machine, $other -All

        @($difference).Count | Should -Be 2
        @(Get-ApicTrace $other).Count | Should -Be $before
        (Get-ApicRegister Tpr).Value | Should -Be 0x20
    }
}
