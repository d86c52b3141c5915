# Stands in for Pester 5 where there is none. It knows the part of Pester that the files in tests/Pester use, gives that part the
# meaning that Pester gives it, and refuses all else. It uses the core cmdlets of the engine and .NET only.

Set-StrictMode -Version 3.0
# A caller that silences errors must not silence a failed assertion.
$ErrorActionPreference = 'Stop'

. "$PSScriptRoot/Limits.ps1"
. "$PSScriptRoot/Names.ps1"
. "$PSScriptRoot/Blocks.ps1"
. "$PSScriptRoot/Failures.ps1"
. "$PSScriptRoot/Operators.ps1"
. "$PSScriptRoot/Should.ps1"

Export-ModuleMember -Function @(
    # Pester's own.
    'Describe', 'Context', 'It', 'BeforeDiscovery', 'BeforeAll', 'BeforeEach', 'AfterEach', 'AfterAll', 'Should'
    # For Discover.ps1 and Run.ps1.
    'Start-StandInDiscovery', 'Complete-StandInDiscovery', 'Add-StandInFailure', 'Get-StandInTest'
)
