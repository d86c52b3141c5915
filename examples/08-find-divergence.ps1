# Which of the candidate fixes breaks, in how few steps, and which never does?
#
# The mail of March 2025 asks how OVMF's use of the APIC page can live with an SVSM that knows x2APIC MSRs only. A boot shows that one order of
# steps works. Here everything that guest, SVSM, hypervisor and a device may do next is tried in every order.
#
#     dotnet run --project src/ApicShell.Host -- examples/08-find-divergence.ps1
#     ./examples/08-find-divergence.ps1              # in pwsh, after Import-Module ./out/ApicShell
param(
    # How many steps are tried where not all states can be seen.
    [int] $MaxDepth = 5
)

$line = '  {0,-14} {1}'

function Show($Title, $Found) {
    $line -f $Title, $Found.Verdict
    foreach ($step in $Found.Step) { $line -f '', "- $step" }
}

'=== Every design, from the moment when Alternate Injection is on'
''
foreach ($design in Get-ApicDesign) {
    $line -f $design.Name, (Find-ApicDivergence $design -MaxDepth $MaxDepth).Verdict
}

''
'=== Upstream edk2: the shortest way to a lost EOI'
''
$edk2 = Find-ApicDivergence Edk2 -Property InterruptsOnce
Show Edk2 $edk2
''
"  $($edk2.Problem)."

''
'=== A, where KVM switches at activation: all states that there are'
''
Show A (Find-ApicDivergence A -MaxDepth 1000)

''
'=== E, where the SVSM switches: while all VMPLs share an APIC, and with one each'
''
Show Shared (Find-ApicDivergence E -MaxDepth $MaxDepth)
Show PerVmpl (Find-ApicDivergence E -ApicScope PerVmpl -MaxDepth $MaxDepth)

''
'=== C, where OVMF switches in SEC: before it has, and after'
''
Show 'before SEC' (Find-ApicDivergence C -MaxDepth $MaxDepth)
Show 'after SEC' (Find-ApicDivergence C -After SEC -MaxDepth $MaxDepth)

''
'=== B, where KVM creates the vCPU in x2APIC mode: a RESET, and figure 16-32'
''
$reset = Find-ApicDivergence B -Alphabet @() -Step reset -Property ModeSteps
Show B $reset
''
"  $($reset.Problem)."

''
'=== The lost EOI as a script that runs'
''
$edk2.Script
'=== And as a sequence diagram in the language of Mermaid'
''
$edk2.Mermaid
