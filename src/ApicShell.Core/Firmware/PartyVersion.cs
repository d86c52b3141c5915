using System.Collections.Generic;

namespace ApicShell.Firmware;

/// <summary>A version of a party: what it does today, or did at a time, as far as it matters here.</summary>
/// <param name="Party">The party.</param>
/// <param name="Name">Its name, unique for the party.</param>
/// <param name="Title">What it is, in one line.</param>
/// <param name="Date">Of when it is, as year-month or year-month-day; empty where it is of no time.</param>
/// <param name="Traits">What it does.</param>
public sealed record PartyVersion(Party Party, string Name, string Title, string Date, IReadOnlyList<PartyTrait> Traits)
{
    /// <summary>What it does to things as they stand.</summary>
    public ApicDesign Effect
    {
        get
        {
            var effect = new ApicDesign();
            foreach (PartyTrait trait in Traits)
            {
                effect = trait.Effect.On(effect);
            }

            return effect;
        }
    }
}
