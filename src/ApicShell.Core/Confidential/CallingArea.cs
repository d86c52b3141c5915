using System.Runtime.InteropServices;

namespace ApicShell.Confidential;

/// <summary>The calling area that a guest shares with the SVSM: 8 bytes (coconut-svsm requests.rs; edk2 lacks byte 2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
public struct CallingArea
{
    /// <summary>Byte 0: not 0 while a call waits.</summary>
    public byte CallPending;

    /// <summary>Byte 1: not 0 when the SVSM has memory to give back.</summary>
    public byte MemoryAvailable;

    /// <summary>Byte 2: not 0 when the guest may leave out the EOI it would write next, by clearing it.</summary>
    public byte NoEoiRequired;
}
