using System;

namespace ApicShell.Architecture;

/// <summary>Priority arithmetic: a vector's class is its bits 7:4 (APM vol. 2, 16.6.4; SDM vol. 3; KVM lapic.c).</summary>
internal static class Priority
{
    /// <summary>The processor priority.</summary>
    /// <param name="tpr">Task priority, 0 to 0xFF.</param>
    /// <param name="inService">Highest vector in service; 0 for none, which has the same priority.</param>
    public static uint Processor(uint tpr, uint inService) => (tpr & 0xF0) >= (inService & 0xF0) ? tpr & 0xFF : inService & 0xF0;

    /// <summary>The arbitration priority: the highest class of TPR, service and requests; the sub-class is TPR's where TPR has it.</summary>
    /// <param name="tpr">Task priority, 0 to 0xFF.</param>
    /// <param name="inService">Highest vector in service, or -1.</param>
    /// <param name="requested">Highest requested vector, or -1.</param>
    public static uint Arbitration(uint tpr, int inService, int requested) =>
        Processor(tpr, (uint)Math.Max(0, Math.Max(inService, requested)));
}
