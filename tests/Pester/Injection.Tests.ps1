BeforeAll {
    if (-not (Get-Module ApicShell)) { Import-Module "$PSScriptRoot/../../out/ApicShell" }

    # Errors are what is looked at here, whatever runs the tests.
    $ErrorActionPreference = 'Continue'

    # What a text must not do, wherever it comes out: the sentinel is set by each that does.
    $global:ApicSentinel = 0
    $code = '$global:ApicSentinel++'

    # Characters that a name or a title may have, and that quote, end or begin something somewhere.
    $script:Quoted = @(
        "a'; $code #", "a`u{2018}; $code #", "a`u{2019}; $code; `u{2019}", "a`u{201A}; $code #", "a`u{201B}; $code #"
        "a`"; $code #", "a`u{201C}; $code #", "a`u{201D}; $code #", "a`u{201E}; $code #", "`$($code)", "a``n$code", "a; $code", "| $code", "@'", '#>', '%%{init: {"theme": "dark"}}%%'
        '<script>alert(1)</script>', '&lt;b&gt;', 'a;D->>H: done', '--%', '-Force', '& {', '$true', '1e3', "`u{E9}`u{8A9E}"
    )

    # Characters that end a line, speak to a terminal, or show another text than is there.
    $script:Unfit = @(
        foreach ($break in "`r", "`n", "`r`n", "`u{85}", "`u{2028}", "`u{2029}", "`f", "`v") { "a$break$code" }
        "a`nwrmsr 0 0x80b 0", "a`0b", "a`e[2Jb", "a`e]0;x`ab", "a`u{9B}2Jb", "a`u{7F}b", "a`u{202E}b", "a`u{2066}b", "a`u{200B}b", "a$([char] 0xD800)b"
    )

    $script:Unseen = [regex] '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]'

    # Lines of a text, of which none has what cannot be seen.
    function Assert-Plain([string] $text, [string] $what) {
        foreach ($line in $text -split "`n") { $line | Should -Not -Match $Unseen -Because $what }
    }

    # A design as it would come from a program that refuses nothing.
    function New-Core([type] $type, [hashtable] $values) {
        $core = [Activator]::CreateInstance($type)
        foreach ($name in $values.Keys) { $type.GetProperty($name).SetValue($core, $values[$name]) }
        $core
    }

    function New-Handle([string] $type, $core) {
        $found = (Get-Command New-ApicDesign).ImplementingType.Assembly.GetType($type)
        $found.GetConstructors('NonPublic, Instance')[0].Invoke(@($core))
    }

    function New-HostileDesign([string] $text) {
        $core = (Get-ApicDesign None | ForEach-Object { $_.GetType().GetProperty('Core', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetValue($_) })
        $copy = $core.GetType().GetMethod('<Clone>$').Invoke($core, @())
        foreach ($name in 'Name', 'Title', 'For', 'Against', 'Source') { $copy.GetType().GetProperty($name).SetValue($copy, $text) }
        New-Handle 'ApicShell.ApicDesign' $copy
    }

    # Only what a script of a search is made of may stand in it, and running it sets nothing.
    function Assert-Script([string] $script, [string] $what) {
        Assert-Plain $script $what
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($script, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty -Because $what
        $commands = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) | ForEach-Object { $_.GetCommandName() }
        $commands | Should -Not -BeNullOrEmpty
        $commands | Where-Object { $_ -notin (Get-Command -Module ApicShell).Name } | Should -BeNullOrEmpty -Because $what
        $targets = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.AssignmentStatementAst] }, $true) | ForEach-Object { $_.Left.Extent.Text }
        $targets | Where-Object { $_ -notin '$m', '$v', '$null' } | Should -BeNullOrEmpty -Because $what
        $before = $global:ApicSentinel
        & ([scriptblock]::Create($script)) 2>$null 3>$null | Out-Null
        $global:ApicSentinel | Should -Be $before -Because $what
        Get-ApicMachine | Remove-ApicMachine
    }

    # A diagram is its first line, and lines that begin as ours do.
    function Assert-Diagram([string] $diagram, [string] $what) {
        Assert-Plain $diagram $what
        $lines = $diagram.TrimEnd() -split "`n"
        $lines[0] | Should -Be 'sequenceDiagram'
        $lines | Select-Object -Skip 1 | Should -Match '^    (participant \w+ as |Note over [\w,]+: |\w+--?>>\w+: )' -Because $what
        $diagram | Should -Not -Match '%%|;(?<!#(\d+|lt|amp);)|<(?!br/>)' -Because $what
    }

    # An export for a real KVM is comments and operations of the grammar.
    function Assert-Export([string] $path, [string] $what) {
        foreach ($line in [System.IO.File]::ReadAllText($path) -split "`n") {
            Assert-Plain $line $what
            $line | Should -Match '^(#|$|(vcpus|hlapic|rdmsr|wrmsr|mmior|mmiow|intr|nop) [\w ]+(#= |$))' -Because $what
        }
    }
}

