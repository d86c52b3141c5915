# Does a search that is split over several processes find what the search in one finds?
#
# Each part is a job, and so a process of its own: all it needs is the module and its number. On machines of their own Invoke-Command does the same.
# What the parts found is merged, and compared with the search in one.
#
#     dotnet run --project src/ApicShell.Host -- examples/09-search-in-parts.ps1
#     ./examples/09-search-in-parts.ps1 -Parts 2       # in pwsh, after Import-Module ./out/ApicShell
param(
    # How many processes.
    [int] $Parts = 3,

    # What is searched: designs, and how many steps.
    [string[]] $Design = @('A', 'Edk2'),
    [int] $MaxDepth = 7
)

$module = (Get-Command Find-ApicDivergence).Module.ModuleBase
$search = @{ Design = $Design; Property = 'InterruptsOnce', 'Answered'; MaxDepth = $MaxDepth }
$jobs = foreach ($part in 1..$Parts) {
    Start-Job {
        Import-Module $using:module
        $ProgressPreference = 'SilentlyContinue'
        $mine = $using:search + @{ Part = $using:part; Of = $using:Parts; ThrottleLimit = 1 }
        Find-ApicDivergence @mine
    }
}

$found = $jobs | Receive-Job -Wait -AutoRemoveJob | Group-Object Design
$whole = Find-ApicDivergence @search | Group-Object Design -AsHashTable -AsString
$rows = foreach ($group in $found) {
    $merged = $group.Group | Merge-ApicDivergence
    [pscustomobject]@{
        Design  = $merged.Design
        Same    = -not (Compare-Object $merged $whole[$group.Name][0] -Property Status, Depth, Step)
        Verdict = $merged.Verdict
        Step    = $merged.Step
    }
}
$rows
