using System;
using System.IO;
using System.Management.Automation;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>A file that is written: the one way from a path as a user types it.</summary>
internal static class OutputFile
{
    /// <summary>Its name for .NET; it need not be there.</summary>
    /// <exception cref="ApicException">It is the name of no file, or something other than a regular file is there.</exception>
    public static string Resolve(SessionState session, string path)
    {
        string file = FilePath.Literal(session, path, (why, cause) => ApicErrors.FileUnwritable(path, why, cause));
        Guard(file, () =>
        {
            if (FileKind.Instead(session, file) is { } other)
            {
                throw ApicErrors.FileUnwritable(file, $"it is {other}.", null);
            }
        });
        return file;
    }

    /// <summary>Writes, and makes what fails for the file's sake an error of the command.</summary>
    /// <exception cref="ApicException">It cannot be written.</exception>
    public static void Guard(string file, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ApicErrors.FileUnwritable(file, error.Message, error);
        }
    }
}
