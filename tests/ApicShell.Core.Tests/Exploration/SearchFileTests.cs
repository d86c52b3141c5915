using System;
using System.IO;
using System.Linq;
using System.Threading;
using ApicShell.Exploration;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Files that a search cannot go on with.</summary>
public sealed class SearchFileTests : IDisposable
{
    private readonly SearchFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _whole;

    /// <summary>A search that was stopped in the middle of a level, part 2 of 3.</summary>
    public SearchFileTests()
    {
        _path = _folder.File("search");
        using var stop = new CancellationTokenSource();
        int tries = 0;
        SearchResult result = Search.Run(
            () => new SwitchSpace(9, 20)
            {
                Tried = _ =>
                {
                    if (Interlocked.Increment(ref tries) == 700)
                    {
                        stop.Cancel();
                    }
                },
            },
            Options(),
            stop.Token);
        Assert.Equal(SearchStatus.Stopped, result.Status);
        _whole = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_is_gone_on_with_when_nothing_is_wrong()
    {
        Assert.Equal(SearchStatus.Complete, Search.Run(() => new SwitchSpace(9, 20), Options()).Status);
        Assert.NotEqual(_whole, File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));
    }

    [Fact]
    public void A_file_of_another_name_stays_as_it_is()
    {
        string other = _path + ".new";
        File.WriteAllText(other, "mine");

        Assert.Equal(SearchStatus.Complete, Search.Run(() => new SwitchSpace(9, 20), Options()).Status);

        Assert.Equal("mine", File.ReadAllText(other));
        Assert.Equal([_path, other], Directory.GetFiles(Path.GetDirectoryName(_path)!).Order());
    }

    [Fact]
    public void A_link_beside_the_file_is_not_followed()
    {
        string target = _folder.File("target");
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(_path + ".new", target);

        Assert.Equal(SearchStatus.Complete, Search.Run(() => new SwitchSpace(9, 20), Options()).Status);

        Assert.Equal("mine", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(_path + ".new").LinkTarget);
    }

    [Fact]
    public void A_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it()
    {
        Assert.Throws<IOException>(() => WholeFile.Write(_path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));

        Assert.Equal(_whole, File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));
    }

    [Fact]
    public void What_cannot_be_put_in_place_leaves_nothing_beside_it()
    {
        string folder = _folder.File("folder");
        Directory.CreateDirectory(folder);

        Assert.ThrowsAny<IOException>(() => WholeFile.Write(folder, stream => stream.WriteByte(1)));

        Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));
    }

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        Refused("hello, this is a text and no search at all"u8.ToArray(), SearchFileProblem.NotASearch, "no file of a search");
        Refused([], SearchFileProblem.NotASearch, "no file of a search");
        Refused([.. _whole.Skip(1)], SearchFileProblem.NotASearch, "no file of a search");
    }

    [Fact]
    public void Another_version_is_refused()
    {
        byte[] other = [.. _whole];
        other[8] = 2;
        Refused(other, SearchFileProblem.OtherVersion, "is of format 2, and this program reads format 1");
    }

    [Fact]
    public void A_torn_file_is_refused_wherever_it_ends()
    {
        for (int length = 16; length < _whole.Length; length += 1 + (length / 10))
        {
            Refused(_whole[..length], SearchFileProblem.Truncated, "ends too early");
        }

        Refused(_whole[..^1], SearchFileProblem.Truncated, $"it has {_whole.Length - 1} of at least {_whole.Length} bytes");
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_it_is_damaged()
    {
        for (int at = 16; at < _whole.Length; at += 1 + (at / 40))
        {
            byte[] damaged = [.. _whole];
            damaged[at] ^= 0x10;
            Refused(damaged, SearchFileProblem.Corrupt, "is damaged");
        }

        Refused([.. _whole, 0], SearchFileProblem.Corrupt, "is damaged");
    }

    [Fact]
    public void The_search_of_another_problem_is_refused()
    {
        SearchFileException exception = Assert.Throws<SearchFileException>(() => Search.Run(() => new SwitchSpace(8, 20), Options()));
        Assert.Equal(SearchFileProblem.OtherIdentity, exception.Problem);
        Assert.Contains(new SwitchSpace(8, 20).Identity.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains(new SwitchSpace(9, 20).Identity.ToString(), exception.Message, StringComparison.Ordinal);

        // States of another length under the same name, too.
        Assert.Equal(
            SearchFileProblem.OtherIdentity, Assert.Throws<SearchFileException>(() => Search.Run(() => new SwitchSpace(9, 21), Options())).Problem);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(1, 1)]
    public void Another_part_is_refused(int part, int partCount)
    {
        SearchFileException exception = Assert.Throws<SearchFileException>(
            () => Search.Run(() => new SwitchSpace(9, 20), new() { Part = part, PartCount = partCount, Checkpoint = new(_path) }));
        Assert.Equal(SearchFileProblem.OtherPart, exception.Problem);
        Assert.Contains($"holds part 2 of 3 of the search, and this is part {part} of {partCount}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(_whole, File.ReadAllBytes(_path));
    }

    private void Refused(byte[] bytes, SearchFileProblem problem, string message)
    {
        File.WriteAllBytes(_path, bytes);
        SearchFileException exception = Assert.Throws<SearchFileException>(() => Search.Run(() => new SwitchSpace(9, 20), Options()));
        Assert.Equal(problem, exception.Problem);
        Assert.Contains($"'{_path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_path));
    }

    private SearchOptions Options() => new() { Part = 2, PartCount = 3, Workers = 2, Checkpoint = new(_path) };
}
