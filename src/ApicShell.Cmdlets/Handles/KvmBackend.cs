using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Errors;

namespace ApicShell;

/// <summary>What can be chosen of a machine of backend Kvm beside what every machine has; null for what was not.</summary>
internal readonly struct KvmChoice
{
    public KvmChoice(int? busCycle) => BusCycleNanoseconds = busCycle;

    public int? BusCycleNanoseconds { get; }
}

/// <summary>Makes machines of the kernel's KVM. ApicShell.Kvm is loaded here and nowhere else, and only when such a machine is asked for.</summary>
internal static class KvmBackend
{
    public static ApicMachine Make(string name, ApicTraits traits, IReadOnlyList<uint> apicIds, KvmChoice choice) =>
        throw ApicErrors.BackendLacks(null!, name);
}
