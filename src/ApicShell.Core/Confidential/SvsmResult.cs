namespace ApicShell.Confidential;

/// <summary>Result codes of SVSM calls, in RAX (coconut-svsm protocols/errors.rs).</summary>
public enum SvsmResult : uint
{
    /// <summary>The call succeeded.</summary>
    Success = 0,

    /// <summary>To be called again.</summary>
    Incomplete = 0x8000_0000,

    /// <summary>The protocol is not offered to this vCPU.</summary>
    UnsupportedProtocol = 0x8000_0001,

    /// <summary>The protocol has no such call.</summary>
    UnsupportedCall = 0x8000_0002,

    /// <summary>An address, or a register number, is wrong.</summary>
    InvalidAddress = 0x8000_0003,

    /// <summary>A structure has the wrong format.</summary>
    InvalidFormat = 0x8000_0004,

    /// <summary>A parameter is wrong.</summary>
    InvalidParameter = 0x8000_0005,

    /// <summary>The request is not possible now.</summary>
    InvalidRequest = 0x8000_0006,

    /// <summary>To be tried later.</summary>
    Busy = 0x8000_0007,

    /// <summary>APIC protocol: the registration count does not allow it.</summary>
    ApicCannotRegister = 0x8000_1000,
}
