using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Scripts;

namespace ApicShell.Campaigns;

/// <summary>Which words of an operation are values that another may stand for: what is written, not where, and nothing that says how long a timer runs.</summary>
internal static class ScriptValues
{
    private const uint CountOffset = 0x380;
    private const uint IcrOffset = 0x300;
    private const ulong MsiMask = 0xFFF0_0000;

    /// <summary>The places of the values among the words.</summary>
    public static IEnumerable<int> Of(string line)
    {
        string[] words = line.Split(' ');
        ScriptForm form = ScriptGrammar.Find(words[0])!;
        if (form.Verb is ScriptVerb.Msi)
        {
            return [1, 2];
        }

        if (form.Verb is ScriptVerb.WriteCr8)
        {
            return [2];
        }

        return form.IsWrite && !IsTime(form.Verb, Number(words[2])) && !IsBase(form.Verb, Number(words[2])) ? [3] : [];
    }

    /// <summary>Whether a value would make of a message one whose end a host decides, SMI, or an MSI of another address than MSIs have.</summary>
    public static bool IsHosts(string line, int word, ulong value)
    {
        string[] words = line.Split(' ');
        if (words[0] == "msi" && word == 1)
        {
            return (value & MsiMask) != (InterruptMessage.MsiBase & MsiMask);
        }

        bool isMessage = words[0] switch
        {
            "msi" => true,
            "wrmsr" => Number(words[2]) == ApicMsr.X2First + (IcrOffset >> 4),
            "mmiow" or "memw" => (Number(words[2]) & 0xFFF) == IcrOffset,
            _ => false,
        };
        return isMessage && InterruptMessage.OfIcr((uint)value, 0).Mode == DeliveryMode.Smi;
    }

    /// <summary>An APIC elsewhere may lie over what else a machine has there.</summary>
    private static bool IsBase(ScriptVerb verb, ulong where) => verb is ScriptVerb.WriteMsr or ScriptVerb.HostWriteMsr && where == ApicMsr.ApicBase;

    private static bool IsTime(ScriptVerb verb, ulong where) => verb is ScriptVerb.WriteMsr or ScriptVerb.HostWriteMsr
        ? where is ApicMsr.X2First + (CountOffset >> 4) or ApicMsr.TscDeadline
        : (where & 0xFF0) == CountOffset;

    private static ulong Number(string word) => ScriptOperand.TryNumber(word, out ulong number) ? number : 0;
}
