namespace ApicShell.Exploration;

/// <summary>How a property was broken: the number that a search reports.</summary>
public enum DesignBreak
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>An access of the guest ended in an exception, or ended the guest.</summary>
    Fault,

    /// <summary>An access of the guest was answered by nobody.</summary>
    Unanswered,

    /// <summary>OVMF's library asserts that the APIC is on, and it is not.</summary>
    Asserted,

    /// <summary>A call or an exit of the guest failed.</summary>
    CallFailed,

    /// <summary>Guest and the one who decides differ about the mode.</summary>
    ModeView,

    /// <summary>They differ about the task priority.</summary>
    TprView,

    /// <summary>They differ about SVR.</summary>
    SvrView,

    /// <summary>They differ about the timer.</summary>
    TimerView,

    /// <summary>They differ about the logical ID.</summary>
    LdrView,

    /// <summary>They differ about what is in service.</summary>
    ServiceView,

    /// <summary>An interrupt is lost.</summary>
    InterruptLost,

    /// <summary>An interrupt comes from nowhere, or twice.</summary>
    InterruptFromNowhere,

    /// <summary>An interrupt could be taken and is not.</summary>
    InterruptHeldBack,

    /// <summary>An interrupt is taken against interrupt flag or priority, or before a higher one.</summary>
    AgainstPriority,

    /// <summary>A step between modes is no arrow of APM figure 16-32.</summary>
    ModeStepNotDrawn,
}
