using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>
/// The page as xAPIC software means it, for registers that the SVSM serves: each access becomes one SVSM call in the x2APIC form that the protocol
/// has, and its value comes back in the xAPIC form. All else goes on as an x2APIC MSR (candidate G of the svsm-devel thread of March 2025; no such
/// handler is public, so the forms are ApicShell's reading).
/// </summary>
internal class TranslateHandling : VcHandling
{
    public override Answer Handle(SnpVcpu cpu, Access access)
    {
        if (access.Kind == AccessKind.Msr)
        {
            return cpu.Platform.SvsmAccess(access.Register) == RegisterAccess.None
                ? Exit(cpu, access)
                : SvsmCalls.Call(cpu, access);
        }

        ApicRegister register = access.Register;
        return !IsOfOneRegister(access) ? HandlePart(cpu, access)
            : register == ApicRegister.Icr2 ? HandleIcr2(cpu, access)
            : access.IsWrite && register is ApicRegister.Ldr or ApicRegister.Dfr ? WriteLogicalId(cpu, access)
            : IsServed(cpu.Platform, register) ? Call(cpu, access)
            : HandleUnserved(cpu, access);
    }

    /// <summary>ICR2 is memory of the handler: nobody answers for it.</summary>
    public override Responder OwnerOf(SnpPlatform platform, ApicRegister register) =>
        register == ApicRegister.Icr2 ? Responder.Nobody
        : platform.SvsmAccess(register) != RegisterAccess.None ? Responder.Svsm
        : Responder.Hypervisor;

    /// <summary>A whole register that neither the SVSM nor the handler has.</summary>
    protected virtual Answer HandleUnserved(SnpVcpu cpu, Access page) => Exit(cpu, AsMsr(page));

    /// <summary>A write of LDR or DFR.</summary>
    protected virtual Answer WriteLogicalId(SnpVcpu cpu, Access page) => Fault(SnpRule.TranslateLogicalId);

    /// <summary>An access that is not of one register as a whole.</summary>
    protected virtual Answer HandlePart(SnpVcpu cpu, Access page) => Fault(SnpRule.TranslateShape);

    /// <summary>Whether the SVSM serves a register of the page. SELF_IPI it serves too, but that is no register of the page.</summary>
    protected static bool IsServed(SnpPlatform platform, ApicRegister register) =>
        register != ApicRegister.SelfIpi && platform.SvsmAccess(register) != RegisterAccess.None;

    private static Answer HandleIcr2(SnpVcpu cpu, Access page)
    {
        ref uint icr2 = ref cpu.State.HandlerIcr2;
        icr2 = page.IsWrite ? (uint)page.Value & XApicId.RegisterMask : icr2;
        return new Answer(page.IsWrite ? Outcome.Done : Outcome.Value, SnpRule.TranslateIcr2, page.IsWrite ? 0 : icr2, Responder.Nobody).By(Route.Handler, 0);
    }

    private static Answer Call(SnpVcpu cpu, Access page)
    {
        Access msr = AsMsr(page);
        switch (page.Register)
        {
            case ApicRegister.Icr when page.IsWrite:
                return SendIpi(cpu, msr);
            case ApicRegister.Eoi when page.IsWrite && page.Value != 0:
                return ByRule(SvsmCalls.Call(cpu, msr with { Value = 0 }), SnpRule.TranslateForm);
            case ApicRegister.Id when !page.IsWrite:
                Answer id = ByRule(SvsmCalls.Call(cpu, msr), SnpRule.TranslateForm);
                return id.Succeeded ? id.With(XApicId.Of((uint)id.Value).Register) : id;
            case ApicRegister.Icr:
                Answer icr = ByRule(SvsmCalls.Call(cpu, msr), SnpRule.TranslateForm);
                return icr.Succeeded ? icr.With((uint)icr.Value) : icr;
            case ApicRegister.Ldr:
                return ByRule(SvsmCalls.Call(cpu, msr), SnpRule.TranslateLdr);
            default:
                return SvsmCalls.Call(cpu, msr);
        }
    }

    /// <summary>One ICR of 64 bits, of the half that is kept and the half that is written.</summary>
    private static Answer SendIpi(SnpVcpu cpu, Access msr)
    {
        // Delivery status is the APIC's to write: the protocol wants 0.
        uint low = (uint)msr.Value & ~InterruptMessage.StatusBit;
        bool isDirected = (low & InterruptMessage.ShorthandMask) == 0;
        if (isDirected && (low & InterruptMessage.LogicalBit) != 0)
        {
            return Fault(SnpRule.TranslateLogical);
        }

        uint destination = new XApicId(cpu.State.HandlerIcr2).Value;
        ulong wide = isDirected && destination == InterruptMessage.Broadcast ? InterruptMessage.X2Broadcast : destination;
        return SvsmCalls.Call(cpu, msr with { Value = (wide << 32) | low });
    }

    /// <summary>The answer by a rule of the handler, where the call succeeded.</summary>
    private static Answer ByRule(in Answer answer, RuleId rule) => answer.Succeeded ? answer.By(rule) : answer;
}
