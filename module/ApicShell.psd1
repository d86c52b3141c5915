@{
    RootModule             = 'ApicShell.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = 'b6c0d1f6-6f0c-4a39-9a9c-6f5f3c0a7c1e'
    Author                 = 'The ApicShell authors'
    CompanyName            = 'The ApicShell authors'
    Copyright              = '(c) The ApicShell authors. MIT licence.'
    Description            = 'Experiments with the local APIC that a guest sees: xAPIC and x2APIC as the manuals and as Linux KVM have it, and the APIC of an AMD SEV-SNP guest under SVSM Alternate Injection.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Core', 'Desktop')
    FormatsToProcess       = @('ApicShell.Format.ps1xml')
    TypesToProcess         = @('ApicShell.Types.ps1xml')
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    CmdletsToExport        = @(
        'Checkpoint-ApicMachine'
        'Clear-ApicTrace'
        'Compare-ApicDesign'
        'Compare-ApicModel'
        'Compare-ApicTrace'
        'Complete-ApicInterrupt'
        'Disable-ApicAlternateInjection'
        'Enable-ApicAlternateInjection'
        'Export-ApicTrace'
        'Find-ApicDivergence'
        'Get-ApicAlphabet'
        'Get-ApicAlternateInjection'
        'Get-ApicBase'
        'Get-ApicBoot'
        'Get-ApicCpuid'
        'Get-ApicDesign'
        'Get-ApicDivergence'
        'Get-ApicDoorbell'
        'Get-ApicMachine'
        'Get-ApicPendingInterrupt'
        'Get-ApicRegister'
        'Get-ApicRule'
        'Get-ApicSvsm'
        'Get-ApicTrace'
        'Get-ApicTransition'
        'Get-ApicVcpu'
        'Get-ApicView'
        'Get-ApicVmsa'
        'Import-ApicTrace'
        'Invoke-ApicBoot'
        'Invoke-ApicGhcbExit'
        'Invoke-ApicReplay'
        'Invoke-ApicSvsmCall'
        'Merge-ApicDivergence'
        'New-ApicBoot'
        'New-ApicDesign'
        'New-ApicMachine'
        'New-ApicVcpu'
        'Read-ApicMmio'
        'Read-ApicMsr'
        'Receive-ApicInterrupt'
        'Remove-ApicMachine'
        'Reset-ApicVcpu'
        'Restore-ApicMachine'
        'Send-ApicInterrupt'
        'Send-ApicIpi'
        'Set-ApicBase'
        'Set-ApicVcpu'
        'Step-ApicClock'
        'Test-ApicBase'
        'Write-ApicMmio'
        'Write-ApicMsr'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('APIC', 'xAPIC', 'x2APIC', 'KVM', 'SEV-SNP', 'SVSM', 'OVMF', 'emulator', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            ProjectUri   = 'https://github.com/ApicShell/ApicShell'
            LicenseUri   = 'https://github.com/ApicShell/ApicShell/blob/main/LICENSE'
            ReleaseNotes = 'https://github.com/ApicShell/ApicShell/blob/main/CHANGELOG.md'
        }
    }
}
