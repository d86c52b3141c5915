using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Security;
using ApicShell.Errors;
using Microsoft.PowerShell.Commands;

namespace ApicShell.Arguments;

/// <summary>A path as a user types it: the one way from it to a name for .NET.</summary>
internal static class FilePath
{
    /// <summary>The file that is named; it need not be there.</summary>
    /// <exception cref="ApicException">By <paramref name="refuse"/>, from why it names no file and what the engine said.</exception>
    public static string Literal(SessionState session, string path, Func<string, Exception?, ApicException> refuse) => Guarded(
        path, () => OfFileSystem(session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _), provider, refuse), refuse);

    /// <summary>The files that a path with wildcards stands for; none where none is there.</summary>
    /// <inheritdoc cref="Literal" path="/exception"/>
    public static IReadOnlyList<string> Matching(SessionState session, string path, Func<string, Exception?, ApicException> refuse) => Guarded<IReadOnlyList<string>>(
        path,
        () =>
        {
            try
            {
                return OfFileSystem(session.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider), provider, refuse);
            }
            catch (ItemNotFoundException)
            {
                return [];
            }
        },
        refuse);

    private static T OfFileSystem<T>(T found, ProviderInfo provider, Func<string, Exception?, ApicException> refuse) =>
        provider.ImplementingType == typeof(FileSystemProvider) ? found : throw refuse($"provider {provider.Name} has no files.", null);

    private static T Guarded<T>(string path, Func<T> find, Func<string, Exception?, ApicException> refuse)
    {
        try
        {
            return path.IndexOf('\0') < 0 ? find() : throw refuse("no path has the character NUL.", null);
        }
        catch (WildcardPatternException error)
        {
            throw refuse("its wildcards are no pattern.", error);
        }
        catch (Exception error) when (error is SessionStateException or ProviderInvocationException or ArgumentException
            or InvalidOperationException or NotSupportedException or IOException or UnauthorizedAccessException or SecurityException)
        {
            throw refuse(error.Message, error);
        }
    }
}
