using System.ComponentModel;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>A command that ends interrupts as a vCPU's guest does.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EoiCommand : VcpuCommand
{
    /// <summary>Ends the newest interrupt: without a write where the guest may and knows it, else by a write of EOI.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="explicitly">Whether EOI is written in any case.</param>
    private protected EoiEnding End(ApicVcpu vcpu, bool explicitly = false) =>
        !explicitly && EndLazily(vcpu) ? EoiEnding.LeftOut
        : Execute(vcpu, EoiWrite.Of(vcpu)).Succeeded ? EoiEnding.Written
        : EoiEnding.Failed;

    /// <summary>Whether the next EOI of a vCPU's guest can be left out: its handler knows no_eoi_required, and the SVSM has set it.</summary>
    private protected static bool MayLeaveOut(ApicVcpu vcpu)
    {
        using (vcpu.Machine.Take())
        {
            return vcpu.Machine.Snp is { } platform && platform.OwnerOf(vcpu.Index, ApicRegister.Eoi) == Responder.Svsm
                && !platform.IsTerminated && platform.CallingAreaOf(vcpu.Index).NoEoiRequired != 0;
        }
    }

    private static bool EndLazily(ApicVcpu vcpu)
    {
        using (vcpu.Machine.Take())
        {
            return MayLeaveOut(vcpu) && vcpu.Machine.Core.TryLazyEoi(vcpu.Index);
        }
    }
}
