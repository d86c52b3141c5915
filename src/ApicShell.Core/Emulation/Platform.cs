using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <summary>The seam between a vCPU and whoever answers its accesses.</summary>
public abstract class Platform
{
    /// <summary>Local APICs that each vCPU has: 1, or one for each VMPL in use.</summary>
    public abstract int ApicsPerVcpu { get; }

    /// <summary>Makes room for the platform's part of a machine's state; called by the machine, again when it gets more vCPUs.</summary>
    /// <param name="vcpuCount">Number of vCPUs.</param>
    internal virtual void Attach(int vcpuCount)
    {
    }

    /// <summary>Returns the platform's part of a vCPU to its start.</summary>
    internal virtual void Reset(int vcpu)
    {
    }

    /// <summary>Which of a vCPU's local APICs an access reaches: 0 to <see cref="ApicsPerVcpu"/> - 1. A host's reaches the guest's.</summary>
    internal virtual int ApicOf(AccessOrigin origin) => 0;

    /// <summary>Whether a guest's access reaches its local APIC with nothing between.</summary>
    internal virtual bool IsDirect => false;

    /// <summary>A copy of the platform's part of a machine's state, for a checkpoint.</summary>
    internal virtual object? Save() => null;

    /// <summary>Takes over what <see cref="Save"/> gave, which stays as it is.</summary>
    internal virtual void Load(object? saved)
    {
    }

    /// <summary>Answers an access.</summary>
    internal abstract Answer Execute(Machine machine, int vcpu, in Access access);
}
