# Does a search that is split over several processes find what the search in one finds?
#
# Each part is a job, and so a process of its own: all it needs is the module and its number. On machines of their own Invoke-Command does the same.
# What the parts found is merged, and compared with the search in one.
#
# World Mail is that of the mail of March 2025, with #VC handler Proposal, ApicShell's reading of it, which no version of edk2 has; world Edk2 has edk2's own.
#
#     dotnet run --project src/ApicShell.Host -- examples/09-search-in-parts.ps1
#     ./examples/09-search-in-parts.ps1 -Parts 2       # in pwsh, after Import-Module ./out/ApicShell
param(
    # How many processes.
    [int] $Parts = 3,

    # What is searched: designs in worlds, and how many steps.
    [hashtable[]] $Search = @(@{ Design = 'A'; World = 'Mail' }; @{ Design = 'None'; World = 'Edk2' }),
    [int] $MaxDepth = 7
)

$module = (Get-Command Find-ApicDivergence).Module.ModuleBase
$how = @{ Property = 'InterruptsOnce', 'Answered'; MaxDepth = $MaxDepth }
$jobs = foreach ($part in 1..$Parts) {
    Start-Job {
        Import-Module $using:module
        $ProgressPreference = 'SilentlyContinue'
        $mine = $using:how + @{ Part = $using:part; Of = $using:Parts; ThrottleLimit = 1 }
        foreach ($one in $using:Search) { Find-ApicDivergence @one @mine }
    }
}

$found = $jobs | Receive-Job -Wait -AutoRemoveJob | Group-Object Design, World
$whole = $Search | ForEach-Object { Find-ApicDivergence @_ @how } | Group-Object Design, World -AsHashTable -AsString
$rows = foreach ($group in $found) {
    $merged = $group.Group | Merge-ApicDivergence
    [pscustomobject]@{
        Design  = $merged.Design
        World   = $merged.World
        Same    = -not (Compare-Object $merged $whole[$group.Name][0] -Property Status, Depth, Step)
        Verdict = $merged.Verdict
        Step    = $merged.Step
    }
}
$rows
