using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// As <see cref="TranslateHandling"/> where the SVSM serves the register; all else goes to the hypervisor in the form in which it came, so that it
/// meets the hypervisor's APIC in the mode that the guest found in APIC_BASE. ApicShell's own: no mode has to change for it, on either side.
/// </summary>
internal sealed class SplitHandling : TranslateHandling
{
    protected override Answer HandleUnserved(SnpVcpu cpu, Access page) => Exit(cpu, page);

    /// <summary>The hypervisor's APIC gets it; the SVSM, which sends the guest's IPIs, has no way to see it.</summary>
    protected override Answer WriteLogicalId(SnpVcpu cpu, Access page)
    {
        Answer answer = Exit(cpu, page);
        return answer.Succeeded ? answer.By(SnpRule.SplitLogicalId) : answer;
    }

    /// <summary>A part of a register that is in the SVSM or the handler would come from the wrong APIC.</summary>
    protected override Answer HandlePart(SnpVcpu cpu, Access page) =>
        page.Register == ApicRegister.Icr2 || IsServed(cpu.Platform, page.Register) ? Fault(SnpRule.TranslateShape) : Exit(cpu, page);
}
