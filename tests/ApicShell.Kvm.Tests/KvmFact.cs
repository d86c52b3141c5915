using System;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>A test on the kernel's own KVM; where there is none it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmFactAttribute : FactAttribute
{
    public KvmFactAttribute() => Skip = Absence.Reason;
}

/// <summary>Likewise, for each of its data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmTheoryAttribute : TheoryAttribute
{
    public KvmTheoryAttribute() => Skip = Absence.Reason;
}

internal static class Absence
{
    private static readonly string? s_reason = KvmDevice.WhyUnavailable()?.Message;

    public static string? Reason => s_reason;
}
