using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Commands;

/// <content>NMI, INIT and start-up by the host, past the APIC.</content>
public sealed partial class SendApicInterruptCommand
{
    private void SendNmi(ApicVcpu vcpu)
    {
        if (Approved(vcpu, "NMI"))
        {
            RuleId rule = Recorded(vcpu.Machine, core => core.PostNmi(vcpu.Index));
            Write(vcpu, 0, DeliveryMode.Nmi, $"{vcpu}", rule, KindOf(rule));
        }
    }

    private static InterruptEventKind KindOf(RuleId nmi) => nmi switch
    {
        RuleId.NmiLimit => InterruptEventKind.Merged,
        SnpRule.HostNmiUnread => InterruptEventKind.Posted,
        _ => InterruptEventKind.Accepted,
    };

    private void SendInit(ApicVcpu vcpu)
    {
        if (Approved(vcpu, "INIT"))
        {
            bool done = Recorded(vcpu.Machine, core => core.Initialize(vcpu.Index));
            Write(
                vcpu, 0, DeliveryMode.Init, $"{vcpu}", done ? RuleId.InterruptAccepted : RuleId.IpiNotAccepted,
                done ? InterruptEventKind.Accepted : InterruptEventKind.Refused);
        }
    }

    private void SendStartups(ApicVcpu vcpu)
    {
        foreach (byte page in VectorsOf(Vector, DeliveryMode.Startup))
        {
            SendStartup(vcpu, page);
        }
    }

    private void SendStartup(ApicVcpu vcpu, byte page)
    {
        if (Approved(vcpu, $"Start-up 0x{page:X2}"))
        {
            bool started = Recorded(vcpu.Machine, core => core.Start(vcpu.Index, page));
            RuleId rule = started ? RuleId.InterruptAccepted : RuleId.StartupIgnored;
            Write(vcpu, page, DeliveryMode.Startup, $"{vcpu}", rule, started ? InterruptEventKind.Accepted : InterruptEventKind.Refused);
        }
    }
}
