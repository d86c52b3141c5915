using System;
using System.Collections.Generic;
using System.ComponentModel;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>A command about what SEV-SNP adds to vCPUs: on those given, else on all of the newest machine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AlternateInjectionCommand : VcpuCommand
{
    private readonly HashSet<ApicMachine> _refused = [];

    private protected sealed override bool MeansAll => true;

    /// <summary>Whether there has to be an SVSM.</summary>
    private protected virtual bool NeedsSvsm => true;

    /// <inheritdoc/>
    protected sealed override void Process(ApicVcpu vcpu)
    {
        if (vcpu.Machine.Snp is not { } platform)
        {
            Refuse(vcpu.Machine, ApicErrors.NotSevSnp);
        }
        else if (NeedsSvsm && platform.Injection == SnpInjection.Restricted)
        {
            Refuse(vcpu.Machine, ApicErrors.NoSvsm);
        }
        else
        {
            Process(vcpu, platform);
        }
    }

    private protected abstract void Process(ApicVcpu vcpu, SnpPlatform platform);

    /// <summary>Refuses a guest that has ended itself.</summary>
    private protected static void CheckGuest(ApicVcpu vcpu, SnpPlatform platform)
    {
        if (platform.IsTerminated)
        {
            throw ApicErrors.GuestEnded(vcpu.Machine);
        }
    }

    /// <summary>Refuses a machine: once, however many of its vCPUs were given.</summary>
    private void Refuse(ApicMachine machine, Func<ApicMachine, ApicException> error)
    {
        if (_refused.Add(machine))
        {
            throw error(machine);
        }
    }
}
