using System.Collections.Generic;
using ApicShell.Confidential;

namespace ApicShell.Firmware;

/// <summary>What a design has to survive beside a plain boot.</summary>
public enum DesignCondition : byte
{
    /// <summary>INIT to an AP after the firmware's boot; its guest starts again.</summary>
    Init,

    /// <summary>RESET before the first instruction of the guest, then the boot.</summary>
    Reset,

    /// <summary>Boot, a guest's system, RESET, and the same boot again.</summary>
    Reboot,

    /// <summary>A vCPU that is plugged in after the boot.</summary>
    HotPlug,

    /// <summary>More than 255 vCPUs.</summary>
    ManyVcpus,

    /// <summary>A local APIC for each VMPL, as KVM with planes has it; boot and a guest's system.</summary>
    ApicPerVmpl,

    /// <summary>An SVSM that serves the timer.</summary>
    SvsmTimer,

    /// <summary>A system that switches to x2APIC mode by itself.</summary>
    SwitchingGuest,

    /// <summary>A system that never switches to x2APIC mode, or goes back to xAPIC mode.</summary>
    NeverSwitches,
}

/// <summary>How a condition is tried: a row of the table.</summary>
/// <param name="Condition">Which.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Boots">The boots, in order, and the steps that are no boot's; null stands for the boot that is compared.</param>
/// <param name="Environment">Where.</param>
internal sealed record DesignConditionRow(DesignCondition Condition, string Title, IReadOnlyList<ConditionPart> Boots, BootEnvironment Environment)
{
    private static readonly BootEnvironment s_usual = new();

    public static IReadOnlyList<DesignConditionRow> All { get; } =
    [
        new(DesignCondition.Init, "INIT to an AP", [new(), new(Step: "v1: host init"), new(Phase: "ApAgain")], s_usual),
        new(DesignCondition.Reset, "RESET before the boot", [new(Step: "reset"), new()], s_usual),
        new(DesignCondition.Reboot, "reboot", [new(), new(Boot: "LinuxX2Apic"), new(Step: "reset"), new()], s_usual),
        new(DesignCondition.HotPlug, "a vCPU plugged in", [new(), new(Step: "hotplug"), new(Phase: "ApAdded")], s_usual),
        new(DesignCondition.ManyVcpus, "more than 255 vCPUs", [new(Boot: "OvmfLarge")], s_usual),
        new(DesignCondition.ApicPerVmpl, "an APIC per VMPL", [new(), new(Boot: "LinuxX2Apic")], s_usual with { Scope = ApicScope.PerVmpl }),
        new(DesignCondition.SvsmTimer, "an SVSM with timer support", [new()], s_usual with { Timer = Confidential.SvsmTimer.Svsm }),
        new(DesignCondition.SwitchingGuest, "a system that switches itself", [new(), new(Boot: "LinuxX2Apic")], s_usual),
        new(DesignCondition.NeverSwitches, "a system that never switches", [new(), new(Boot: "LinuxXApic")], s_usual),
    ];
}

/// <summary>A part of a condition: a boot, one phase of the parts, or a step. All empty is the boot that is compared.</summary>
internal sealed record ConditionPart(string? Boot = null, string? Phase = null, string? Step = null);
