namespace ApicShell.Firmware;

/// <summary>For which vCPUs an SVSM has an APIC that it emulates.</summary>
public enum SvsmApics : byte
{
    /// <summary>For each.</summary>
    EveryVcpu,

    /// <summary>
    /// For the bootstrap processor alone: on any other each call of the APIC protocol ends with UNSUPPORTED_PROTOCOL (coconut-svsm at f4bc4bcd,
    /// snp_fw.rs and cpu/percpu.rs).
    /// </summary>
    BootProcessor,
}
