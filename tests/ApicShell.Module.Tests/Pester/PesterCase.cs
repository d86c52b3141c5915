using Xunit.Abstractions;

namespace ApicShell.Tests.Pester;

/// <summary>One test of a Pester file as xunit knows it, or the reason why there is none.</summary>
public sealed class PesterCase : IXunitSerializable
{
    /// <summary>Gets or sets the file, relative to its folder.</summary>
    public string File { get; set; } = string.Empty;

    /// <summary>Gets or sets the names of the blocks and of the test, joined by dots as Pester does.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Gets or sets the place of the test among those of its file; names may repeat.</summary>
    public int Index { get; set; }

    /// <summary>Gets or sets what prevented discovery; null for a test.</summary>
    public string? Problem { get; set; }

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        File = info.GetValue<string>(nameof(File));
        Name = info.GetValue<string>(nameof(Name));
        Index = info.GetValue<int>(nameof(Index));
        Problem = info.GetValue<string?>(nameof(Problem));
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(File), File);
        info.AddValue(nameof(Name), Name);
        info.AddValue(nameof(Index), Index);
        info.AddValue(nameof(Problem), Problem);
    }

    /// <summary>Gives what the name of the xunit test shows.</summary>
    public override string ToString() => $"{File}: {Name}";
}
