using System;
using System.Management.Automation;
using ApicShell.Errors;
using Microsoft.PowerShell.Commands;

namespace ApicShell.Arguments;

/// <summary>A file as a user names it.</summary>
internal static class FilePath
{
    /// <summary>Its name for .NET; it need not exist.</summary>
    /// <exception cref="ApicException">It is no file.</exception>
    public static string Resolve(SessionState session, string path)
    {
        try
        {
            string file = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.ImplementingType == typeof(FileSystemProvider) ? file : throw ApicErrors.FileUnwritable(path, null);
        }
        catch (Exception error) when (error is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            throw ApicErrors.FileUnwritable(path, error);
        }
    }
}
