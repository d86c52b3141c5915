using System.Linq;
using ApicShell.Campaigns;
using ApicShell.Scripts;
using ApicShell.Searching;

namespace ApicShell;

/// <summary>A difference that a campaign found, as the shortest script that shows it: a snapshot.</summary>
public sealed class ApicCampaignFinding
{
    private readonly CampaignFinding _core;
    private readonly CampaignSides _sides;

    internal ApicCampaignFinding(CampaignFinding core, CampaignSides sides, string[] about) => (_core, _sides, About) = (core, sides, about);

    /// <summary>The number of the script that showed it first.</summary>
    public long Number => _core.Number;

    /// <summary>How many scripts showed one like it.</summary>
    public long Count => _core.Count;

    /// <summary>The operation in which the machines differ.</summary>
    public string Operation => _core.Operation;

    /// <summary>The machines, by name.</summary>
    public string[] Name => _sides.Names;

    /// <summary>What each machine gave, a line of JSON.</summary>
    public string[] Answer => [_core.First, _core.Second];

    /// <summary>The fields of the lines that are not the same.</summary>
    public string[] Field => [.. _core.Fields];

    /// <summary>The fields with what each machine gave: <c>value: Emulator "0x0", Kvm "0x1"</c>.</summary>
    public string[] Difference =>
    [
        .. Field.Select(name => $"{name}: {Name[0]} {ScriptLine.FieldOf(_core.First, name) ?? "none"}, {Name[1]} {ScriptLine.FieldOf(_core.Second, name) ?? "none"}"),
    ];

    /// <summary>The known difference that explains it; empty for a new one.</summary>
    public string Known => _core.Known;

    /// <summary>The explanation; empty for a new one.</summary>
    public string Explanation => _core.Explanation;

    /// <summary>Whether nothing that is known explains it.</summary>
    public bool IsNew => _core.IsNew;

    /// <summary>The script, an operation a line, in the grammar of the recorder.</summary>
    public string[] Script => [.. _core.Script];

    /// <summary>The same as commands of this module, which compare the two machines.</summary>
    public string[] PowerShell => [.. ScriptPrompt.Of(_core.Script, _sides)];

    /// <summary>What it is about, in lines.</summary>
    public string[] About { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsNew ? "new" : Known)}: {Operation}";
}
