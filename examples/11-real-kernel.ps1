# Does a search find what changes in KVM's local APIC when a kernel is patched, and what is the shortest script that shows it?
#
# KVM has quirks, behaviours that a host may turn off: each is an if in its source, as a patch might remove one. Here one machine is the kernel's KVM as it
# is, the other the same with a quirk off. Random scripts run on both, and of one that ends differently all is left out that the difference does not need.
# What is left runs at the prompt. Between two kernels git bisect does the rest: see about_ApicBackends.
#
#     dotnet run --project src/ApicShell.Host -- examples/11-real-kernel.ps1
#     ./examples/11-real-kernel.ps1 -Quirk Lint0Reenabled       # in pwsh, after Import-Module ./out/ApicShell
param(
    # What the patch turns off.
    [string] $Quirk = 'X2ApicBroadcast',

    # How many scripts are run to find it.
    [int] $Count = 10,

    # How many compare the emulator with the kernel.
    [int] $Most = 200
)

# Where /dev/kvm cannot be opened, the emulator is in its place.
$kernel = 'Kvm'
$errors = $global:Error.Count
try {
    New-ApicMachine -Backend Kvm -Name probe -ErrorAction Stop | Remove-ApicMachine
} catch {
    "The emulator stands in for the kernel: $($_.Exception.Message)" | Out-Host
    while ($global:Error.Count -gt $errors) { $global:Error.RemoveAt(0) }
    $kernel = 'Emulator'
}

# The patch, found by what it does.
$patched = Invoke-ApicCampaign $kernel, $kernel -DisableQuirk $Quirk -Count $Count
$found = $patched.Finding | Sort-Object { $_.Script.Count } | Select-Object -First 1
"A kernel without $Quirk. $($patched.Verdict). The shortest script:", '', $found.Script, '' | Out-Host
'As commands:', '', $found.PowerShell, '' | Out-Host

# The commands run, and show it without the campaign.
$shown = . ([scriptblock]::Create($found.PowerShell -join "`n"))
Remove-ApicMachine $m1, $m2
"They show: $($shown.First.Operation). Before: $($shown.First.Answer[0].Ending). After: $($shown.First.Answer[1].Ending).", '' | Out-Host

# A few accesses by hand: does the kernel as it is do what the emulator does?
$hand = Compare-ApicBackend -Backend Emulator, $kernel {
    Set-ApicBase -Mode X2Apic
    Write-ApicMsr LvtTimer, SelfIpi 0xFFFFFFFF
    Read-ApicMsr LvtTimer, Irr7, Esr
}
"Emulator, ${kernel}: $($hand.Verdict)." | Out-Host

# And by chance, in many scripts?
$plain = Invoke-ApicCampaign Emulator, $kernel -Count $Most
foreach ($campaign in $patched, $plain) {
    [pscustomobject]@{
        Second    = $campaign.Machine[1] -replace '^model Kvm on '
        Scripts   = $campaign.Scripts
        Different = $campaign.Different
        New       = $campaign.New.Count
    }
}
