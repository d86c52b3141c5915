using ApicShell.Architecture;

namespace ApicShell;

/// <summary>A handle to a vCPU: its properties show the present.</summary>
public sealed class ApicVcpu
{
    internal ApicVcpu(ApicMachine machine, int index)
    {
        Machine = machine;
        Index = index;
        ApicId = machine.Core.InitialApicId(index);
    }

    /// <summary>Its machine.</summary>
    public ApicMachine Machine { get; }

    /// <summary>Its number in the machine, from 0; vCPU 0 is the bootstrap processor.</summary>
    public int Index { get; }

    /// <summary>The APIC ID it was made with.</summary>
    public uint ApicId { get; }

    /// <summary>The mode of the local APIC that its guest uses.</summary>
    public ApicMode Mode => new Architecture.ApicBase(ApicBase).Mode;

    /// <summary>APIC_BASE of the local APIC that its guest uses.</summary>
    public ulong ApicBase
    {
        get
        {
            lock (Machine.Gate)
            {
                return Machine.Core.ApicBaseOf(Index, AccessOrigin.Guest).Value;
            }
        }
    }

    /// <summary>Whether the SVSM emulates its APIC.</summary>
    public bool AlternateInjection
    {
        get
        {
            lock (Machine.Gate)
            {
                return Machine.Snp?.IsAlternateInjectionEnabled(Index) ?? false;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Machine.Name}/{Index}";

    internal Answer Execute(in Access access)
    {
        lock (Machine.Gate)
        {
            return Machine.Core.Execute(Index, access);
        }
    }
}
