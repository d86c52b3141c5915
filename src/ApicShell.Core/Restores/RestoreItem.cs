using ApicShell.Architecture;

namespace ApicShell.Restores;

/// <summary>What a host restores of a vCPU's APIC by one call.</summary>
/// <param name="Register">The register, by KVM_SET_MSRS; None for the page, by KVM_SET_LAPIC.</param>
public readonly record struct RestoreItem(ApicRegister Register)
{
    /// <summary>The whole page, KVM_SET_LAPIC.</summary>
    public static RestoreItem Lapic => new(ApicRegister.None);

    /// <summary>Whether it is the page.</summary>
    public bool IsPage => Register == ApicRegister.None;

    /// <summary>The number of its MSR; 0 of the page.</summary>
    public uint Msr => Register switch
    {
        ApicRegister.None => 0,
        ApicRegister.ApicBase => ApicMsr.ApicBase,
        ApicRegister.TscDeadline => ApicMsr.TscDeadline,
        _ => RegisterCatalogue.Find(Register)!.Msr,
    };

    /// <summary>The call that restores it: <c>KVM_SET_LAPIC</c>, <c>KVM_SET_MSRS 0x6E0</c>.</summary>
    public string Call => IsPage ? "KVM_SET_LAPIC" : $"KVM_SET_MSRS 0x{Msr:X}";

    /// <summary>Its name: Lapic, or the register's.</summary>
    public override string ToString() => IsPage ? nameof(Lapic) : Register.ToString();
}
