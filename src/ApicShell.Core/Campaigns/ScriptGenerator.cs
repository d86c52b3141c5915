using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>
/// Makes the scripts of a campaign. Script number n of seed s is always the same. It holds only what can be compared between any two machines, a real one among
/// them: no read whose result a source leaves open or a host decides, no look at a timer near its end. What must stand together for that is one unit.
/// </summary>
public static class ScriptGenerator
{
    /// <summary>What no script of a campaign reaches, in words.</summary>
    public const string NotReached =
        "reads whose result a source leaves open or a host decides; when timers end, and what they count; pins and sources inside an APIC; "
        + "everything outside local APICs, an I/O APIC and an SVSM among it";

    /// <summary>Makes a script.</summary>
    /// <param name="seed">Which scripts.</param>
    /// <param name="number">Which of them, from 0.</param>
    public static ApicScript Make(ulong seed, long number) => ApicScript.Parse(Units(seed, number).SelectMany(unit => unit));

    /// <summary>The operations of a script; those of a unit belong together.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Units(ulong seed, long number)
    {
        var random = new CampaignRandom(seed, number);
        var plan = new ScriptPlan(random);
        var body = new ScriptBody(random, plan);
        body.Start();
        for (int left = 15 + random.Below(46); left > 0; left--)
        {
            body.Add();
        }

        body.End();
        return [.. plan.Configuration.Select(line => (IReadOnlyList<string>)[line]), .. body.Units];
    }

    internal static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
