# Does a search that is split over several processes find what the search in one finds?
#
# Each part is a process of its own, as on a machine of its own: all it needs is the module and its number. What it found comes back as one line of
# text. Where there are jobs or remote sessions, Start-Job and Invoke-Command do the same with less; the host of the module has none.
#
#     dotnet run --project src/ApicShell.Host -- examples/09-search-in-parts.ps1
#     ./examples/09-search-in-parts.ps1              # in pwsh, after Import-Module ./out/ApicShell
param(
    # How many processes.
    [int] $Parts = 3,

    # What is searched: designs, and how many steps.
    [string[]] $Design = @('A', 'Edk2'),
    [int] $MaxDepth = 7
)

# The program that runs this script, with what stands before its arguments; another one's host cannot be asked, so that it is that of the module.
function Get-Program {
    $entry = [System.Reflection.Assembly]::GetEntryAssembly()
    $program = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    $isDotnet = [System.IO.Path]::GetFileNameWithoutExtension($program) -eq 'dotnet'
    if ($entry -and $entry.GetName().Name -in 'pwsh', 'ApicShell.Host') {
        $program
        if ($isDotnet) { $entry.Location }
        return
    }

    if ($isDotnet) { $program } else { 'dotnet' }
    [System.IO.Directory]::GetFiles("$PSScriptRoot/../src/ApicShell.Host/bin", 'ApicShell.Host.dll', 'AllDirectories')[0]
}

# Starts a process that does one part and writes what it found as a line.
function Start-Part([string] $Search) {
    $program, $before = @(Get-Program)
    $isPwsh = [System.IO.Path]::GetFileName("$program$before") -like 'pwsh*'
    $import = if ($isPwsh) { "Import-Module '$((Get-Command Find-ApicDivergence).Module.ModuleBase -replace "'", "''")'; " }
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    foreach ($argument in @($before) + $(if ($isPwsh) { '-NoProfile'; '-NonInteractive' }) + '-Command' + "$import[Console]::Out.WriteLine(($Search).Text)") {
        if ($argument) { $start.ArgumentList.Add($argument) }
    }

    [System.Diagnostics.Process]::Start($start)
}

function Show($Title, $Found) {
    '  {0,-10} {1}' -f $Title, $Found.Verdict
    foreach ($step in $Found.Step) { '  {0,-10} - {1}' -f '', $step }
}

foreach ($name in $Design) {
    $search = "Find-ApicDivergence '$name' -Property InterruptsOnce, Answered -MaxDepth $MaxDepth"
    "=== $search"
    ''
    $processes = @(1..$Parts | ForEach-Object { Start-Part "$search -ThrottleLimit 1 -Part $_ -Of $Parts" })
    $lines = foreach ($process in $processes) {
        $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        $process.Dispose()
    }

    $merged = $lines | Merge-ApicDivergence
    Show 'merged' $merged

    $whole = & ([scriptblock]::Create($search))
    Show 'in one' $whole
    $same = $merged.Status -eq $whole.Status -and $merged.Depth -eq $whole.Depth -and "$($merged.Step)" -eq "$($whole.Step)"
    ''
    "  $Parts processes and one $(if ($same) { 'agree' } else { 'differ' })."
    ''
}
