using System;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;

namespace ApicShell.Arguments;

/// <summary>
/// What a path leads to. A file that is opened has to be a regular one: opening a pipe waits for its other end, which nothing can stop, and a
/// device has no end or answers otherwise than a disk.
/// </summary>
internal static class FileKind
{
    private const string Provider = @"Microsoft.PowerShell.Core\FileSystem::";

    /// <summary>What stands in the place of a regular file, in words; null where there is one, or nothing.</summary>
    public static string? Instead(SessionState session, string file)
    {
        if (Directory.Exists(file))
        {
            return "a directory";
        }

        if (Path.GetFullPath(file).StartsWith(@"\\.\", StringComparison.Ordinal))
        {
            return "a device";
        }

        // A link is looked through. What it leads to may have no name, as the pipe behind /dev/stdin.
        string? type = TypeOf(session, file);
        type = type == "SymbolicLink" ? TypeOf(session, Target(file)) ?? (File.Exists(file) ? "NamedPipe" : null) : type;
        return type switch
        {
            "NamedPipe" => "a pipe",
            "Socket" => "a socket",
            "CharacterDevice" or "BlockDevice" => "a device",
            _ => null,
        };
    }

    /// <summary>The type of a file as the engine tells it, which does not look through links; null where it does not, or there is none.</summary>
    private static string? TypeOf(SessionState session, string file)
    {
        try
        {
            Collection<PSObject> items = session.InvokeProvider.Item.Get([Provider + file], force: true, literalPath: true);
            return items.Count == 1 && items[0].Properties["UnixStat"]?.Value is { } stat ? $"{PSObject.AsPSObject(stat).Properties["ItemType"]?.Value}" : null;
        }
        catch (Exception error) when (error is (RuntimeException and not PipelineStoppedException) or IOException or UnauthorizedAccessException)
        {
            // Not there, or not to be seen: what opens it says so better.
            return null;
        }
    }

#if NET
    private static string Target(string link) => new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link;
#else
    private static string Target(string link) => link;
#endif
}
