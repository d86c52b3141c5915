using System.Collections.Generic;

namespace ApicShell.Firmware;

/// <summary>A phase of a boot.</summary>
/// <param name="Name">Its name, unique in the boot.</param>
/// <param name="Library">How its code reaches the APIC.</param>
/// <param name="Source">Where it was read.</param>
/// <param name="Steps">What it does.</param>
/// <param name="CodeOf">The phase whose code an AP runs here, where it is another one: a design that changes that code changes this too.</param>
public sealed record BootPhase(string Name, GuestLibrary Library, string Source, IReadOnlyList<MachineStep> Steps, string? CodeOf = null);
