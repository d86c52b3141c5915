using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Exploration;

/// <summary>Every place where an interrupt may wait for a vCPU, and how many copies there are of each.</summary>
internal struct WaitingInterrupts
{
    /// <summary>Vectors that wait in at least one place.</summary>
    public VectorSet Once;

    /// <summary>Vectors that wait in at least two.</summary>
    public VectorSet Twice;

    /// <summary>Vectors that who delivers to the guest knows of: the SVSM, or the local APIC.</summary>
    public VectorSet Known;

    /// <summary>NMIs in all places.</summary>
    public int Nmis;

    /// <summary>Counts what waits for a vCPU.</summary>
    public static void Count(Machine machine, SnpPlatform? platform, int vcpu, out WaitingInterrupts waits)
    {
        waits = default;
        ref LocalApicState apic = ref machine.GuestPlane.Apics[vcpu];
        for (int word = 0; word < 8; word++)
        {
            uint bits = apic[ApicRegister.Irr0 + (byte)word];
            if (bits != 0)
            {
                waits.AddWord(word, bits, known: platform is null);
            }
        }

        waits.Nmis = machine.VcpuAt(vcpu).PendingNmi;
        if (platform is not null)
        {
            waits.CountConfidential(ref platform.At(vcpu));
        }
    }

    private void CountConfidential(ref SnpVcpuState state)
    {
        bool isOn = state.Vmsa.IsAlternateInjection;
        DoorbellDescriptor page = state.Doorbell.Guest;
        for (int word = 0; word < 8; word++)
        {
            AddWord(word, state.Svsm.Irr(word), known: isOn);
            AddWord(word, state.Svsm.Posted(word), known: false);
            AddWord(word, word > 0 ? page.Irr(word) : page.Status & DoorbellDescriptor.Vector31Bit, known: false);
        }

        Add(page.Vector, page.Vector != 0, known: false);
        Add(state.Vmsa.EventInjection.Vector, isOn && state.Vmsa.EventInjection.IsExternal, known: true);
        Add(state.Vmsa.InterruptControl.Vector, isOn && state.Vmsa.InterruptControl.HasRequest, known: true);
        if (!isOn)
        {
            Known = Once;
        }

        bool isInjected = isOn && state.Vmsa.EventInjection is { IsValid: true, Type: InjectedEventType.Nmi };
        Nmis += state.Svsm.Nmi + state.Svsm.PostedNmi + (isInjected ? 1 : 0) + ((page.Status & DoorbellDescriptor.NmiBit) != 0 ? 1 : 0);
    }

    private void Add(byte vector, bool waits, bool known)
    {
        if (waits)
        {
            AddWord(vector >> 5, 1u << (vector & 31), known);
        }
    }

    private void AddWord(int word, uint bits, bool known)
    {
        if (bits == 0)
        {
            return;
        }

        VectorSet added = default;
        added.AddWord(word, bits);
        Twice.Add(Once.And(added));
        Once.Add(added);
        if (known)
        {
            Known.Add(added);
        }
    }
}
