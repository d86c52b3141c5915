# Which of the candidate fixes breaks, in how few steps, and which never does?
#
# The mail of March 2025 asks how OVMF's use of the APIC page can live with an SVSM that knows x2APIC MSRs only. A boot shows that one order of
# steps works. Here everything that guest, SVSM, hypervisor and a device may do next is tried in every order.
#
# All of it holds for the world of the mail, in which edk2's #VC handler takes every access as an x2APIC MSR: handler Proposal, which is ApicShell's
# reading of the mail and in no version of edk2, and each design here rests on it (Get-ApicWorld Mail; change HandlerProposal). World Edk2 has the handler
# that edk2 has. What becomes of the designs among the parties of today shows at the end.
#
#     dotnet run --project src/ApicShell.Host -- examples/08-find-divergence.ps1
#     ./examples/08-find-divergence.ps1 | Where-Object Found | Format-Table Design, After, Step    # in pwsh, after Import-Module ./out/ApicShell
param(
    # How many steps are tried where not all states can be seen.
    [int] $MaxDepth = 5
)

# Every design, from the moment when Alternate Injection is on.
Get-ApicDesign | ForEach-Object { Find-ApicDivergence $_ -World Mail -MaxDepth $MaxDepth } | Format-Table Design, Verdict | Out-Host

# Upstream edk2: the shortest way to a lost EOI.
Find-ApicDivergence None -World Edk2 -Property InterruptsOnce -OutVariable edk2

# A, where KVM switches at activation: all states that there are.
Find-ApicDivergence A -World Mail -MaxDepth 1000

# E, where the SVSM switches: while all VMPLs share an APIC, and with one each.
Find-ApicDivergence E -World Mail -MaxDepth $MaxDepth
Find-ApicDivergence E -World Mail -MaxDepth $MaxDepth -ApicScope PerVmpl

# C, where OVMF switches in SEC: before it has, and after.
Find-ApicDivergence C -World Mail -MaxDepth $MaxDepth
Find-ApicDivergence C -World Mail -MaxDepth $MaxDepth -After SEC

# B, where KVM creates the vCPU in x2APIC mode: a RESET, and figure 16-32.
Find-ApicDivergence B -World Mail -Alphabet @() -Step reset -Property ModeSteps

# A among the parties of today: edk2's handler takes no access to the SVSM.
Find-ApicDivergence A -MaxDepth $MaxDepth

# The lost EOI as a script that runs, and as a sequence diagram in the language of Mermaid.
$edk2.Script, $edk2.Mermaid | Out-Host
