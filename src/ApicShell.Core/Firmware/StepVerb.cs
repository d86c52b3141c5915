namespace ApicShell.Firmware;

/// <summary>What one step of a boot, a design or a search does. <see cref="StepGrammar"/> says how each is written.</summary>
public enum StepVerb : byte
{
    /// <summary>The guest reads a register, by memory or MSR as its library does.</summary>
    Read,

    /// <summary>The guest writes a register, by memory or MSR as its library does.</summary>
    Write,

    /// <summary>The guest reads a register, clears bits, sets others and writes it back.</summary>
    Change,

    /// <summary>The guest reads a register, and writes it with more bits set only where one of them was clear.</summary>
    Ensure,

    /// <summary>The guest brings its APIC into a mode, with as many writes of APIC_BASE as its library takes.</summary>
    Mode,

    /// <summary>The guest brings its APIC into the mode that vCPU 0's guest is in.</summary>
    Follow,

    /// <summary>RDMSR.</summary>
    ReadMsr,

    /// <summary>WRMSR.</summary>
    WriteMsr,

    /// <summary>A 32-bit read of the APIC page.</summary>
    ReadPage,

    /// <summary>A 32-bit write of the APIC page.</summary>
    WritePage,

    /// <summary>The guest sends a fixed IPI to the APIC ID of a vCPU.</summary>
    Ipi,

    /// <summary>The guest sends an NMI to the APIC ID of a vCPU.</summary>
    NmiIpi,

    /// <summary>The guest sends a fixed IPI to itself.</summary>
    SelfIpi,

    /// <summary>The guest starts other vCPUs: by INIT and start-up IPI, on SEV-SNP by GHCB AP creation.</summary>
    StartAp,

    /// <summary>The guest takes its next interrupt.</summary>
    Take,

    /// <summary>The guest ends the newest interrupt that it took.</summary>
    Eoi,

    /// <summary>STI.</summary>
    Sti,

    /// <summary>CLI.</summary>
    Cli,

    /// <summary>MOV to CR8.</summary>
    Cr8,

    /// <summary>The guest allows the host a vector, SVSM call 4.</summary>
    Allow,

    /// <summary>The guest allows the host all vectors, SVSM call 4.</summary>
    AllowAll,

    /// <summary>The guest registers the SVSM's APIC protocol once more, SVSM call 1.</summary>
    Register,

    /// <summary>The guest deregisters the SVSM's APIC protocol, SVSM call 1.</summary>
    Deregister,

    /// <summary>The guest's kernel brings its own #VC handler.</summary>
    Handler,

    /// <summary>The host brings the APIC into a mode by one write of APIC_BASE.</summary>
    HostMode,

    /// <summary>The host sends an edge-triggered interrupt of a device.</summary>
    HostEdge,

    /// <summary>The host sends a level-triggered interrupt of a device.</summary>
    HostLevel,

    /// <summary>The host sends an NMI.</summary>
    HostNmi,

    /// <summary>The host sends INIT, and lets the vCPU run again as a start-up IPI would.</summary>
    HostInit,

    /// <summary>The SVSM sets AE and EXTD of its own APIC by one GHCB write.</summary>
    SvsmMode,

    /// <summary>The SVSM sets up its own APIC: APIC_BASE and SVR.</summary>
    SvsmSetUp,

    /// <summary>The vCPU leaves the guest for the SVSM and comes back.</summary>
    Intercept,

    /// <summary>Alternate Injection is switched on for a vCPU, with what the design does at that moment.</summary>
    Activate,

    /// <summary>RESET of all vCPUs, with what the design does at that moment.</summary>
    Reset,

    /// <summary>A vCPU is added, with what the design does at its RESET.</summary>
    HotPlug,

    /// <summary>The clock goes on to the end of the next timer, or by nanoseconds.</summary>
    Advance,
}
