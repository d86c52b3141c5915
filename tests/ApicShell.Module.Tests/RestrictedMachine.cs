namespace ApicShell.Tests;

/// <summary>A machine whose guest is under Restricted Injection.</summary>
internal static class RestrictedMachine
{
    /// <summary>Makes machine <c>restricted</c>, which is the current one then.</summary>
    public const string Script = "New-ApicMachine -Name restricted -Platform SevSnp -RestrictedInjection | Out-Null";
}
