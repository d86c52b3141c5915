using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Tests;

/// <summary>Something that shows the view of a type. The golden file has the type's name without its namespace.</summary>
/// <param name="Type">The type.</param>
/// <param name="Script">What is shown; {trace} is the recorded boot of examples/data.</param>
/// <param name="Setup">What goes before and is not shown.</param>
/// <param name="LastColumnIsText">Whether the last column is free text, which may be as wide as the screen.</param>
public sealed record ViewCase(string Type, string Script, string Setup = "", bool LastColumnIsText = false)
{
    private const string Snp = "New-ApicMachine 2 -Name snp -Platform SevSnp | Out-Null";

    // One access of each kind and each ending.
    private const string Accesses = """
        $kvm = New-ApicMachine -Name kvm
        Read-ApicMmio Svr; Write-ApicMmio Tpr 0x20 -Answer; Read-ApicMmio 0x40; Read-ApicMmio Tpr -Size 8
        Write-ApicMmio Version 1 -Answer -WarningAction Ignore
        Read-ApicMsr ApicBase; Read-ApicMsr ApicBase -Origin Host
        Set-ApicBase -Mode X2Apic; Read-ApicMsr Tpr, Icr, TscDeadline; Read-ApicMmio Tpr
        $amd = New-ApicMachine -Name amd -Model Amd; Set-ApicBase -Enabled
        Read-ApicMmio 0x3F0; Write-ApicMmio 0x40 1 -Answer -WarningAction Ignore
        $snp = New-ApicMachine -Name snp -Platform SevSnp
        Read-ApicMmio Tpr; Read-ApicMsr ApicBase; Read-ApicMsr ApicBase -Origin Svsm
        Enable-ApicAlternateInjection -VcHandler Proposal; Read-ApicMmio Tpr; Write-ApicMmio Tpr 0x30 -Answer
        """;

    // What a VMM saves: a deadline, a pin, an IPI.
    private const string Restored = """
        New-ApicMachine 2 -Name m | Out-Null
        Set-ApicBase -Mode X2Apic
        Write-ApicMsr Svr, LvtTimer, TscDeadline, LvtLint0, Icr 0x1FF, 0x400EC, 5000000, 0x41, 0x100000051
        """;

    // Two machines that differ in a quirk, and a script that then goes by what it reads.
    private const string Compared = """
        New-ApicMachine -Name usual | Out-Null
        New-ApicMachine -Name strict -DisableQuirk Lint0Reenabled -EnableQuirk EoiBroadcastSuppression | Out-Null
        $c = Compare-ApicBackend -Machine usual, strict {
            Read-ApicMmio LvtLint0, Svr; Set-ApicBase -Mode Invalid; Write-ApicMmio Svr 0x1FF; Send-ApicInterrupt -Address 0xFEE00000 -Data 0x41
            Set-ApicVcpu -InterruptsEnabled $true; Receive-ApicInterrupt
            if ((Read-ApicMmio Version -Raw) -ne 0x50014) { Write-ApicMmio Svr 0x10FF }
        }
        """;

