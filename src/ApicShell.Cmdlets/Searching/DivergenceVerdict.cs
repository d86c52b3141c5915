using System.Globalization;
using ApicShell.Exploration;

namespace ApicShell.Searching;

/// <summary>What came of a search, in a few words.</summary>
internal static class DivergenceVerdict
{
    /// <summary>Of what it is true: a design in its world.</summary>
    public static string Subject(Firmware.ApicDesign design) => design.World.Length == 0 ? design.Name : $"{design.Name} in world {design.World}";

    public static string Of(SearchResult result)
    {
        // Parts count what several of them saw several times: their sum says nothing here.
        string states = result.IsMerged ? "" : result.States.ToString(CultureInfo.InvariantCulture) + " ";
        string none = $"none up to depth {result.Depth}";
        string verdict = result.Status switch
        {
            SearchStatus.Broken => $"broken at depth {result.Depth}: {BrokenStepText.Of((DesignBreak)result.Counterexample!.Property)}",
            SearchStatus.Complete => $"none at any depth: all {states}states seen",
            SearchStatus.MemoryBound => $"memory bound reached: {none}",
            SearchStatus.Stopped => $"stopped: {none}",
            _ => none,
        };
        return result.PartCount == 1 ? verdict : $"part {result.Part} of {result.PartCount}: {verdict}";
    }
}
