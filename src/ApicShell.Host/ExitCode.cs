namespace ApicShell.Host;

/// <summary>What the process reports when the script itself does not choose a code.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    public const int Failure = 1;

    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells report a program that Ctrl+C ended.</summary>
    public const int Interrupted = 130;
}
