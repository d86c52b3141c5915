using ApicShell.Architecture;

namespace ApicShell.Arguments;

/// <summary>Whom an IPI is for: a destination field with its form, or a shorthand.</summary>
internal readonly struct IpiDestination
{
    /// <summary>By a destination field.</summary>
    /// <param name="id">APIC ID or logical destination.</param>
    /// <param name="isLogical">Whether it is a logical one.</param>
    public IpiDestination(uint id, bool isLogical) => (Id, IsLogical) = (id, isLogical);

    /// <summary>By a shorthand.</summary>
    public IpiDestination(DestinationShorthand shorthand) => Shorthand = shorthand;

    /// <summary>APIC ID or logical destination.</summary>
    public uint Id { get; }

    /// <summary>Whether it is a logical one.</summary>
    public bool IsLogical { get; }

    /// <summary>Whom it is for without a destination field.</summary>
    public DestinationShorthand Shorthand { get; }

    /// <summary>In words; the number as wide as the mode's destinations.</summary>
    public string Describe(ApicMode mode) => Shorthand switch
    {
        DestinationShorthand.Self => "self",
        DestinationShorthand.All => "all",
        DestinationShorthand.AllButSelf => "all but self",
        _ => Describe(Id, IsLogical, mode == ApicMode.X2Apic),
    };

    /// <summary>A destination field in words.</summary>
    public static string Describe(uint id, bool isLogical, bool isLong) => $"{(isLogical ? "logical" : "APIC")} 0x{id.ToString(isLong ? "X8" : "X2")}";
}
