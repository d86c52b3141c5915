# The items of -ForEach: the variables that they become, and the names that are made of them.

function ConvertTo-StandInVariable {
    <#
    .SYNOPSIS
    Gives the variables that a block or a test sees for one item of -ForEach: the item as $_ and, of a dictionary, its keys.
    #>
    param($Item)

    $variables = @{}
    if ($Item -is [System.Collections.IDictionary]) {
        foreach ($key in $Item.Keys) {
            $variables[[string] $key] = $Item[$key]
        }
    }

    $variables['_'] = $Item
    $variables
}

function Expand-StandInName {
    <#
    .SYNOPSIS
    Replaces <key>, <_> and <key.property> in a name. Pester takes any variable there; the stand-in those of -ForEach only.
    #>
    param([string] $Name, [hashtable] $Variables)

    $expanded = [System.Text.StringBuilder]::new()
    $end = 0
    foreach ($match in [regex]::Matches($Name, '(?<!`)<([^<>`]+)>')) {
        $path = $match.Groups[1].Value
        $steps = $path.Split('.')
        if ($path -notmatch '^\w+(\.\w+)*$' -or -not $Variables.ContainsKey($steps[0])) {
            throw "The name '$Name' has <$path>, and -ForEach gives no such thing. (A bracket that means itself is written ``<.)"
        }

        $value = $Variables[$steps[0]]
        for ($step = 1; $step -lt $steps.Count; $step++) {
            $value = $value.($steps[$step])
        }

        $null = $expanded.Append($Name.Substring($end, $match.Index - $end)).Append("$value")
        $end = $match.Index + $match.Length
    }

    $expanded.Append($Name.Substring($end)).ToString() -replace '`([<>])', '$1'
}
