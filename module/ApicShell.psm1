# Picks the build that this engine can load; what is exported, the manifest says.
$framework = if ($PSEdition -eq 'Core' -and [Environment]::Version.Major -ge 8) { 'net8.0' } else { 'netstandard2.0' }
Import-Module -Name "$PSScriptRoot/bin/$framework/ApicShell.dll"
