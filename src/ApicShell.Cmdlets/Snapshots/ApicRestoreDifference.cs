using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Restores;

namespace ApicShell;

/// <summary>A register that is not as it was saved: a snapshot.</summary>
public sealed class ApicRestoreDifference
{
    private readonly RestoreDifference _core;

    internal ApicRestoreDifference(RestoreDifference core) => _core = core;

    /// <summary>The register.</summary>
    public ApicRegister Register => _core.Register;

    /// <summary>What it held when it was saved.</summary>
    public ulong Saved => _core.Saved;

    /// <summary>What it holds.</summary>
    public ulong Restored => _core.Restored;

    /// <summary>How that came.</summary>
    public RestoreFate Fate => _core.Fate;

    /// <summary>At which item; empty where none has it.</summary>
    public string Item => _core.Item?.ToString() ?? "";

    /// <summary>By which rule; null where none says.</summary>
    public Rule? Rule => _core.Rule == Architecture.RuleId.None ? null : RuleBook.Of(_core.Rule);

    /// <summary>The rule's name; empty where none says.</summary>
    public string RuleId => Rule?.Id ?? "";

    /// <summary>How that came, in a few words: <c>dropped, with success</c>.</summary>
    public string Happening => Fate switch
    {
        RestoreFate.NotRestored => "in no item",
        RestoreFate.Refused => $"refused{Where}",
        RestoreFate.Dropped => $"dropped{Where}, with success",
        RestoreFate.Changed => $"set otherwise{Where}",
        _ => $"undone by {Item}",
    };

    /// <summary>All of it in a sentence.</summary>
    public string Description => $"{Register} was {Hex(Saved)} and is {Hex(Restored)}: {Happening}{(Rule is { } rule ? $", {ViewText.Clause(rule.Sentence)} ({rule.Source})" : "")}";

    /// <inheritdoc/>
    public override string ToString() => $"{Register}: {Happening}{(Rule is null ? "" : $" ({RuleId})")}";

    private string Where => Item == Register.ToString() ? "" : $" by {Item}";

    private string Hex(ulong value) => ViewText.Register(Register, value, AccessKind.Msr);
}
