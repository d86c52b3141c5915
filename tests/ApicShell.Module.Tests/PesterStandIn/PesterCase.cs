using Xunit.Abstractions;

namespace ApicShell.Tests.PesterStandIn;

/// <summary>One test of a Pester file as xunit knows it, or the reason why there is none.</summary>
public sealed class PesterCase : IXunitSerializable
{
    /// <summary>Initializes a new instance of the <see cref="PesterCase"/> class for xunit to fill.</summary>
    public PesterCase()
    {
    }

    /// <summary>Gets or sets the file, relative to its folder.</summary>
    public string File { get; set; } = string.Empty;

    /// <summary>Gets or sets the full name of the test.</summary>
    public string FullName { get; set; } = string.Empty;

    /// <summary>Gets or sets the place of the test among those of its file; names may repeat.</summary>
    public int Index { get; set; }

    /// <summary>Gets or sets what prevented discovery; null for a test.</summary>
    public string? Problem { get; set; }

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        File = info.GetValue<string>(nameof(File));
        FullName = info.GetValue<string>(nameof(FullName));
        Index = info.GetValue<int>(nameof(Index));
        Problem = info.GetValue<string?>(nameof(Problem));
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(File), File);
        info.AddValue(nameof(FullName), FullName);
        info.AddValue(nameof(Index), Index);
        info.AddValue(nameof(Problem), Problem);
    }

    /// <summary>Gives what the name of the xunit test shows.</summary>
    public override string ToString() => $"{File}: {FullName}";
}
