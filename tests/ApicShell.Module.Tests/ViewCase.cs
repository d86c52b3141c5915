using System.Collections.Generic;

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
        new("ApicShell.ApicAlternateInjection", "Get-ApicAlternateInjection", $"{Snp}; Get-ApicVcpu 1 | Enable-ApicAlternateInjection -VcHandler Proposal"),
        new("ApicShell.ApicTraceEvent", "Get-ApicTrace", $"""
            {Snp}
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal
            $null = Get-ApicVcpu | Read-ApicMmio Tpr, Svr -ErrorAction Ignore
            Get-ApicVcpu | Write-ApicMmio Tpr 0x20
            Set-ApicBase -Mode X2Apic -Origin Host
            Disable-ApicAlternateInjection
            """, LastColumnIsText: true),
        new("ApicShell.Tracing.TraceRecord", "Import-ApicTrace {trace} -First 20"),
        new("ApicShell.ApicReplayStep", "$sec | Invoke-ApicReplay; $sec | Invoke-ApicReplay -Guest OvmfLibrary -Vcpu $snp.Vcpu[1]", """
            $sec = Import-ApicTrace {trace} -Kind RegisterRead, RegisterWrite -First 7
            $snp = New-ApicMachine 2 -Name snp -Platform SevSnp
            Enable-ApicAlternateInjection -VcHandler Proposal
            $snp.Vcpu[1] | Set-ApicBase -Mode X2Apic -Origin Host
            $snp.Vcpu[1] | Write-ApicMsr Svr 0x1FF -Origin Svsm
            """),
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
        new("ApicShell.ApicView", "Get-ApicVcpu | Get-ApicView", $"""
            {Snp}
            Enable-ApicAlternateInjection -VcHandler Proposal
            Write-ApicMmio Tpr 0x20
            $null = Read-ApicMmio Ldr
            """),
        new("ApicShell.Emulation.Hop", "(Get-ApicTrace).Hop", $"""
            {Snp}
            Enable-ApicAlternateInjection (Get-ApicVcpu 1) -VcHandler Proposal
            $null = Get-ApicVcpu | Read-ApicMmio Tpr, Svr -ErrorAction Ignore
            """, LastColumnIsText: true),
    ];

    /// <summary>Gets the type's name without its namespace.</summary>
    public string Name => Type[(Type.LastIndexOf('.') + 1)..];
}
