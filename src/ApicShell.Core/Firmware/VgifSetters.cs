using System;

namespace ApicShell.Firmware;

/// <summary>Who sets VGIF in the VMSAs that it makes or is given. While VGIF is 0 a guest never takes what waits in V_INTR.</summary>
[Flags]
public enum VgifSetters : byte
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>The SVSM, in the bootstrap processor's.</summary>
    SvsmForBootProcessor = 1 << 0,

    /// <summary>The SVSM, in one that a guest gives it for another processor (SVSM_CORE_CREATE_VCPU).</summary>
    SvsmForAps = 1 << 1,

    /// <summary>Firmware, in those that it makes for other processors.</summary>
    Firmware = 1 << 2,

    /// <summary>The guest's kernel, in those that it makes for other processors.</summary>
    Kernel = 1 << 3,
}
