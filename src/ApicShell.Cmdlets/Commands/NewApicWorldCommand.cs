using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Firmware;

namespace ApicShell.Commands;

/// <summary>New-ApicWorld: makes a world from another one.</summary>
[Cmdlet(VerbsCommon.New, "ApicWorld", SupportsShouldProcess = true)]
[OutputType(typeof(ApicWorld))]
public sealed class NewApicWorldCommand : ApicCommand
{
    /// <summary>The world's name.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The world that it is made from.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(WorldCompleter))]
    [ValidateNotNull]
    public WorldArgument From { get; set; } = WorldArgument.Usual;

    /// <summary>What it is, in one line.</summary>
    [Parameter]
    [ValidateNotNull]
    public string? Title { get; set; }

    /// <summary>The firmware's version.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Edk2 { get; set; }

    /// <summary>The SVSM's version.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Svsm { get; set; }

    /// <summary>The hypervisor's version.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Kvm { get; set; }

    /// <summary>The version of what makes the machine.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Qemu { get; set; }

    /// <summary>The version of the guest's kernel.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Guest { get; set; }

    /// <summary>The version of the specifications.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartyVersionCompleter))]
    [ValidateNotNull]
    public PartyVersionArgument? Specification { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        GivenText.CheckName("world", Name);
        GivenText.CheckWords(nameof(Title), Title);
        if (WorldCatalogue.Find(Name) is not null)
        {
            throw ApicErrors.WorldNameTaken(Name);
        }

        if (Wildcards.In(Name))
        {
            throw ApicErrors.OptionsConflict($"World \"{Name}\": a name has no wildcards, for names are looked up with them.");
        }

        ApicWorld based = From.ResolveOne(State);
        PartyVersionArgument?[] given = [Edk2, Svsm, Kvm, Qemu, Guest, Specification];
        var versions = new List<PartyVersion>();
        for (int party = 0; party < given.Length; party++)
        {
            if (given[party] is { } version)
            {
                versions.Add(version.ResolveOne(State, (Party)party).Core);
            }
        }

        var world = new ApicWorld(based.Core.With(Name, Title ?? $"made from {based}", [.. versions]));
        if (ShouldProcess($"world {Name}", $"Make from {based}"))
        {
            State.Add(world);
            WriteObject(world);
        }
    });
}