    /// <summary>The cases, one a view.</summary>
    public static IReadOnlyList<ViewCase> All { get; } =
    [
        new("ApicShell.ApicMachine", "Get-ApicMachine", """
            New-ApicMachine -Name small | Out-Null
            New-ApicMachine 65536 -Name big -Model Amd -NoX2Apic | Out-Null
            New-ApicMachine 2 -Platform SevSnp -ApicScope PerVmpl -ResetMode X2Apic -Name planes | Out-Null
            New-ApicMachine -Model Intel -Name last | Out-Null
            """),
        new("ApicShell.ApicVcpu", "Get-ApicMachine | Get-ApicVcpu", $"""
            New-ApicMachine -ApicId 0, 0xFEE00900 -Name native | Out-Null
            Set-ApicBase -Mode X2Apic
            {Snp}
            Get-ApicVcpu 1 | Enable-ApicAlternateInjection
            """),
        new("ApicShell.ApicAccess", Accesses),
        new("ApicShell.ApicBaseValue", "Get-ApicVcpu | Get-ApicBase", """
            New-ApicMachine 3 -Name m | Out-Null
            Set-ApicBase -Mode X2Apic
            Get-ApicVcpu 2 | Set-ApicBase -BaseAddress 0xFFFFFFFFF000
            """),
        new("ApicShell.ApicBaseTest", """
            'Disabled', 'XApic', 'X2Apic', 'Invalid' | ForEach-Object { Test-ApicBase -Mode $_ }
            Test-ApicBase -Value 0xFEE00901; Test-ApicBase -Mode Disabled -Origin Host
            """, "New-ApicMachine -Name m | Out-Null; Set-ApicBase -Mode X2Apic"),
        new("ApicShell.ApicRestoreResult", "Test-ApicRestore -AllOrders; Test-ApicRestore ApicBase, Icr", Restored, LastColumnIsText: true),
        new("ApicShell.ApicRestoreDifference", "(Test-ApicRestore TscDeadline, Lapic, ApicBase).Difference; (Test-ApicRestore TscDeadline, ApicBase, Svr).Difference", Restored),
        new("ApicShell.ApicBackendComparison", $"$c; Compare-ApicBackend {{ Set-ApicBase -Mode X2Apic }} -Machine usual, strict", Compared),
        new("ApicShell.ApicBackendDifference", "$c.Line", Compared),
        new("ApicShell.ApicScriptLine", """
            Invoke-ApicScript -Text 'vcpus 2', 'wrmsr 1 0x1b 0xfee00c00', 'rdmsr 1 0x1b #= {"value":"0xfee00c00"}', 'mmiow 0 0xf0 0x1ff', 'msi 0xfee00000 0x41 #= {"rc":1}'
            """, LastColumnIsText: true),
        new("ApicShell.ApicCampaign", "Invoke-ApicCampaign Emulator, Emulator -DisableQuirk Lint0Reenabled -Count 20; Invoke-ApicCampaign Emulator, Emulator -Count 2 -Part 2 -Of 3"),
        new("ApicShell.ApicKernelEvent", "$events", """
            $m = New-ApicMachine
            $make = [ApicShell.ApicKernelEvent].GetConstructors('NonPublic, Instance')[0]
            $events = @(
                $make.Invoke(@($m.PSObject.BaseObject, 1, [long] 3, [double] 0, 'kvm_apic', 'apic_write APIC_SELF_IPI = 0x41'))
                $make.Invoke(@($m.PSObject.BaseObject, 2, [long] 3, [double] 32.0625, 'kvm_apic_accept_irq', 'apicid 0 vec 65 (Fixed|edge)'))
                $make.Invoke(@($m.PSObject.BaseObject, 3, [long] 12, [double] 33879, 'kvm_apic_ipi', 'dst ffffffff vec 253 (LowPrio|physical|de-assert|edge|all-but-self)')))
            """, LastColumnIsText: true),
        new("ApicShell.ApicCampaignFinding", "(Invoke-ApicCampaign Emulator, Emulator -DisableQuirk Lint0Reenabled -Count 6).Finding"),
        new("ApicShell.Architecture.ApicTransition", "Get-ApicTransition Kvm -Origin Guest; Get-ApicTransition Intel -Origin Host -From Disabled"),
        new("ApicShell.ApicRegisterValue", "Get-ApicRegister", """
            New-ApicMachine -Name m -Model Amd | Out-Null
            Set-ApicBase -Enabled
            Write-ApicMmio Svr 0x1FF
            Write-ApicMmio LvtTimer 0x20030
            """, LastColumnIsText: true),
        new("ApicShell.ApicFieldValue", "(Get-ApicRegister Icr).Field; (Get-ApicRegister ApicBase).Field", "New-ApicMachine -Name m | Out-Null"),
        new("ApicShell.Architecture.BitField", "(Get-ApicRegister Icr -Model Amd).Field", LastColumnIsText: true),
        new("ApicShell.ApicRegisterInfo", "Get-ApicRegister -Model Amd", LastColumnIsText: true),
        new("ApicShell.Architecture.Rule", "Get-ApicRule Base*, SvsmTprByte", LastColumnIsText: true),
        new("ApicShell.ApicAlternateInjection", "Get-ApicAlternateInjection", $"{Snp}; Get-ApicVcpu 1 | Enable-ApicAlternateInjection -VcHandler Proposal -TimerSupport HvTimer; Set-ApicVcpu -Vmpl 0"),
        new("ApicShell.ApicTraceEvent", "Get-ApicTrace snp; Get-ApicTrace kvm", $"""
            {Snp}
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal
            $null = Get-ApicVcpu | Read-ApicMmio Tpr, Svr -ErrorAction Ignore
            Get-ApicVcpu | Write-ApicMmio Tpr 0x20
            Set-ApicBase -Mode X2Apic -Origin Host
            Disable-ApicAlternateInjection
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal -SvsmApicSetup
            $null = Get-ApicVcpu 1 | Send-ApicIpi 0x41, 0x72 -SelfIpi; Receive-ApicInterrupt (Get-ApicVcpu 1) -Complete | Out-Null
            $null = Send-ApicInterrupt -Destination 1 -Vector 0x61
            New-ApicMachine 2 -Name kvm | Out-Null
            $c = Checkpoint-ApicMachine
            Write-ApicMmio Svr, TimerDivide, LvtTimer, TimerInitial, Icr2 -Value 0x1FF, 0xB, 0x40, 1000, 0x1000000
            $null = Step-ApicClock -ToNextTimer
            Write-ApicMmio Icr, Icr, Icr, Icr -Value 0x44040, 0x4400, 0x4500, 0x4608
            Write-ApicMmio Icr2, Icr -Value 0, 0x31
            Write-ApicMmio Icr 0x40008
            Restore-ApicMachine $c
            $null = New-ApicVcpu -Machine kvm
            Reset-ApicVcpu
            """, LastColumnIsText: true),
        new("ApicShell.ApicClockStep", "Step-ApicClock 100; Step-ApicClock -ToNextTimer; Step-ApicClock 9000000000000000000", $"""
            New-ApicMachine 5 -Name m | Out-Null
            Get-ApicVcpu | Write-ApicMmio Svr, LvtTimer, TimerInitial -Value 0x1FF, 0x40, 100000
            Get-ApicVcpu 1 | Write-ApicMmio LvtTimer, TimerInitial -Value 0x10041, 200
            """, LastColumnIsText: true),
        new("ApicShell.ApicTimerExpiry", "(Step-ApicClock 1000000).Expired", """
            New-ApicMachine 3 -Name m | Out-Null
            Get-ApicVcpu | Write-ApicMmio Svr, LvtTimer, TimerInitial -Value 0x1FF, 0x40, 100000
            Get-ApicVcpu 1 | Write-ApicMmio LvtTimer, TimerInitial -Value 0x10041, 200
            Get-ApicVcpu 2 | Write-ApicMmio LvtTimer 0x02
            """),
        new("ApicShell.ApicCheckpoint", "Checkpoint-ApicMachine; $null = Step-ApicClock 9000000000000000000; Checkpoint-ApicMachine", Snp),
        new("ApicShell.Tracing.TraceRecord", "Import-ApicTrace {trace} -First 20"),
        new("ApicShell.ApicReplayStep", "$sec | Invoke-ApicReplay; $sec | Invoke-ApicReplay -Guest OvmfLibrary -Vcpu $snp.Vcpu[1]", """
            $sec = Import-ApicTrace {trace} -Kind RegisterRead, RegisterWrite -First 7
            $snp = New-ApicMachine 2 -Name snp -Platform SevSnp
            Enable-ApicAlternateInjection -VcHandler Proposal
            $snp.Vcpu[1] | Set-ApicBase -Mode X2Apic -Origin Host
            $snp.Vcpu[1] | Write-ApicMsr Svr 0x1FF -Origin Svsm
            """),
        new("ApicShell.ApicModelDifference", "Compare-ApicModel; Compare-ApicModel Amd, Intel -Register Lvt*, Icr; Compare-ApicModel Kvm, Intel Eoi, TscDeadline"),
        new("ApicShell.ApicModelAspect", "(Compare-ApicModel -Register Eoi, Svr, LvtLint0).Side"),
        new("ApicShell.ApicTraceDifference", """
            Compare-ApicTrace -Model Kvm, Amd, Intel -ResetMode XApic -All
            $sec | Compare-ApicTrace
            """, """
            $sec = Import-ApicTrace {trace} -Kind RegisterRead, RegisterWrite -First 2
            New-ApicMachine 2 -Name m | Out-Null
            $null = Read-ApicMmio Version, 0x3F0; Write-ApicMmio TimerInitial 0xFFFFFFFF
            Get-ApicVcpu 1 | Set-ApicBase -Mode X2Apic
            $null = Get-ApicVcpu 1 | Read-ApicMsr Icr; Get-ApicVcpu 1 | Write-ApicMsr Eoi 1
            """),
        new("ApicShell.ApicTraceAnswer", "(Compare-ApicTrace -ResetMode XApic -All).Answer", """
            New-ApicMachine -Name m | Out-Null
            $null = Read-ApicMmio Version; Write-ApicMmio TimerInitial 0xFFFFFFFF; $null = Read-ApicMmio 0x3F0
            """, LastColumnIsText: true),
        new("ApicShell.ApicDelivery", """
            Send-ApicIpi 0x30, 0x41 -To (Get-ApicVcpu 1, 3); Send-ApicIpi 0x41 -Shorthand AllButSelf
            Send-ApicIpi -Mode Init -Destination 1; Send-ApicIpi 0x9F -Mode Startup -Destination 0x10 -Logical
            Send-ApicInterrupt -Destination 9 -Vector 0x55 -Mode LowestPriority
            Get-ApicVcpu 2 | Send-ApicInterrupt -Nmi; Get-ApicVcpu 2 | Send-ApicInterrupt -LvtEntry LvtTimer
            $null = New-ApicMachine 2 -Name snp -Platform SevSnp; Get-ApicVcpu 0 | Enable-ApicAlternateInjection -VcHandler Proposal -SvsmApicSetup
            Send-ApicInterrupt -Destination 0 -Vector 0x61; Send-ApicInterrupt -Nmi; Send-ApicIpi 0x41 -Shorthand All
            """, "New-ApicMachine 6 -Name m -ResetMode X2Apic | Out-Null; Get-ApicVcpu 1, 2 | Write-ApicMsr Svr 0x1FF"),
        new("ApicShell.ApicRefusal", "(Send-ApicIpi 0x41 -Shorthand All).Refused", "New-ApicMachine 2 -Name m | Out-Null", LastColumnIsText: true),
        new("ApicShell.ApicInterrupt", """
            Receive-ApicInterrupt -All
            $null = Send-ApicIpi 0x31, 0x62 -Shorthand Self; $null = Send-ApicInterrupt -Destination 0 -Vector 0x71 -Level; Receive-ApicInterrupt
            Complete-ApicInterrupt; Receive-ApicInterrupt -All -Complete; Receive-ApicInterrupt -Spuriously
            $null = New-ApicMachine -Name snp -Platform SevSnp; Enable-ApicAlternateInjection -VcHandler Proposal; Set-ApicVcpu -InterruptsEnabled $true
            $null = Send-ApicIpi 0x41 -SelfIpi; Receive-ApicInterrupt -Intercepted; Receive-ApicInterrupt -Complete
            Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x8000030E; Receive-ApicInterrupt
            """, """
            New-ApicMachine -Name m -Model Intel | Out-Null; Write-ApicMmio Svr 0x1FF; Set-ApicVcpu -InterruptsEnabled $true
            Write-ApicMmio LvtLint0 0x700
            $null = Send-ApicInterrupt -Nmi; $null = Send-ApicInterrupt -Pin 0 -Asserted $true -ExtIntVector 0x20
            $null = Send-ApicIpi 0x30 -Shorthand Self
            """),
        new("ApicShell.ApicPendingInterrupt", "Get-ApicVcpu | Get-ApicPendingInterrupt; Get-ApicVcpu -Machine snp | Get-ApicPendingInterrupt", """
            New-ApicMachine 2 -Name snp -Platform SevSnp | Out-Null
            Enable-ApicAlternateInjection -VcHandler Proposal
            $null = Send-ApicIpi 0x41 -SelfIpi; Set-ApicVcpu -Cr8 5; Set-ApicVcpu -Vmpl 0
            $null = Get-ApicVcpu 1 | Send-ApicIpi 0x62, 0x71 -Destination 0 -WarningAction Ignore
            New-ApicMachine 4 -Name m | Out-Null
            Get-ApicVcpu | Write-ApicMmio Svr 0x1FF
            $null = Send-ApicIpi 0x30, 0x31, 0x32, 0x41 -Destination 1
            $null = Send-ApicInterrupt -Destination 1 -Vector 0x51 -Level
            Get-ApicVcpu 2 | Set-ApicVcpu -InterruptsEnabled $true -Cr8 6 -Paused $true
            $null = Send-ApicIpi 0x41 -Destination 2
            $null = Get-ApicVcpu 3 | Send-ApicInterrupt -Init
            $null = Get-ApicVcpu 3 | Send-ApicInterrupt -Nmi; $null = Get-ApicVcpu 3 | Send-ApicInterrupt -Nmi
            """),
        new("ApicShell.ApicVectorRow", "Get-ApicPendingInterrupt -Grid", """
            New-ApicMachine -Name m | Out-Null
            Write-ApicMmio Svr 0x1FF
            Set-ApicVcpu -InterruptsEnabled $true
            $null = Send-ApicIpi 0x31 -Shorthand Self
            $null = Receive-ApicInterrupt
            $null = Send-ApicIpi 0x1F, 0x31, 0x32, 0xF0 -Shorthand Self
            $null = Send-ApicInterrupt -Destination 0 -Vector 0x52 -Level
            """),
        new("ApicShell.ApicCpuidLeaf", "Get-ApicVcpu | Get-ApicCpuid", """
            New-ApicMachine -Platform SevSnp -ApicId 5, 0x1FF -Name snp | Out-Null
            """),
        new("ApicShell.ApicView", "Get-ApicVcpu | Get-ApicView", $"""
            {Snp}
            Enable-ApicAlternateInjection -VcHandler Proposal
            Write-ApicMmio Tpr 0x20
            $null = Read-ApicMmio Ldr
            """),
        new("ApicShell.ApicSvsmCallResult", """
            Invoke-ApicSvsmCall -Call ReadRegister -Register Id; Invoke-ApicSvsmCall -Call 2 -Rcx 0x832
            Invoke-ApicSvsmCall -Protocol 0xFFFFFFFF -Call 0xFFFFFFFF -R8 0xFFFFFFFFFFFFFFFF; Invoke-ApicSvsmCall -Call Configure -Rcx 1 -NoCallPending
            """, $"{Snp}; Enable-ApicAlternateInjection"),
        new("ApicShell.ApicGhcbReply", """
            Invoke-ApicGhcbExit (Get-ApicVcpu 1) -ExitCode Msr -Rcx 0x80F; Invoke-ApicGhcbExit (Get-ApicVcpu 1) -ExitCode Features
            Invoke-ApicGhcbExit (Get-ApicVcpu 0) -ExitCode DisableAlternateInjection -Info1 0x20000
            Invoke-ApicGhcbExit (Get-ApicVcpu 0) -ExitCode 0xFFFFFFFFFFFFFFFF -Vmpl 0; Invoke-ApicGhcbExit (Get-ApicVcpu 0) -ExitCode Terminate
            """, Snp),
        new("ApicShell.ApicGhcbMsrReply", """
            Get-ApicVcpu 1 | Invoke-ApicGhcbExit -MsrProtocol 2; Get-ApicVcpu 1 | Invoke-ApicGhcbExit -MsrProtocol 0x1000000000012 -Vmpl 0
            Get-ApicVcpu 1 | Invoke-ApicGhcbExit -MsrProtocol 0xABC
            """, Snp),
        new("ApicShell.ApicDoorbell", "Get-ApicMachine | Get-ApicVcpu | Get-ApicDoorbell", $"""
            New-ApicMachine 3 -Name snp -Platform SevSnp -ResetMode X2Apic | Out-Null
            Get-ApicVcpu | Write-ApicMsr Svr 0x1FF
            Enable-ApicAlternateInjection (Get-ApicVcpu 1, 2)
            Get-ApicVcpu | Set-ApicVcpu -Paused $true
            $null = Send-ApicInterrupt -Destination 1 -Vector 0x52 -Level
            $null = Send-ApicInterrupt -Destination 1 -Vector 0x1F, 0x41, 0x42
            $null = Send-ApicInterrupt (Get-ApicVcpu 2) -Nmi
            {RestrictedMachine.Script}
            Write-ApicMmio Svr 0x1FF
            $null = Invoke-ApicGhcbExit -ExitCode Doorbell -Info1 1 -Info2 0x7000
            $null = Send-ApicInterrupt -Destination 0 -Vector 0x41
            """),
        new("ApicShell.ApicVmsa", "Get-ApicVmsa", $"""
            {Snp}
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal
            Set-ApicVcpu (Get-ApicVcpu 1) -Cr8 5
            $null = Invoke-ApicSvsmCall (Get-ApicVcpu 1) -Call WriteRegister -Register SelfIpi -Rdx 0x41
            """),
        new("ApicShell.ApicSvsm", "Get-ApicSvsm", $"""
            New-ApicMachine 3 -Name snp -Platform SevSnp -ResetMode X2Apic | Out-Null
            Get-ApicVcpu | Write-ApicMsr Svr 0x1FF
            Enable-ApicAlternateInjection (Get-ApicVcpu 1, 2) -VcHandler Proposal
            Get-ApicVcpu 1 | Set-ApicVcpu -InterruptsEnabled $true
            $null = Get-ApicVcpu 1 | Invoke-ApicSvsmCall -Call ConfigureVector -Rcx 0x300
            $null = Send-ApicInterrupt -Destination 1 -Vector 0x52 -Level
            $null = Get-ApicVcpu 1 | Receive-ApicInterrupt
            $null = Get-ApicVcpu 1 | Invoke-ApicSvsmCall -Call WriteRegister -Register SelfIpi -Rdx 0x31
            $null = Get-ApicVcpu 1 | Invoke-ApicSvsmCall -Call WriteRegister -Register SelfIpi -Rdx 0x61
            Get-ApicVcpu 2 | Set-ApicVcpu -Paused $true
            $null = Get-ApicVcpu 1 | Invoke-ApicSvsmCall -Call WriteRegister -Register Icr -Rdx 0x200000041
            $null = Get-ApicVcpu 1 | Invoke-ApicSvsmCall -Call WriteRegister -Register Icr -Rdx 0x200000400
            """),
        new("ApicShell.ApicHop", "(Get-ApicTrace).Hop", $"""
            {Snp}
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal
            $null = Get-ApicVcpu | Read-ApicMmio Tpr, Svr -ErrorAction Ignore
            """, LastColumnIsText: true),
        new("ApicShell.ApicBoot", "Get-ApicBoot", "$null = New-ApicBoot Own -After OvmfLarge -Phase @{ Kernel = 'read Id' } -Title 'of the session'", LastColumnIsText: true),
        new("ApicShell.ApicBootPhase", "(Get-ApicBoot OvmfSmall, LinuxX2Apic).Phase", LastColumnIsText: true),
        new("ApicShell.ApicStep", "(Get-ApicBoot OvmfSmall).Step", LastColumnIsText: true),
        new("ApicShell.ApicBootStep", """
            $own | Invoke-ApicBoot -Design None -World Mail
            $own | Invoke-ApicBoot -Design None -World Edk2 -Phase DXE
            """, """
            $own = New-ApicBoot Own -VcpuCount 9 -Phase ([ordered]@{
                SEC = 'ensure Svr 0x100', 'aps: mode X2Apic', 'aps: change LvtTimer 0x300FF 0x20005'
                DXE = 'read Tpr', 'v1: write TimerInitial 1000', 'sti', 'self 0x41', 'take 0x41', 'eoi', 'take 0x42', 'all: follow'
            })
            """, LastColumnIsText: true),
        new("ApicShell.ApicDesign", "Get-ApicDesign; New-ApicDesign Own -ResetMode X2Apic", LastColumnIsText: true),
        new("ApicShell.ApicWorld", "Get-ApicWorld; New-ApicWorld Own -From Mail -Svsm OpenHcl", LastColumnIsText: true),
        new("ApicShell.ApicPartyVersion", "Get-ApicPartyVersion -Party Svsm, Guest; New-ApicPartyVersion Qemu Own -Text 'It does as it likes.' -Excludes HotPlug", LastColumnIsText: true),
        new("ApicShell.ApicPartyTrait", "(Get-ApicPartyVersion -Party Svsm).Trait", LastColumnIsText: true),
        new("ApicShell.ApicChange", "Get-ApicChange; New-ApicChange Own Kvm, Specification @{ ResetMode = 'X2Apic' }", LastColumnIsText: true),
        new("ApicShell.ApicRemedyResult", """
            $found
            """, """
            $found = @(Find-ApicRemedy Mail OvmfSmall; Find-ApicRemedy Mail OvmfSmall -Only Edk2 -MustAgree -MustBeDrawn -Condition Init; Find-ApicRemedy Mail OvmfSmall -Only Qemu -MustBeDrawn)
            $found | Add-Member Elapsed ([timespan]::FromSeconds(0.5)) -Force
            """, LastColumnIsText: true),
        new("ApicShell.ApicRemedy", "(Find-ApicRemedy Mail OvmfSmall -Refuse Kvm).Remedy", LastColumnIsText: true),
        new("ApicShell.ApicRemedyFamily", "(Find-ApicRemedy Mail OvmfSmall -Cost @{ Kvm = 2.5; Edk2 = 0 }).Family", LastColumnIsText: true),
        new("ApicShell.ApicDesignResult", """
            Compare-ApicDesign None, A, B, C, E, J, C+AP -World Mail
            Compare-ApicDesign None, C -Boot OvmfLarge -World Edk2 -Condition Reset, ApicPerVmpl
            Compare-ApicDesign None, 'of my own' -NoCondition
            """, "$null = New-ApicDesign 'of my own' -From A", LastColumnIsText: true),
        new("ApicShell.ApicDivergence", """
            $found | ForEach-Object { $_.Text -replace '(?<="elapsed":)"[^"]+"', '"00:00:01.2340000"' -replace '(?<="rate":)[^}]+', '1250000' -replace '(?<="memoryBytes":)\d+', '2500000' } |
                ForEach-Object { Merge-ApicDivergence $_ }
            """, """
            $found = @(Find-ApicDivergence None -World Edk2 -Property InterruptsOnce; Find-ApicDivergence C -World Mail -After SEC -MaxDepth 3; Find-ApicDivergence E -World Mail -ApicScope PerVmpl)
            $found += Find-ApicDivergence A -Platform Native -VcpuCount 2 -MaxDepth 2 -Library X2Apic -Property Priority, ModeSteps
            """),
        new("ApicShell.ApicAlphabet", "Get-ApicAlphabet"),
        new("ApicShell.ApicStepForm", "Get-ApicAlphabet -Grammar", LastColumnIsText: true),
        new("ApicShell.ApicConditionResult", "(Compare-ApicDesign E -World Mail).Condition; (Compare-ApicDesign C+AP).Condition", LastColumnIsText: true),
    ];

    /// <summary>Gets the type's name without its namespace.</summary>
    public string Name => Type[(Type.LastIndexOf('.') + 1)..];

    /// <summary>Gets what goes before, fit to run.</summary>
    public string FilledSetup => Filled(Setup);

    /// <summary>Gets what is shown, fit to run.</summary>
    public string FilledScript => Filled(Script);

    /// <summary>A view without space at the ends of its lines.</summary>
    public static string Tidy(string text) => string.Join('\n', text.Trim('\n').Split('\n').Select(line => line.TrimEnd())) + "\n";

    private static string Filled(string script) => script.Replace(
        "{trace}",
        $"'{SampleFiles.RecordedBoot.Replace("'", "''", StringComparison.Ordinal)}'",
        StringComparison.Ordinal);
}
