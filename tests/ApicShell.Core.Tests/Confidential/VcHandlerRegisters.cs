using System.Collections.Generic;

namespace ApicShell.Tests;

/// <summary>
/// A register of the page: what coconut-svsm's protocol lets a guest do with it (cpu/apic.rs), and what KVM's APIC does in each mode (lapic.c):
/// r read, w write, rw both, and in xAPIC mode d a write that is dropped and u a read that is undefined.
/// </summary>
internal sealed record VcRegister(uint Offset, string Svsm, string XApic, string X2Apic)
{
    public uint Msr => 0x800 + (Offset >> 4);

    public override string ToString() => $"0x{Offset:X3}";

    public static IEnumerable<VcRegister> All
    {
        get
        {
            VcRegister[] single =
            [
                new(0x020, "r", "rw", "r"),
                new(0x030, "", "rd", "r"),
                new(0x080, "rw", "rw", "rw"),
                new(0x090, "", "rd", ""),
                new(0x0A0, "r", "rd", "r"),
                new(0x0B0, "w", "uw", "w"),
                new(0x0C0, "", "ud", ""),
                new(0x0D0, "r", "rw", "r"),
                new(0x0E0, "", "rw", ""),
                new(0x0F0, "", "rw", "rw"),
                new(0x280, "", "rw", "rw"),
                new(0x300, "rw", "rw", "rw"),
                new(0x310, "", "rw", ""),
                new(0x320, "", "rw", "rw"),
                new(0x330, "", "rw", "rw"),
                new(0x340, "", "rw", "rw"),
                new(0x350, "", "rw", "rw"),
                new(0x360, "", "rw", "rw"),
                new(0x370, "", "rw", "rw"),
                new(0x380, "", "rw", "rw"),
                new(0x390, "", "rd", "r"),
                new(0x3E0, "", "rw", "rw"),
                new(0x3F0, "w", "ud", "w"),
                new(0x400, "", "ud", ""),
                new(0x410, "", "ud", ""),
            ];
            foreach (VcRegister register in single)
            {
                yield return register;
            }

            for (uint offset = 0x100; offset < 0x280; offset += 0x10)
            {
                yield return new(offset, "r", "rd", "r");
            }
        }
    }
}
