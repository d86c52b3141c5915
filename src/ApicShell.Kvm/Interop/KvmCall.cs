namespace ApicShell.Kvm.Interop;

/// <summary>The calls of KVM's API, by the numbers that ioctl takes (include/uapi/linux/kvm.h); named as there, for errors say them.</summary>
internal enum KvmCall : uint
{
#pragma warning disable CA1707
    KVM_GET_API_VERSION = 0xAE00,
    KVM_CREATE_VM = 0xAE01,
    KVM_CHECK_EXTENSION = 0xAE03,
    KVM_GET_VCPU_MMAP_SIZE = 0xAE04,
    KVM_GET_SUPPORTED_CPUID = 0xC008_AE05,

    KVM_CREATE_VCPU = 0xAE41,
    KVM_SET_USER_MEMORY_REGION = 0x4020_AE46,
    KVM_CREATE_IRQCHIP = 0xAE60,
    KVM_SET_BOOT_CPU_ID = 0xAE78,
    KVM_ENABLE_CAP = 0x4068_AEA3,
    KVM_SIGNAL_MSI = 0x4020_AEA5,

    KVM_RUN = 0xAE80,
    KVM_GET_SREGS = 0x8138_AE83,
    KVM_SET_SREGS = 0x4138_AE84,
    KVM_GET_MSRS = 0xC008_AE88,
    KVM_SET_MSRS = 0x4008_AE89,
    KVM_SET_SIGNAL_MASK = 0x4004_AE8B,
    KVM_GET_LAPIC = 0x8400_AE8E,
    KVM_SET_LAPIC = 0x4400_AE8F,
    KVM_SET_CPUID2 = 0x4008_AE90,
    KVM_GET_CPUID2 = 0xC008_AE91,
    KVM_GET_MP_STATE = 0x8004_AE98,
    KVM_SET_MP_STATE = 0x4004_AE99,
    KVM_NMI = 0xAE9A,
    KVM_GET_VCPU_EVENTS = 0x8040_AE9F,
    KVM_SET_VCPU_EVENTS = 0x4040_AEA0,
#pragma warning restore CA1707
}

/// <summary>What KVM_CHECK_EXTENSION is asked for and KVM_ENABLE_CAP turns on; named as in kvm.h.</summary>
internal enum KvmCapability
{
#pragma warning disable CA1707
    KVM_CAP_IRQCHIP = 0,
    KVM_CAP_EXT_CPUID = 7,
    KVM_CAP_MP_STATE = 14,
    KVM_CAP_SET_BOOT_CPU_ID = 34,
    KVM_CAP_VCPU_EVENTS = 41,
    KVM_CAP_MAX_VCPUS = 66,
    KVM_CAP_SYNC_REGS = 74,
    KVM_CAP_SIGNAL_MSI = 77,
    KVM_CAP_X86_SMM = 117,
    KVM_CAP_SPLIT_IRQCHIP = 121,
    KVM_CAP_MAX_VCPU_ID = 128,
    KVM_CAP_X2APIC_API = 129,
    KVM_CAP_DISABLE_QUIRKS2 = 213,
    KVM_CAP_X86_APIC_BUS_CYCLES_NS = 237,
#pragma warning restore CA1707
}
