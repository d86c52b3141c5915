namespace ApicShell.Architecture;

/// <summary>Priority arithmetic: a vector's class is its bits 7:4 (APM vol. 2, 16.6.4; SDM vol. 3; KVM lapic.c).</summary>
internal static class Priority
{
    /// <summary>The processor priority.</summary>
    /// <param name="tpr">Task priority, 0 to 0xFF.</param>
    /// <param name="inService">Highest vector in service, or -1.</param>
    public static uint Processor(uint tpr, int inService)
    {
        uint service = inService < 0 ? 0 : (uint)inService & 0xF0;
        return (tpr & 0xF0) >= service ? tpr & 0xFF : service;
    }

    /// <summary>The arbitration priority: the highest class of TPR, service and requests; the sub-class is TPR's where TPR has it.</summary>
    /// <param name="tpr">Task priority, 0 to 0xFF.</param>
    /// <param name="inService">Highest vector in service, or -1.</param>
    /// <param name="requested">Highest requested vector, or -1.</param>
    public static uint Arbitration(uint tpr, int inService, int requested) =>
        Processor(tpr, inService > requested ? inService : requested);
}
