using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.State;

namespace ApicShell;

/// <summary>A platform that a machine can have.</summary>
public enum ApicPlatform
{
    /// <summary>Accesses reach the local APIC directly.</summary>
    Native,

    /// <summary>An SEV-SNP guest with an SVSM: accesses go through a #VC handler.</summary>
    SevSnp,
}

/// <summary>A handle to a machine: its properties show the present.</summary>
public sealed class ApicMachine
{
    private readonly List<ApicVcpu> _vcpus = [];

    internal ApicMachine(string name, Machine core, MachineLog log)
    {
        Name = name;
        Core = core;
        Log = log;
        core.Observer = log;
        AddHandles();
    }

    /// <summary>Its name in the session.</summary>
    public string Name { get; }

    /// <summary>Whose local APIC it has.</summary>
    public ApicModel Model => Core.Traits.Model;

    /// <summary>Its platform.</summary>
    public ApicPlatform Platform => Snp is null ? ApicPlatform.Native : ApicPlatform.SevSnp;

    /// <summary>On SEV-SNP, whether all VMPLs of a vCPU share a local APIC; else null.</summary>
    public ApicScope? ApicScope => Snp?.Scope;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount
    {
        get
        {
            lock (Gate)
            {
                return _vcpus.Count;
            }
        }
    }

    /// <summary>Its vCPUs.</summary>
    public ApicVcpu[] Vcpu
    {
        get
        {
            lock (Gate)
            {
                return _vcpus.ToArray();
            }
        }
    }

    /// <summary>Whether CPUID offers x2APIC.</summary>
    public bool OffersX2Apic => Core.Traits.OffersX2Apic;

    /// <summary>Width of physical addresses in bits.</summary>
    public int PhysicalAddressBits => Core.Traits.PhysicalAddressBits;

    /// <summary>The mode that RESET leaves, by the model or by choice.</summary>
    public ApicMode ResetMode => Core.Traits.ResetMode ?? ApicTransition.OfReset(Model).To;

    /// <summary>Whether it was removed from the session.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>The lock that every use of the core takes.</summary>
    internal object Gate { get; } = new();

    internal Machine Core { get; }

    internal MachineLog Log { get; }

    internal SnpPlatform? Snp => Core.Platform as SnpPlatform;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>One of its vCPUs, without a copy of them all.</summary>
    internal ApicVcpu At(int index)
    {
        lock (Gate)
        {
            return _vcpus[index];
        }
    }

    /// <summary>Makes handles for the vCPUs that have none yet, and returns them.</summary>
    internal IReadOnlyList<ApicVcpu> AddHandles()
    {
        int first = _vcpus.Count;
        for (int i = first; i < Core.VcpuCount; i++)
        {
            _vcpus.Add(new ApicVcpu(this, i));
        }

        return _vcpus.GetRange(first, _vcpus.Count - first);
    }
}
