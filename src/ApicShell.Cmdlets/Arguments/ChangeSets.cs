using System.Collections.Generic;
using System.Linq;
using ApicShell.Errors;
using ApicShell.Firmware;

namespace ApicShell.Arguments;

/// <summary>Changes that are made together.</summary>
internal static class ChangeSets
{
    /// <summary>A design with changes added to its own.</summary>
    /// <exception cref="ApicException">Two of them cannot be made together.</exception>
    public static Firmware.ApicDesign Added(Firmware.ApicDesign design, IReadOnlyList<ApicChange> changes)
    {
        Firmware.ApicChange[] made = [.. changes.Select(change => change.Core)];
        for (int i = 0; i < made.Length; i++)
        {
            if (made.Take(i).FirstOrDefault(made[i].Excludes) is { } other)
            {
                throw ApicErrors.ChangesConflict(other.Name, made[i].Name);
            }
        }

        return made.Length == 0 ? design
            : (ChangeCatalogue.Together(made) with { Name = design.Name, Title = design.Title, For = design.For, Against = design.Against, Source = design.Source })
                .On(design) with
            { Changes = [.. design.Changes.Concat(made.Select(change => change.Name)).Distinct()] };
    }
}
