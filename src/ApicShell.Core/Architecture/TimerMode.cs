namespace ApicShell.Architecture;

/// <summary>How the timer counts: bits 18:17 of its LVT entry (SDM vol. 3; KVM lapic.c). The APM has bit 17 only (APM vol. 2, 16.4.1).</summary>
public enum TimerMode : byte
{
    /// <summary>Once, from the initial count to 0.</summary>
    OneShot = 0,

    /// <summary>Again and again.</summary>
    Periodic = 1,

    /// <summary>It ends when the time-stamp counter reaches IA32_TSC_DEADLINE.</summary>
    TscDeadline = 2,

    /// <summary>Reserved: it does not run.</summary>
    Reserved = 3,
}
