using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>Files that are read: the one way from a path as a user types it to what stands in the file.</summary>
/// <param name="session">Where the path is typed.</param>
/// <param name="kind">What they are to hold.</param>
/// <param name="stop">Ends the reading, whatever the file system does.</param>
internal sealed class InputFile(SessionState session, InputKind kind, CancellationToken stop)
{
    private const int LongestText = 64 << 20;

    /// <summary>The file that is named.</summary>
    /// <exception cref="ApicException">It is the name of no file.</exception>
    public string Literal(string path) => FilePath.Literal(session, path, (why, cause) => ApicErrors.InputNotFound(kind, path, why, cause));

    /// <summary>The files that a path with wildcards stands for.</summary>
    /// <exception cref="ApicException">There is none.</exception>
    public IReadOnlyList<string> Matching(string path)
    {
        IReadOnlyList<string> files = FilePath.Matching(session, path, (why, cause) => ApicErrors.InputNotFound(kind, path, why, cause));
        return files.Count > 0 ? files : throw ApicErrors.InputNotFound(kind, path, null, null);
    }

    /// <summary>Opens a file and reads it.</summary>
    /// <param name="file">As <see cref="Literal"/> and <see cref="Matching"/> give it.</param>
    /// <param name="read">Reads; what it throws for the file's sake becomes an error of the command.</param>
    /// <exception cref="ApicException">It is not there, is no regular file, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    public void Read(string file, Action<Stream> read)
    {
        try
        {
            if (FileKind.Instead(session, file) is { } other)
            {
                throw ApicErrors.InputIsNoFile(kind, file, other);
            }

            using var stream = new StoppableStream(Open(file), stop);
            read(stream);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ApicErrors.InputNotFound(kind, file, null, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SecurityException)
        {
            throw ApicErrors.InputUnreadable(kind, file, error);
        }
    }

    /// <summary>The whole text of a file; one that no memory holds is refused.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public string ReadText(string file)
    {
        string text = "";
        Read(file, stream =>
        {
            // Asked of what was read, and not of the file's length: that of /proc is 0, whatever is in it.
            var whole = new MemoryStream();
            byte[] buffer = new byte[StoppableStream.BufferSize];
            for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;)
            {
                whole.Write(buffer, 0, count);
                if (whole.Length > LongestText)
                {
                    throw ApicErrors.InputTooLong(kind, file, LongestText);
                }
            }

            whole.Position = 0;
            text = new StreamReader(whole).ReadToEnd();
        });
        return text;
    }

    private FileStream Open(string file)
    {
        Task<FileStream> opening = Task.Run(() => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return StoppableStream.Wait(opening, abandoned => abandoned.Dispose(), stop);
    }
}
