# Runs a test file for discovery and emits the tree of what it describes. Is a file of its own, and not part of the module, because
# the code of a test file belongs to the session and not to a module, and only code of the session can make a scope for it. Its
# variables have the names they have because the test file sees them.
param([string] $______path)

$______runInFileScope = {
    param($______variables, $______body)

    foreach ($______name in $______variables.Keys) {
        $ExecutionContext.SessionState.PSVariable.Set($______name, $______variables[$______name])
    }

    . $______body
}

# Without a catch on the way, an unknown command would be a message on the error stream and the file would go on.
try {
    Start-StandInDiscovery -Path $______path -RunInFileScope $______runInFileScope
    $______left = $true
    do {
        $null = & { . $args[0] } $______path
        $______left = $false
    } until ($true)
    if ($______left) {
        throw 'break or continue left the file.'
    }

    Complete-StandInDiscovery
}
catch {
    throw
}
