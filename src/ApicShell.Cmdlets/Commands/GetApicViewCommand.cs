using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Tracing;

namespace ApicShell.Commands;

/// <summary>Get-ApicView: what guest, SVSM and hypervisor believe of the registers that matter or that the guest touched.</summary>
[Cmdlet(VerbsCommon.Get, "ApicView")]
[OutputType(typeof(ApicView))]
public sealed class GetApicViewCommand : VcpuCommand
{
    private static readonly HashSet<ApicRegister> s_always =
    [
        ApicRegister.ApicBase, ApicRegister.Id, ApicRegister.Tpr, ApicRegister.Ldr, ApicRegister.Svr,
        ApicRegister.LvtTimer, ApicRegister.TimerInitial, ApicRegister.TimerDivide,
    ];

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        var views = new List<ApicView>();
        using (vcpu.Machine.Take())
        {
            Add(views, vcpu, ApicRegister.ApicBase);
            foreach (RegisterSpec spec in RegisterCatalogue.All)
            {
                Add(views, vcpu, spec.Register);
            }
        }

        WriteObject(views, enumerateCollection: true);
    }

    private static void Add(List<ApicView> views, ApicVcpu vcpu, ApicRegister register)
    {
        GuestViews guests = vcpu.Machine.Log.Views;
        ulong? guest = guests[vcpu.Index, register];
        if (guest is null && !s_always.Contains(register))
        {
            return;
        }

        SnpPlatform? snp = vcpu.Machine.Snp;
        ulong? svsm = snp?.PeekSvsm(vcpu.Index, register);
        views.Add(new(vcpu, register, guest, svsm, vcpu.Machine.Core.Peek(vcpu.Index, register)));
    }
}
