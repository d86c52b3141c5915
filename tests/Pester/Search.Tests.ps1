BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }
}

Describe 'The search for the shortest way to break a design' {
    It 'finds that design <Design> <Verdict>' -ForEach @(
        @{ Design = 'None'; Verdict = 'broken at depth 1: an access faults' }
        @{ Design = 'A'; Verdict = 'none up to depth 4' }
        @{ Design = 'B'; Verdict = 'none up to depth 4' }
        @{ Design = 'C'; Verdict = 'broken at depth 1: an access faults' }
    ) {
        (Find-ApicDivergence $Design -World Mail -MaxDepth 4).Verdict | Should -Be $Verdict
    }

    It 'finds the EOI that never reaches the SVSM' {
        $found = Find-ApicDivergence None -World Edk2 -Property InterruptsOnce

        $found.Found | Should -Be $true
        $found.Step[-1] | Should -Be 'eoi'
        $found.Problem | Should -Match 'the SVSM has 0x41 in service'
    }

    It 'gives a script that ends as it says' {
        $found = Find-ApicDivergence None -World Edk2 -Property InterruptsOnce

        . ([scriptblock]::Create($found.Script)) | Out-Null

        (Get-ApicSvsm).InService | Should -Be 0x41
        (Get-ApicTrace -Last 1).Access.Register | Should -Be 'Eoi'
        Remove-ApicMachine $m
    }

    It 'gives a sequence diagram' {
        (Find-ApicDivergence None).Mermaid | Should -Match '^sequenceDiagram'
    }

    It 'begins where a boot has come to' {
        (Find-ApicDivergence C -World Mail -After SEC -MaxDepth 3).Found | Should -Be $false
    }

    It 'takes steps beside an alphabet, and leaves some out' {
        (Find-ApicDivergence A -World Mail -MaxDepth 2 -Step 'rdmsr 0x8FF').Step | Should -Be 'rdmsr 0x8FF'
        (Find-ApicDivergence A -World Mail -MaxDepth 2 -Step 'rdmsr 0x8FF' -ExcludeStep 'rdmsr*').Found | Should -Be $false
    }

    It 'is the same in <Parts> parts' -ForEach @(@{ Parts = 2 }, @{ Parts = 5 }) {
        $whole = Find-ApicDivergence A -World Mail -MaxDepth 5

        $merged = 1..$Parts | ForEach-Object { Find-ApicDivergence A -World Mail -MaxDepth 5 -Part $_ -Of $Parts } | Merge-ApicDivergence

        $merged.Verdict | Should -Be $whole.Verdict
    }

    It 'is merged from its text after a boot of one''s own, without a title' {
        $null = New-ApicBoot Own ([ordered]@{ SEC = 'mode X2Apic'; Rest = @() }) -Title ''
        $parts = 1..2 | ForEach-Object { Find-ApicDivergence None -World Edk2 -Boot Own -MaxDepth 2 -Part $_ -Of 2 }

        $merged = $parts.Text | Merge-ApicDivergence

        $merged.Verdict | Should -Be (Find-ApicDivergence None -World Edk2 -Boot Own -MaxDepth 2).Verdict
        $merged.After | Should -Be 'Own, Rest'
    }

    It 'refuses what is no step' {
        { Find-ApicDivergence A -Step 'jump' -ErrorAction Stop } | Should -Throw -ErrorId 'StepInvalid,ApicShell.Commands.FindApicDivergenceCommand'
    }
}
