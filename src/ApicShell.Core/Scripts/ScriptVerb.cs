namespace ApicShell.Scripts;

/// <summary>What an operation of a script does; <see cref="ScriptGrammar.Forms"/> has the words and the meaning of each.</summary>
public enum ScriptVerb : byte
{
    /// <summary>A new machine begins.</summary>
    Reset,

    /// <summary>How many vCPUs it has.</summary>
    Vcpus,

    /// <summary>The APIC IDs of its vCPUs.</summary>
    VcpuIds,

    /// <summary>Where its I/O APIC is.</summary>
    Irqchip,

    /// <summary>What CPUID offers.</summary>
    Feature,

    /// <summary>Which vCPU is the bootstrap processor.</summary>
    Bootstrap,

    /// <summary>KVM_CAP_X2APIC_API.</summary>
    X2ApicApi,

    /// <summary>KVM_CAP_DISABLE_QUIRKS2.</summary>
    QuirksOff,

    /// <summary>One vCPU more.</summary>
    AddVcpu,

    /// <summary>RDMSR.</summary>
    ReadMsr,

    /// <summary>WRMSR.</summary>
    WriteMsr,

    /// <summary>A read of the page at APIC_BASE.</summary>
    ReadPage,

    /// <summary>A write of the page at APIC_BASE.</summary>
    WritePage,

    /// <summary>A read of an address.</summary>
    ReadMemory,

    /// <summary>A write of an address.</summary>
    WriteMemory,

    /// <summary>CPUID.</summary>
    Cpuid,

    /// <summary>MOV from CR8.</summary>
    ReadCr8,

    /// <summary>MOV to CR8.</summary>
    WriteCr8,

    /// <summary>WRMSR of IA32_TSC_DEADLINE, behind now.</summary>
    Deadline,

    /// <summary>A read that is only compared.</summary>
    Check,

    /// <summary>STI or CLI.</summary>
    Interrupts,

    /// <summary>Whether what is taken is ended.</summary>
    Eoi,

    /// <summary>A vCPU runs.</summary>
    Nop,

    /// <summary>A vCPU runs for some time.</summary>
    Spin,

    /// <summary>STI and HLT.</summary>
    Halt,

    /// <summary>All vCPUs run.</summary>
    Settle,

    /// <summary>What was taken.</summary>
    Log,

    /// <summary>KVM_SIGNAL_MSI.</summary>
    Msi,

    /// <summary>KVM_NMI.</summary>
    Nmi,

    /// <summary>KVM_GET_MSRS.</summary>
    HostReadMsr,

    /// <summary>KVM_SET_MSRS.</summary>
    HostWriteMsr,

    /// <summary>KVM_SET_LAPIC.</summary>
    HostWritePage,

    /// <summary>KVM_GET_LAPIC.</summary>
    Lapic,

    /// <summary>KVM_GET_MP_STATE.</summary>
    RunState,

    /// <summary>KVM_GET_SREGS.</summary>
    SystemRegisters,

    /// <summary>Time passes.</summary>
    Wait,
}
