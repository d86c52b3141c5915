using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Firmware;

/// <summary>The versions of each party that come with the emulator. What a version does by itself in the model has a trait without an effect.</summary>
public static class PartyCatalogue
{
    /// <summary>Every version, party by party.</summary>
    public static IReadOnlyList<PartyVersion> All { get; } = [.. GuestVersions.All, .. HostVersions.All];

    /// <summary>The version of a party of a name, whatever its case; null for none.</summary>
    public static PartyVersion? Find(Party party, string name) =>
        All.FirstOrDefault(version => version.Party == party && string.Equals(version.Name, name, StringComparison.OrdinalIgnoreCase));
}
