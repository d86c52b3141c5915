using System;
using System.IO;

namespace ApicShell.Tests;

/// <summary>A folder for the files of a test.</summary>
internal sealed class SearchFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("search").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
