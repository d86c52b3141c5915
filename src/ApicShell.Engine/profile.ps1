# What the prompt of this PowerShell looks like and how its Tab key works. A profile of one's own comes later and may say otherwise;
# -NoProfile leaves both out.
function prompt { "ApicShell$('>' * ($NestedPromptLevel + 1)) " }

if (Get-Module -Name PSReadLine) { Set-PSReadLineKeyHandler -Chord Tab -Function MenuComplete }
