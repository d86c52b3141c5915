using System.Linq;
using ApicShell.Firmware;
using ApicShell.Remedies;
using ApicShell.State;

namespace ApicShell;

/// <summary>A set of changes with which a boot works in a world, and with no proper subset of it. A snapshot.</summary>
public sealed class ApicRemedy
{
    private readonly Remedy _core;
    private ApicMachine? _machine;

    internal ApicRemedy(int number, Remedy core, double cost, string world, string boot)
    {
        (_core, Number, Cost, World, Boot) = (core, number, cost, world, boot);
        string made = core.Changes.Count == 0 ? "nothing changes" : string.Join("; ", core.Changes.Select(change => change.Title));
        Design = new(ChangeCatalogue.Together(core.Changes) with { Name = $"{world}-{number}", Title = made, Source = $"Find-ApicRemedy, world {world}, boot {boot}" });
        Without = [.. core.Without.Select(note => $"{note.Change.Name}: {note.Problem}")];
        BrokenBy = [.. core.Broken.Select(note => $"{note.Change.Name}: {note.Problem}")];
        Difference = [.. core.Run.Differences.Select(ProblemText.Of)];
    }

    /// <summary>Its number, from 1: by cost, then by size.</summary>
    public int Number { get; }

    /// <summary>The world.</summary>
    public string World { get; }

    /// <summary>The boot.</summary>
    public string Boot { get; }

    /// <summary>The names of the changes.</summary>
    public string[] Change => [.. _core.Changes.Select(change => change.Name)];

    /// <summary>Who has to act.</summary>
    public Party[] Party => [.. _core.Changes.SelectMany(change => change.Parties).Distinct().OrderBy(party => party)];

    /// <summary>What it costs: of each change what its parties cost.</summary>
    public double Cost { get; }

    /// <summary>The changes as a design, for Compare-ApicDesign, Find-ApicDivergence and Invoke-ApicBoot.</summary>
    public ApicDesign Design { get; }

    /// <summary>For each change what goes wrong first where it alone is left out.</summary>
    public string[] Without { get; }

    /// <summary>For each other change that could be made beside them and then breaks it, what goes wrong first.</summary>
    public string[] BrokenBy { get; }

    /// <summary>Whether guest, SVSM and hypervisor agree after each phase of the boot.</summary>
    public bool Agrees => Difference.Length == 0;

    /// <summary>What they differ in after phases, a sentence each.</summary>
    public string[] Difference { get; }

    /// <summary>Whether APM figure 16-32 draws every step between modes of the boot, or is changed to draw it.</summary>
    public bool IsDrawn => _core.Design.AmendsFigure || _core.Run.ModeSteps.All(step => step.IsDrawn);

    /// <summary>Every step of the boot, with its accesses and answers.</summary>
    public ApicBootStep[] Step => ApicBootSteps.Of(_core.Run, Machine);

    /// <summary>The machine as the boot left it. It is none of the session's by name.</summary>
    public ApicMachine Machine => _machine ??= new ApicMachine($"{World}-{Number}", _core.Run.Machine, new MachineLog());

    /// <inheritdoc/>
    public override string ToString() => Change.Length == 0 ? "nothing" : string.Join(" + ", Change);
}
