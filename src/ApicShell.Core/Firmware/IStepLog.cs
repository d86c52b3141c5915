using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>Sees what a step is made of. It is no part of the machine's state, and must not act on the machine.</summary>
public interface IStepLog
{
    /// <summary>An access was issued and answered.</summary>
    void OnAccess(int vcpu, in Access access, in Answer answer);

    /// <summary>The mode of a guest's APIC was to change.</summary>
    void OnModeStep(in ModeStep step);
}
