using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Scripts;

/// <summary>Runs scripts on machines of any make. Each operation gives one line of JSON: what the guest, or the host that did it, saw.</summary>
public static class ScriptRunner
{
    // A host that sets no APIC's state, as the recorder: KVM's map lacks the vCPU that was made last.
    private static readonly ApicTraits s_traits = new() { BootstrapId = 0, Quirks = KvmQuirks.Default | KvmQuirks.LastVcpuUnmapped };

    /// <summary>Runs a script, an operation whenever the next line is asked for.</summary>
    /// <param name="script">The script.</param>
    /// <param name="make">
    /// Makes a machine of traits and APIC IDs. One that is <see cref="IDisposable"/> is disposed of when the script has no more use for it; one that has an
    /// observer keeps it.
    /// </param>
    /// <returns>One line an operation.</returns>
    public static IEnumerable<string> Run(ApicScript script, Func<ApicTraits, IReadOnlyList<uint>, IMachine> make)
    {
        (ApicTraits traits, uint[] apicIds) = (s_traits, new uint[] { 0 });
        ScriptSession? session = null;
        try
        {
            for (int number = 0; number < script.Operations.Count; number++)
            {
                ScriptOperation operation = script.Operations[number];
                string head = $"{{\"i\":{number},\"op\":\"{operation.Form.Word}\"";
                if (!operation.Form.IsConfiguration)
                {
                    session ??= new(make(traits, apicIds));
                    yield return head + session.Perform(operation) + "}";
                    continue;
                }

                if (operation.Verb == ScriptVerb.Reset)
                {
                    session?.Dispose();
                    (session, traits, apicIds) = (null, s_traits, [0]);
                }

                traits = Configure(traits, operation);
                apicIds = IdsOf(operation) ?? apicIds;
                yield return head + ",\"ok\":true}";
            }
        }
        finally
        {
            session?.Dispose();
        }
    }

    private static uint[]? IdsOf(ScriptOperation operation) => operation.Verb switch
    {
        ScriptVerb.Vcpus => [.. Enumerable.Range(0, (int)operation.Numbers[0]).Select(id => (uint)id)],
        ScriptVerb.VcpuIds => [.. operation.Numbers.Select(id => (uint)id)],
        _ => null,
    };

    private static ApicTraits Configure(ApicTraits traits, ScriptOperation operation)
    {
        switch (operation.Verb)
        {
            case ScriptVerb.Irqchip:
                return With(traits, KvmQuirks.EoiBroadcastSuppression, operation.Numbers[0] == 1);
            case ScriptVerb.Feature when operation.Numbers[0] == 0:
                return traits with { OffersX2Apic = operation.Numbers[1] == 1 };
            case ScriptVerb.Feature:
                return traits with { OffersTscDeadline = operation.Numbers[1] == 1 };
            case ScriptVerb.Bootstrap:
                return traits with { BootstrapId = (uint)operation.Numbers[0] };
            case ScriptVerb.QuirksOff:
                // Those that KVM_CAP_DISABLE_QUIRKS2 has, and no other choice of a host.
                return With(traits, (KvmQuirks)operation.Numbers[0] & (KvmQuirks.Lint0Reenabled | KvmQuirks.LapicMmioHole), on: false);
            case ScriptVerb.X2ApicApi:
                traits = With(traits, KvmQuirks.X2Apic32BitIds, (operation.Numbers[0] & 1) != 0);
                return With(traits, KvmQuirks.X2ApicBroadcast, (operation.Numbers[0] & 2) == 0);
            default:
                return traits;
        }
    }

    private static ApicTraits With(ApicTraits traits, KvmQuirks quirk, bool on) =>
        traits with { Quirks = on ? traits.Quirks | quirk : traits.Quirks & ~quirk };
}
