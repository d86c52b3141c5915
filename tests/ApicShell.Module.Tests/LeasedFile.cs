using System;
using System.IO;
using System.Runtime.InteropServices;

namespace ApicShell.Tests;

/// <summary>A file that Linux lets nobody open as long as this holds it, for 45 seconds at the most: what a network's file system does, without one.</summary>
internal sealed class LeasedFile : IDisposable
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int GetLease = 1025;
    private const int WriteLease = 1;
    private const int Urgent = 23;

    private readonly FileStream _file;

    public LeasedFile(string path)
    {
        _file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        // The holder is told by a signal that somebody waits; the usual one would end the process, and this one is ignored.
        if (Control(Descriptor, SetSignal, Urgent) != 0 || Control(Descriptor, SetLease, WriteLease) != 0)
        {
            throw new IOException($"{path} cannot be leased: {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Gets whether somebody waits for it.</summary>
    public bool IsWaitedFor => Control(Descriptor, GetLease, 0) != WriteLease;

    private int Descriptor => (int)_file.SafeFileHandle.DangerousGetHandle();

    /// <summary>Lets those that wait have it.</summary>
    public void Dispose() => _file.Dispose();

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command, int argument);
}
