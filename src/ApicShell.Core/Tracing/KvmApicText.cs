using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>The words of a <see cref="KvmApicWriter"/>: operations, and the answers that are expected of them.</summary>
internal static class KvmApicText
{
    public const string Done = "{\"ok\":true}";

    private const string Fault = "{\"fault\":\"#GP\"}";

    /// <summary>What a reader without the grammar has to know.</summary>
    public static IEnumerable<string> Head(string source) =>
    [
        source,
        "",
        "Operations for the local APICs of a real KVM guest, one a line, V the index of a vCPU. They run one after another; only the vCPU",
        "that is named runs. vCPUs start after RESET with interrupts off.",
        "  vcpus N, vcpuids ID...            vCPUs by number, or by APIC ID",
        "  feature x2apic|tscdl on|off       CPUID Fn0000_0001 ECX[21], ECX[24]",
        "  irqchip split, x2apic_api FLAGS   KVM_CAP_SPLIT_IRQCHIP, KVM_CAP_X2APIC_API",
        "  quirks_off MASK                   KVM_CAP_DISABLE_QUIRKS2",
        "  rdmsr V MSR, wrmsr V MSR VALUE    RDMSR, WRMSR in the guest",
        "  mmior V OFFSET [SIZE], mmiow V OFFSET VALUE [SIZE]",
        "                                    a read or a write in the guest of the page at APIC_BASE; SIZE in bytes, else 4",
        "  tscdl V CYCLES                    WRMSR 0x6E0 with RDTSC + CYCLES",
        "  intr V on|off, nop V              STI or CLI; V runs, and takes what it can",
        "  eoi V off, log V                  no EOI for what is taken; what was taken since",
        "  hrdmsr, hwrmsr                    KVM_GET_MSRS, KVM_SET_MSRS",
        "  cr8w V VALUE                      MOV to CR8 in the guest",
        "  hlapic V OFFSET VALUE             KVM_SET_LAPIC with one word changed",
        "  msi ADDRESS DATA, nmi V, wait NS  KVM_SIGNAL_MSI, KVM_NMI; the host sleeps",
        "Behind #= stands the answer that the model gave: a read's value, ok, the fault, or what the ioctl returns. What depends on the",
        "time that operations take has none.",
        "",
    ];

    /// <summary>The operations that make a machine.</summary>
    public static IEnumerable<string> Configuration(IMachine machine)
    {
        ApicTraits traits = machine.Traits;
        uint[] ids = [.. Enumerable.Range(0, machine.VcpuCount).Select(machine.InitialApicId)];
        bool inOrder = ids.Select((id, index) => id == index).All(same => same);
        yield return inOrder ? $"vcpus {ids.Length}" : $"vcpuids {string.Join(" ", ids)}";
        if (!traits.OffersX2Apic)
        {
            yield return "feature x2apic off";
        }

        if (!traits.OffersTscDeadline || !traits.HasTscDeadline)
        {
            yield return "feature tscdl off";
        }

        if (traits.Model != ApicModel.Kvm)
        {
            yield break;
        }

        KvmQuirks quirks = traits.Quirks;
        if ((quirks & KvmQuirks.EoiBroadcastSuppression) != 0)
        {
            yield return "irqchip split";
        }

        int flags = ((quirks & KvmQuirks.X2Apic32BitIds) != 0 ? 1 : 0) | ((quirks & KvmQuirks.X2ApicBroadcast) == 0 ? 2 : 0);
        if (flags != 0)
        {
            yield return $"x2apic_api {flags}";
        }

        KvmQuirks off = (KvmQuirks.Lint0Reenabled | KvmQuirks.LapicMmioHole) & ~quirks;
        if (off != KvmQuirks.None)
        {
            yield return $"quirks_off {(int)off}";
        }
    }

    /// <summary>An access as an operation.</summary>
    public static string Operation(int vcpu, in Access access, ulong clock)
    {
        if (access.Kind == AccessKind.Mmio)
        {
            return $"{(access.IsWrite ? "mmiow" : "mmior")} {vcpu} 0x{access.Address:x}"
                + (access.IsWrite ? $" 0x{access.Value:x}" : "") + (access.Size == 4 ? "" : $" {access.Size}");
        }

        if (access is { Address: ApicMsr.TscDeadline, IsWrite: true, Origin: AccessOrigin.Guest } && access.Value > clock)
        {
            return $"tscdl {vcpu} {access.Value - clock}";
        }

        string host = access.Origin == AccessOrigin.Host ? "h" : "";
        return $"{host}{(access.IsWrite ? "wrmsr" : "rdmsr")} {vcpu} 0x{access.Address:x}" + (access.IsWrite ? $" 0x{access.Value:x}" : "");
    }

    /// <summary>The answer as a part of the recorder's line; null where there is nothing to compare.</summary>
    public static string? Expected(in Access access, in Answer answer) => answer.Outcome switch
    {
        Outcome.Rejected => "{\"rc\":0}",
        Outcome.Fault => Fault,
        Outcome.Undefined => null,
        _ when access.Origin == AccessOrigin.Host => access.IsWrite ? "{\"rc\":1}"
            : DependsOnTime(access, answer.Value) ? null : $"{{\"rc\":1,\"value\":\"0x{answer.Value:x}\"}}",
        _ when access.IsWrite => Done,
        _ => DependsOnTime(access, answer.Value) ? null : Value(answer.Value),
    };

    public static string Value(ulong value) => $"{{\"value\":\"0x{value:x}\"}}";

    /// <summary>Whether a value read depends on the time that operations take: a running count, or an armed deadline.</summary>
    public static bool DependsOnTime(in Access access, ulong value) =>
        value != 0 && access.Register is ApicRegister.TimerCurrent or ApicRegister.TscDeadline;

    /// <summary>What was done to a machine, for a comment.</summary>
    public static string Name(in MachineCommand action) => action.Kind switch
    {
        CommandKind.DirectMessage => $"vCPU {action.Vcpu}, a message straight to it: data 0x{action.Message.MsiData:X}",
        CommandKind.Pin => $"vCPU {action.Vcpu}, LINT{action.Address} {((action.Data & 0x100) != 0 ? "asserted" : "released")}",
        CommandKind.LocalInterrupt => $"vCPU {action.Vcpu}, an interrupt by {(ApicRegister)action.Address}",
        CommandKind.Pause => $"vCPU {action.Vcpu}, {(action.Data != 0 ? "stopped by the host" : "let go on")}",
        CommandKind.InterruptShadow => $"vCPU {action.Vcpu}, an interrupt shadow {(action.Data != 0 ? "on" : "off")}",
        CommandKind.Init => $"vCPU {action.Vcpu}, INIT by the host",
        CommandKind.Startup => $"vCPU {action.Vcpu}, a start-up by the host",
        CommandKind.Reset => $"vCPU {action.Vcpu}, RESET",
        CommandKind.Added => $"vCPU {action.Vcpu} was added; the script has it from its start",
        CommandKind.Restored => "the machine went back to a checkpoint; the script does not",
        _ => action.Kind.ToString(),
    };
}
