namespace ApicShell.Tests;

/// <summary>A machine whose guest is under Restricted Injection, put into the session past the commands.</summary>
internal static class RestrictedMachine
{
    /// <summary>Makes machine <c>restricted</c>, which is the current one then.</summary>
    public const string Script = """
        & {
            $module = [ApicShell.ApicMachine].Assembly
            $platform = [ApicShell.Confidential.SnpPlatform]::new('Shared', 'Restricted', 'Usual')
            $core = [ApicShell.Emulation.Machine]::new([ApicShell.Architecture.ApicTraits]::new(), $platform, [uint[]] @(0))
            $log = [Activator]::CreateInstance($module.GetType('ApicShell.State.MachineLog'))
            $make = [ApicShell.ApicMachine].GetConstructors([Reflection.BindingFlags] 'Instance, NonPublic')[0]
            $state = $module.GetType('ApicShell.State.RunspaceState').GetProperty('Current').GetValue($null)
            $null = $state.GetType().GetMethod('Add').Invoke($state, [object[]] @($make.Invoke([object[]] @('restricted', $core, $log))))
        }
        """;
}
