using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>
/// A knob of a design: a row of the one table that the identity of searches, texts, scripts, completion, views and help go through. What a run depends
/// on has its row in <see cref="All"/>, and so have the words about a design.
/// </summary>
public sealed partial record DesignKnob
{
    private static readonly ApicDesign s_unturned = new();

    private readonly Func<ApicDesign, object?, ApicDesign> _set;
    private readonly Func<ApicDesign, string> _write;
    private readonly Func<ApicDesign, string, ApicDesign?> _read;

    private DesignKnob(
        string name,
        Type type,
        Func<ApicDesign, object?> get,
        Func<ApicDesign, object?, ApicDesign> set,
        Func<ApicDesign, string> write,
        Func<ApicDesign, string, ApicDesign?> read) =>
        (Name, Type, Get, _set, _write, _read) = (name, type, get, set, write, read);

    /// <summary>Its name: that of the parameter and of the property.</summary>
    public string Name { get; }

    /// <summary>The type of its values.</summary>
    public Type Type { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Effect { get; private init; } = "";

    /// <summary>Who would have to act for it, by its value one or several of these; nobody for words about a design.</summary>
    public IReadOnlyList<Party> Parties { get; private init; } = [];

    /// <summary>The names of its values; empty where they cannot be listed.</summary>
    public IReadOnlyList<string> Values { get; private init; } = [];

    /// <summary>The command of a script that sets it.</summary>
    public ScriptPlace Place { get; private init; }

    /// <summary>Its value in a design.</summary>
    public Func<ApicDesign, object?> Get { get; }

    // What it changes, a line each, where it is turned.
    private Func<ApicDesign, IEnumerable<string>> Says { get; init; } = _ => [];

    // The argument of the command at Place, by which a machine gets its value; empty for none.
    private Func<ApicDesign, string> Argument { get; init; } = _ => "";

    /// <summary>Whether values of several designs stand beside each other, as steps do, and do not exclude each other.</summary>
    public bool IsJoined => Joins is not null;

    // How a design's value joins that of what it is put on top of, where it does not take its place.
    private Func<ApicDesign, ApicDesign, ApicDesign>? Joins { get; init; }

    // Whether a run asks for its flags one by one.
    private bool IsAskedByFlag { get; init; }

    // Not where it acts before a search begins only: the identity of a search has the state that it begins from.
    private bool IsInIdentity { get; init; } = true;

    /// <summary>The row of a name, whatever its case; null for none.</summary>
    public static DesignKnob? Find(string name) => All.FirstOrDefault(knob => string.Equals(knob.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What a design changes in things as they stand, a line each.</summary>
    public static IEnumerable<string> ChangesOf(ApicDesign design) => All.SelectMany(knob => knob.IsTurned(design) ? knob.Says(design) : []);

    /// <summary>The words that stand for a design in the identity of a search.</summary>
    public static string IdentityOf(ApicDesign design) =>
        string.Concat(All.Where(knob => knob.IsInIdentity && knob.Parties.Count > 0).Select(knob => knob.Identity(design)));

    /// <summary>The arguments of a command of a script, each behind a space.</summary>
    public static string ArgumentsOf(ApicDesign design, ScriptPlace place) =>
        string.Concat(All.Where(knob => knob.Place == place && knob.Argument(design).Length > 0).Select(knob => $" {knob.Argument(design)}"));

    /// <summary>Makes a design in which it has another value.</summary>
    /// <param name="design">The design.</param>
    /// <param name="value">The value, of its <see cref="Type"/>.</param>
    public ApicDesign Set(ApicDesign design, object? value) => _set(design, value);

    /// <summary>Puts its value in a design on top of another design: it takes the place of what is there, or joins it, where it is turned.</summary>
    /// <param name="under">What is there.</param>
    /// <param name="over">The design on top.</param>
    public ApicDesign Put(ApicDesign under, ApicDesign over) =>
        Parties.Count == 0 || !IsTurned(over) ? under
        : Joins is { } join ? join(under, over)
        : Set(under, Get(over));

    /// <summary>What of it a design turns, as <see cref="DesignInUse.Used"/> has it: phases, and flags that a run asks for one by one, by themselves.</summary>
    public IEnumerable<string> KeysOf(ApicDesign design) =>
        !IsTurned(design) ? []
        : Get(design) is IReadOnlyList<PhaseChange> changes ? changes.Select(change => DesignInUse.PhaseKey(change.Phase))
        : IsAskedByFlag && Get(design) is Enum flags ? Values.Select(name => (Enum)Enum.Parse(flags.GetType(), name)).Where(flags.HasFlag).Select(one => DesignInUse.FlagKey(Name, one))
        : [Name];

    /// <summary>Its value in a design, as text; lines of a list end in a line feed each.</summary>
    public string Write(ApicDesign design) => _write(design);

    /// <summary>Makes a design in which it has the value that was written as text; null where that is none.</summary>
    /// <exception cref="StepFormatException">A line is no step.</exception>
    public ApicDesign? Read(ApicDesign design, string text) => _read(design, text);

    /// <summary>Whether its value is another than in things as they stand.</summary>
    public bool IsTurned(ApicDesign design) => Write(design) != Write(s_unturned);

    private string Identity(ApicDesign design) => Get(design) is IEnumerable<MachineStep> steps
        ? string.Concat(steps.Select(step => $"\n{step}"))
        : $"|{Get(design)}";
}
