using System;
using System.Runtime.InteropServices;

namespace ApicShell.Host;

/// <summary>Escape sequences: terminals elsewhere know them, a Windows console must be told to.</summary>
internal static class VirtualTerminal
{
    private const int StandardOutput = -11;
    private const int StandardError = -12;
    private const uint ProcessSequences = 0x0004;

    public static void Enable()
    {
        if (!OperatingSystem.IsWindows())
            return;
        EnableOn(StandardOutput);
        EnableOn(StandardError);
    }

    private static void EnableOn(int stream)
    {
        nint handle = GetStdHandle(stream);

        // It fails for a redirected stream, which gets plain text anyway.
        if (GetConsoleMode(handle, out uint mode))
            _ = SetConsoleMode(handle, mode | ProcessSequences);
    }

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetStdHandle(int stream);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetConsoleMode(nint handle, out uint mode);

    [DllImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetConsoleMode(nint handle, uint mode);
}