AfterAll {
    Remove-Variable ApicSentinel -Scope Global
}

Describe 'A name or a title that cannot be shown' {
    It 'is refused by <Command>' -ForEach @(
        @{ Command = 'New-ApicMachine'; Make = { New-ApicMachine -Name $args[0] } }
        @{ Command = 'New-ApicVcpu'; Make = { New-ApicVcpu -Name $args[0] } }
        @{ Command = 'Invoke-ApicBoot'; Make = { Invoke-ApicBoot -Design None -Boot OvmfSmall -MachineName $args[0] } }
        @{ Command = 'New-ApicBoot, name'; Make = { New-ApicBoot $args[0] @{ SEC = 'read Id' } } }
        @{ Command = 'New-ApicBoot, phase'; Make = { New-ApicBoot Own @{ $args[0] = 'read Id' } } }
        @{ Command = 'New-ApicBoot, title'; Make = { New-ApicBoot Own @{ SEC = 'read Id' } -Title $args[0] } }
        @{ Command = 'New-ApicDesign, name'; Make = { New-ApicDesign $args[0] } }
        @{ Command = 'New-ApicDesign, title'; Make = { New-ApicDesign Own -Title $args[0] } }
        @{ Command = 'New-ApicDesign, for'; Make = { New-ApicDesign Own -For $args[0] } }
        @{ Command = 'New-ApicDesign, against'; Make = { New-ApicDesign Own -Against $args[0] } }
        @{ Command = 'New-ApicDesign, source'; Make = { New-ApicDesign Own -Source $args[0] } }
        @{ Command = 'New-ApicDesign, title of a script block'; Make = { $text = $args[0]; New-ApicDesign Own { @{ Title = $text } }.GetNewClosure() } }
        @{ Command = 'New-ApicChange, name'; Make = { New-ApicChange $args[0] Svsm @{ SvsmApic = 'EveryVcpu' } } }
        @{ Command = 'New-ApicChange, title'; Make = { New-ApicChange Own Svsm @{ SvsmApic = 'EveryVcpu' } -Title $args[0] } }
        @{ Command = 'New-ApicWorld, name'; Make = { New-ApicWorld $args[0] } }
        @{ Command = 'New-ApicWorld, title'; Make = { New-ApicWorld Own -Title $args[0] } }
        @{ Command = 'New-ApicPartyVersion, name'; Make = { New-ApicPartyVersion Svsm $args[0] } }
        @{ Command = 'New-ApicPartyVersion, text'; Make = { New-ApicPartyVersion Svsm Own -Text $args[0] } }
    ) {
        foreach ($text in $Unfit) {
            $what = [System.Management.Automation.Language.CodeGeneration]::EscapeFormatStringContent($text)
            $errors = $null
            & $Make $text -ErrorVariable errors 2>&1 | Tee-Object -Variable output | Out-Null
            $record = @($output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
            $record.Count | Should -Be 1 -Because $what
            $record[0].FullyQualifiedErrorId | Should -Match '^(NameInvalid|TextInvalid),' -Because $what
            Assert-Plain $record[0].Exception.Message $what
            $record[0].Exception.Message | Should -Not -Match "`n" -Because $what
        }

        Get-ApicMachine | Should -BeNullOrEmpty
        Get-ApicDesign | Where-Object Name -EQ Own | Should -BeNullOrEmpty
    }

    It 'is refused where it stands in a file of boots' {
        # Half a character is none in a file: what is read is what stands for it.
        foreach ($text in $Unfit | Where-Object { $_ -notmatch "[`r`n\p{Cs}]" }) {
            Set-Content TestDrive:/boots.txt "boot Own 1 : $text", 'phase SEC Ovmf : x', 'read Id'
            { New-ApicBoot -Path TestDrive:/boots.txt -ErrorAction Stop } | Should -Throw -ErrorId 'BootInvalid,*'
        }
    }

    It 'is refused where it stands in the text of a search' {
        $found = (Find-ApicDivergence None).Text
        foreach ($text in $Unfit) {
            $json = $text | ConvertTo-Json -EscapeHandling EscapeNonAscii
            $hostile = $found -replace '"title":"[^"]*"', ('"title":{0}' -f $json.Replace('$', '$$'))
            $hostile | Should -Not -Be $found
            { $hostile | Merge-ApicDivergence -ErrorAction Stop } | Should -Throw -ErrorId 'SearchTextInvalid,*'
            Assert-Plain $Error[0].Exception.Message 'a title in the text of a search'
        }
    }
}

Describe 'What is exported of names and titles' {
    It 'has nothing of them that runs, where they can be shown' {
        foreach ($text in $Quoted) {
            $name = $text -replace '[*?\[\]]' -replace '\s', '_'
            $design = New-ApicDesign $text -From None -Title $text -For $text -Source $text -ErrorAction Ignore
            if (-not $design) { $design = New-ApicDesign $name -From None -Title $text }
            $boot = New-ApicBoot ($text -replace '\W', '_') ([ordered]@{ $text = 'mode X2Apic' }) -Title $text
            $world = New-ApicWorld ($text -replace '[*?\[\]]') -From Edk2 -Title $text
            $found = Find-ApicDivergence $design -World $world -Boot $boot -MaxDepth 2

            $found.Found | Should -Be $true -Because $text
            Assert-Script $found.Script $text
            Assert-Diagram $found.Mermaid $text
            $merged = $found.Text | Merge-ApicDivergence
            $merged.Script | Should -Be $found.Script -Because $text
        }
    }

    It 'has nothing of them that runs, where another program let them in' {
        foreach ($text in $Unfit) {
            $found = Find-ApicDivergence (New-HostileDesign $text) -World Edk2 -MaxDepth 2 -WarningVariable warnings -WarningAction SilentlyContinue

            $found.Found | Should -Be $true
            Assert-Script $found.Script $text
            Assert-Diagram $found.Mermaid $text
            foreach ($warning in $warnings) { Assert-Plain $warning.Message $text }
        }
    }

    It 'has no operation of them, for a real KVM' {
        foreach ($text in $Quoted) {
            $machine = New-ApicMachine -Name $text
            $machine.Vcpu | Read-ApicMsr 0x1B | Out-Null
            Export-ApicTrace TestDrive:/export.txt -Machine $machine
            Assert-Export (Convert-Path TestDrive:/export.txt) $text
            Remove-ApicMachine $machine
        }
    }

    It 'has no operation of the name of a file, for a real KVM' -Skip:($IsWindows -or -not $IsCoreCLR) {
        foreach ($text in $Unfit | Where-Object { $_ -notmatch '[\0/]' }) {
            $path = Join-Path (Convert-Path TestDrive:/) $text
            [System.IO.File]::WriteAllText($path, "apic_mem_readl 0x80 = 0x0`n")
            $file = [System.IO.Directory]::GetFiles((Convert-Path TestDrive:/)) | Where-Object { $_ -notmatch 'export|boots' }
            Import-ApicTrace -LiteralPath $file | Export-ApicTrace TestDrive:/export.txt
            Assert-Export (Convert-Path TestDrive:/export.txt) $text
            [System.IO.File]::WriteAllText($file, "apic_mem_readl 0x80`n")
            Import-ApicTrace -LiteralPath $file -ErrorAction SilentlyContinue -ErrorVariable torn
            $torn[0].FullyQualifiedErrorId | Should -Match '^TraceLineInvalid'
            Assert-Plain $torn[0].Exception.Message $text
            [System.IO.File]::Delete($file)
        }
    }
}

Describe 'What is shown of texts' {
    It 'says of an exception of a script block what can be shown' {
        foreach ($text in $Unfit + $Quoted) {
            New-ApicDesign Own { throw $text }.GetNewClosure() -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId | Should -Match '^DesignInvalid'
            Assert-Plain $failed[0].Exception.Message $text
            $failed[0].Exception.Message | Should -Not -Match "`n"
        }
    }

    It 'says of a wrong <Of> what can be shown, and not all of it' -ForEach @(
        @{ Of = 'design'; Make = { Get-ApicDesign -Name $args[0] } }
        @{ Of = 'boot'; Make = { Get-ApicBoot -Name $args[0] } }
        @{ Of = 'world'; Make = { Get-ApicWorld -Name $args[0] } }
        @{ Of = 'change'; Make = { Get-ApicChange -Name $args[0] } }
        @{ Of = 'version'; Make = { Get-ApicPartyVersion -Name $args[0] } }
        @{ Of = 'machine'; Make = { Get-ApicMachine -Name $args[0] } }
        @{ Of = 'rule'; Make = { Get-ApicRule $args[0] } }
        @{ Of = 'alphabet'; Make = { Find-ApicDivergence None -Alphabet $args[0] } }
        @{ Of = 'step'; Make = { Find-ApicDivergence None -Step $args[0] } }
        @{ Of = 'phase'; Make = { Find-ApicDivergence None -After $args[0] } }
        @{ Of = 'register'; Make = { Get-ApicRegister -Model Kvm -Register $args[0] } }
        @{ Of = 'line of a trace'; Make = { Import-ApicTrace -Text ('apic_mem_readl ' + $args[0]) } }
        @{ Of = 'search'; Make = { $args[0] | Merge-ApicDivergence } }
    ) {
        foreach ($text in @($Unfit; 'q' * 100000) -notmatch '[*?\[\]]') {
            $record = @(& $Make $text 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
            $record.Count | Should -BeGreaterOrEqual 1 -Because "$Of $([int] $text[1])"
            foreach ($one in $record) {
                Assert-Plain $one.Exception.Message $Of
                $one.Exception.Message | Should -Not -Match "`n" -Because $Of
                $one.Exception.Message.Length | Should -BeLessThan 4000 -Because $Of
            }
        }
    }

    It 'asks, tells and warns with what can be shown' {
        foreach ($text in $Unfit) {
            $design = New-HostileDesign $text
            $lines = & {
                New-ApicDesign Own -From $design -WhatIf
                Find-ApicDivergence $design -World Edk2 -MaxDepth 1 -Verbose | Out-Null
            } *>&1
            foreach ($line in $lines) { Assert-Plain "$line" $text }
        }
    }

    It 'shows in views what can be shown' {
        foreach ($text in $Quoted) {
            $design = New-ApicDesign ('Own' + ($text -replace '[*?\[\]]')) -Title $text -From None
            Assert-Plain (($design, (Find-ApicDivergence $design -World Edk2 -MaxDepth 1) | Out-String) -replace "`r") $text
        }

        foreach ($text in $Unfit | Where-Object { $_ -notmatch "[`r`n`0]" }) {
            $record = Import-ApicTrace -Text "apic_mem_readl 0x80 = 0x0$($text[1])" -ErrorAction Ignore
            Assert-Plain (($record | Out-String) -replace "`r") $text
        }
    }

    It 'completes a name to that name' {
        foreach ($text in $Quoted) {
            $machine = New-ApicMachine -Name $text
            $before = $global:ApicSentinel
            foreach ($line in 'Remove-ApicMachine -Machine ', 'Get-ApicMachine -Name ') {
                $completed = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
                @($completed).Count | Should -Be 1 -Because $text
                Assert-Plain ($completed[0].ListItemText + $completed[0].ToolTip) $text
                $ast = [System.Management.Automation.Language.Parser]::ParseInput($line + $completed[0].CompletionText, [ref] $null, [ref] $null)
                $command = $ast.EndBlock.Statements[0].PipelineElements[0]
                $command.CommandElements.Count | Should -Be 3 -Because $text
                $ast.EndBlock.Statements.Count | Should -Be 1 -Because $text
                $command.CommandElements[2] | Should -BeOfType ([System.Management.Automation.Language.StringConstantExpressionAst])
                $value = $command.CommandElements[2].Value
                if ($line -like 'Get*') { $value = [System.Management.Automation.WildcardPattern]::Unescape($value) }
                $value | Should -Be $text
            }

            & ([scriptblock]::Create($line + $completed[0].CompletionText)) | Should -Be $machine
            $global:ApicSentinel | Should -Be $before
            Remove-ApicMachine $machine
        }
    }
}
