using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ApicShell.Tests.Walk;

/// <summary>A folder with one file of each kind that is not what a command wants, and paths that lead nowhere.</summary>
internal sealed class OddPaths : IDisposable
{
    private const uint Rights = 0x1B6;

    private readonly TemporaryFolder _folder = new();

    public OddPaths() => Make();

    /// <summary>Gets the folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>Gets every path with its name.</summary>
    public IReadOnlyList<(string Name, string Path)> All { get; private set; } = [];

    /// <summary>What stands in the folder: names, lengths and times.</summary>
    public string Image() => string.Join("\n", new DirectoryInfo(Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(item => $"{item.FullName} {item.LinkTarget} {item.LastWriteTimeUtc.Ticks} {(item is FileInfo { LinkTarget: null } file ? file.Length : 0)}").Order(StringComparer.Ordinal));

    /// <summary>Makes the folder anew.</summary>
    public void Renew()
    {
        foreach (FileSystemInfo item in new DirectoryInfo(Folder).EnumerateFileSystemInfos())
        {
            if (item is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                File.Delete(item.FullName);
            }
        }

        Make();
    }

    public void Dispose() => _folder.Dispose();

    private void Make()
    {
        string folder = Directory.CreateDirectory(Of("folder")).FullName;
        string letter = _folder.Write("letter.txt", "Dear aunt, this is no trace, no boot and no search.\n");
        File.WriteAllBytes(Of("zeros"), new byte[100_000]);
        File.WriteAllBytes(Of("empty"), []);
        File.SetAttributes(_folder.Write("locked", "read-only"), FileAttributes.ReadOnly);
        List<(string Name, string Path)> all =
        [
            ("missing", Of("missing")), ("missing folder", Of("no/such")), ("folder", folder), ("folder, as one", folder + "/"), ("letter", letter),
            ("zeros", Of("zeros")), ("empty", Of("empty")), ("read-only", Of("locked")), ("below a file", letter + "/more"), ("no drive", "nodrive:/a"), ("no provider", "NoProvider::a"),
            ("environment", "env:PATH"), ("variable", "variable:PID"), ("function", "function:*"), ("long name", Of(new string('n', 300))), ("long path", Of(string.Concat(Enumerable.Repeat("n/", 5000)))),
            ("NUL", Of("a\0b")), ("dots", "../../../../../../../../../.."), ("no pattern", Of("a[b")), ("colon", Of("a:b")), ("unc", @"\\nowhere\share\a"),
        ];
        if (!OperatingSystem.IsWindows())
        {
            Assert(MakePipe(System.Text.Encoding.UTF8.GetBytes(Of("pipe") + "\0"), Rights) == 0, "mkfifo");
            using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                // The name of a Unix socket is short, wherever the folder is.
                string name = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}"[..8]);
                socket.Bind(new UnixDomainSocketEndPoint(name));
                File.Move(name, Of("socket"));
            }

            Link("to folder", folder);
            Link("to pipe", Of("pipe"));
            Link("to nothing", Of("nothing/there"));
            Link("to itself", Of("to itself"));
            Link("to zero", "/dev/zero");
            File.SetUnixFileMode(_folder.Write("secret", "nobody's"), UnixFileMode.None);
            all.AddRange(
            [
                ("pipe", Of("pipe")), ("socket", Of("socket")), ("link to a folder", Of("to folder")), ("link to a pipe", Of("to pipe")), ("broken link", Of("to nothing")),
                ("link to itself", Of("to itself")), ("link to a device", Of("to zero")), ("unreadable", Of("secret")), ("full device", "/dev/full"), ("endless device", "/dev/zero"),
                ("standard input", "/dev/stdin"), ("terminal", "/dev/tty"), ("memory", "/proc/self/mem"), ("kernel", "/proc/version"), ("every file of /dev", "/dev/*"),
            ]);
        }

        All = all;
    }

    private static void Assert(bool done, string what)
    {
        if (!done)
        {
            throw new InvalidOperationException($"{what} failed with {Marshal.GetLastPInvokeError()}.");
        }
    }

    private string Of(string name) => Path.Combine(Folder, name);

    private void Link(string name, string target) => File.CreateSymbolicLink(Of(name), target);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe(byte[] path, uint rights);
}
