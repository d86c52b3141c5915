using System;
using System.IO;

namespace ApicShell.Exploration;

/// <summary>Writes a file so that there is a whole one at any time, whatever ends the writing.</summary>
public static class WholeFile
{
    /// <summary>
    /// Writes beside the file and puts that in its place. The file beside has a name that nobody can know, and is made by this: it neither takes the
    /// place of another file nor follows a link, and it is gone when writing fails.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.new";
        using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            try
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            catch
            {
                // Closing writes what is left, and fails as the writing did.
                Abandon(stream, beside);
                throw;
            }
        }

        try
        {
            Put(beside, path);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private static void Put(string beside, string path)
    {
        if (File.Exists(path))
        {
            File.Replace(beside, path, destinationBackupFileName: null);
        }
        else
        {
            File.Move(beside, path);
        }
    }

    private static void Abandon(FileStream stream, string path)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // Said already.
        }

        File.Delete(path);
    }
}
