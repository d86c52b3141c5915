using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>Looks at a design before it is tried.</summary>
public static class DesignCheck
{
    /// <summary>Refuses knobs that do not fit each other, and an activation that would never end.</summary>
    /// <exception cref="DesignException">There is something to be refused; the message names it.</exception>
    public static void Whole(ApicDesign design)
    {
        if (design.ResetMode == ApicMode.Invalid)
        {
            throw new DesignException(design, "no APIC is ever in mode Invalid. ResetMode is Disabled, XApic or X2Apic.");
        }

        if (design is { ResetMode: null, ResetBy: not ResetOwner.Nobody })
        {
            throw new DesignException(design, $"ResetBy {design.ResetBy} says who gives a vCPU its mode after RESET, and ResetMode says no mode.");
        }

        Activation(design);
    }

    /// <summary>Refuses what is done at activation where it would begin the activation anew, or is for other vCPUs than the one that is activated.</summary>
    private static void Activation(ApicDesign design)
    {
        for (int i = 0; i < design.OnActivation.Count; i++)
        {
            MachineStep step = design.OnActivation[i];
            string where = $"at activation, step {i + 1} \"{step}\"";
            if (step.Verb is StepVerb.Activate or StepVerb.Reset or StepVerb.HotPlug)
            {
                throw new DesignException(design, $"{where} begins an activation itself: a cycle without end.");
            }

            if (step.Vcpu != 0 || step.Vcpus != StepVcpus.One || step.Condition != StepCondition.Always)
            {
                throw new DesignException(design, $"{where} is for the vCPU that is activated, always: it takes no prefix and no condition.");
            }
        }
    }
}
