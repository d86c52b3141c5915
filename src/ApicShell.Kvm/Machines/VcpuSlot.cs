using System;
using ApicShell.Emulation;
using ApicShell.Kvm.Interop;

namespace ApicShell.Kvm.Machines;

/// <summary>A vCPU and what the machine knows of it beside.</summary>
internal sealed class VcpuSlot(Vcpu vcpu) : IDisposable
{
    public Vcpu Vcpu { get; } = vcpu;

    /// <summary>The APIC's page and APIC_BASE after RESET.</summary>
    public byte[] ResetPage { get; } = new byte[HostPage.Size];

    public ulong ResetBase { get; set; }

    /// <summary>The APIC's page as it was last looked at, and after which change.</summary>
    public byte[] Page { get; } = new byte[HostPage.Size];

    public long PageAt { get; set; } = -1;

    public MpState State { get; set; }

    public bool IsWaiting => State is MpState.InitReceived or MpState.Uninitialized;

    /// <summary>The flag that the guest would have; it is given to the vCPU only when it takes something.</summary>
    public bool InterruptFlag { get; set; }

    public byte StartupVector { get; set; }

    /// <summary>Whether its timer was ever started: then it may have ended.</summary>
    public bool HasTimer { get; set; }

    /// <summary>Whether NMIs may wait for it.</summary>
    public bool MayHaveNmi { get; set; }

    /// <summary>Whether the host has changed its APIC since it was last entered.</summary>
    public bool IsChangedByHost { get; set; }

    /// <summary>After how many sends it was last entered.</summary>
    public long EnteredAt { get; set; }

    /// <summary>After which disturbance it had nothing to take.</summary>
    public long QuietAt { get; set; } = -1;

    /// <summary>What it took when it was woken, which nobody has asked for yet.</summary>
    public TakenInterrupt Held { get; set; }

    /// <summary>As the vCPU was made.</summary>
    public void ForgetAll()
    {
        (State, StartupVector, Held) = (MpState.Runnable, 0, default);
        (InterruptFlag, HasTimer, MayHaveNmi) = (false, false, false);
    }

    public void Dispose() => Vcpu.Dispose();
}
