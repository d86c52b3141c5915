using System.Linq;
using ApicShell.Firmware;

namespace ApicShell;

/// <summary>A world: one version of each party. It never changes.</summary>
public sealed class ApicWorld
{
    internal ApicWorld(Firmware.ApicWorld core)
    {
        Core = core;
        Version = [.. core.Versions.Select(version => new ApicPartyVersion(version))];
    }

    /// <summary>The name.</summary>
    public string Name => Core.Name;

    /// <summary>What it is, in one line.</summary>
    public string Title => Core.Title;

    /// <summary>The firmware's version.</summary>
    public string Edk2 => Of(Party.Edk2);

    /// <summary>The SVSM's version.</summary>
    public string Svsm => Of(Party.Svsm);

    /// <summary>The hypervisor's version.</summary>
    public string Kvm => Of(Party.Kvm);

    /// <summary>The version of what makes the machine.</summary>
    public string Qemu => Of(Party.Qemu);

    /// <summary>The version of the guest's kernel.</summary>
    public string Guest => Of(Party.Guest);

    /// <summary>The version of the specifications.</summary>
    public string Specification => Of(Party.Specification);

    /// <summary>The versions, with what each does.</summary>
    public ApicPartyVersion[] Version { get; }

    /// <summary>Things as they stand there: the knobs as its versions turn them, a line each.</summary>
    public string[] Change => [.. DesignKnob.ChangesOf(Core.AsItStands)];

    /// <summary>What of it no source says, but was concluded.</summary>
    public string[] Inferred => [.. Core.Inferred];

    /// <summary>The conditions of a comparison that cannot happen there.</summary>
    public DesignCondition[] Excluded => [.. DesignComparison.Conditions.Where(condition => Core.Exclusion(condition) is not null)];

    internal Firmware.ApicWorld Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private string Of(Party party) => Core.Versions[(int)party].Name;
}
