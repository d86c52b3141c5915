using ApicShell.Architecture;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>Says in words how a property was broken, with rule and source.</summary>
public static class BrokenStepText
{
    /// <summary>The kind of break in a few words: <c>an interrupt is lost</c>.</summary>
    public static string Of(DesignBreak broken) => broken switch
    {
        DesignBreak.Fault => "an access faults",
        DesignBreak.Unanswered => "an access is answered by nobody",
        DesignBreak.Asserted => "the guest's library asserts that the APIC is on",
        DesignBreak.CallFailed => "a call fails",
        DesignBreak.ModeView => "views of the mode differ",
        DesignBreak.TprView => "views of the task priority differ",
        DesignBreak.SvrView => "views of SVR differ",
        DesignBreak.TimerView => "views of the timer differ",
        DesignBreak.LdrView => "views of the logical ID differ",
        DesignBreak.ServiceView => "views of what is in service differ",
        DesignBreak.InterruptLost => "an interrupt is lost",
        DesignBreak.InterruptFromNowhere => "an interrupt comes from nowhere, or twice",
        DesignBreak.InterruptHeldBack => "an interrupt is held back",
        DesignBreak.AgainstPriority => "an interrupt is taken against priority",
        DesignBreak.ModeStepNotDrawn => "a step between modes is not drawn",
        _ => "nothing",
    };

    /// <summary>The property that a break is one of.</summary>
    public static DesignProperties PropertyOf(DesignBreak broken) => broken switch
    {
        DesignBreak.None => DesignProperties.None,
        DesignBreak.Fault or DesignBreak.Unanswered or DesignBreak.Asserted or DesignBreak.CallFailed => DesignProperties.Answered,
        DesignBreak.ModeView or DesignBreak.TprView or DesignBreak.SvrView or DesignBreak.TimerView or DesignBreak.LdrView => DesignProperties.ViewsAgree,
        DesignBreak.AgainstPriority => DesignProperties.Priority,
        DesignBreak.ModeStepNotDrawn => DesignProperties.ModeSteps,
        _ => DesignProperties.InterruptsOnce,
    };

    /// <summary>What is wrong, in a sentence with rule and source.</summary>
    public static string Of(BrokenStep broken)
    {
        string vector = $"0x{(broken.Vector < 0 ? 0 : broken.Vector):X2}";
        string at = $"vCPU {broken.Vcpu}: ";
        return broken.Break switch
        {
            DesignBreak.Fault or DesignBreak.Unanswered or DesignBreak.Asserted or DesignBreak.CallFailed => ProblemText.Of(broken.Report),
            DesignBreak.ModeStepNotDrawn => ProblemText.OfModeStep(broken.ModeStep),
            DesignBreak.ModeView =>
                $"{at}the guest believes its APIC in mode {new ApicBase(broken.Believed).Mode}, and the {Name(broken.Decider)} has it in mode {new ApicBase(broken.Decided).Mode}{Why(broken)}",
            DesignBreak.ServiceView =>
                $"{at}the {Name(broken.Decider)} has {Vector(broken.Decided)} in service, and of what the guest took and has not ended the newest is {Vector(broken.Believed)}{Why(broken)}",
            DesignBreak.InterruptLost => $"{at}{vector} was accepted, nobody took it, and it waits nowhere{Why(broken)}",
            DesignBreak.InterruptFromNowhere => $"{at}{vector} is there and nobody sent it, or it is there twice{Why(broken)}",
            DesignBreak.InterruptHeldBack => $"{at}{vector} waits, interrupt flag and priority let it through, and it does not come{Why(broken)}",
            DesignBreak.AgainstPriority => $"{at}{vector} comes against the guest's interrupt flag or priority, or before a higher one{Why(broken)}",
            DesignBreak.None => "",
            _ => $"{at}the guest's {broken.Register} is 0x{broken.Believed:X}, and the {Name(broken.Decider)} decides by 0x{broken.Decided:X}{Why(broken)}",
        };
    }

    /// <summary>The rule by which the step's last access ended; nothing of a step that has none.</summary>
    private static string Why(BrokenStep broken) => broken.Report.Answer.Rule == RuleId.None
        ? ""
        : $"; {broken.Report.Access} was answered by the {Name(broken.Report.Answer.Responder)}: {ProblemText.Because(broken.Report.Answer.Rule)}";

    private static string Vector(ulong vector) => vector == 0 ? "nothing" : $"0x{vector:X2}";

    private static string Name(Responder who) => who switch
    {
        Responder.Svsm => "SVSM",
        Responder.Hypervisor => "hypervisor",
        Responder.LocalApic => "local APIC",
        _ => "nobody",
    };
}
