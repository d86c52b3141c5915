using System.ComponentModel;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command about Alternate Injection: on the vCPUs given, else on all of the newest machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AlternateInjectionCommand : VcpuCommand
{
    private protected sealed override bool MeansAll => true;

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu) => Process(vcpu, vcpu.Machine.Snp ?? throw ApicErrors.NotSevSnp(vcpu.Machine));

    private protected abstract void Process(ApicVcpu vcpu, SnpPlatform platform);
}
