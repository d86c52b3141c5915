using System.Collections.Generic;
using System.ComponentModel;
using ApicShell.Confidential;

namespace ApicShell.Commands;

/// <summary>A command about Alternate Injection: on the vCPUs given, else on all of the newest machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AlternateInjectionCommand : VcpuCommand
{
    private readonly HashSet<ApicMachine> _refused = [];

    private protected sealed override bool MeansAll => true;

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu)
    {
        if (vcpu.Machine.Snp is { Injection: SnpInjection.Alternate } platform)
        {
            Process(vcpu, platform);
        }
        else if (_refused.Add(vcpu.Machine))
        {
            // Once a machine, however many of its vCPUs were given.
            PlatformOf(vcpu);
        }
    }

    private protected abstract void Process(ApicVcpu vcpu, SnpPlatform platform);
}
