using System.Collections.Generic;

namespace ApicShell.Emulation;

/// <summary>The APIC IDs of vCPUs that are to be added to a machine.</summary>
public static class ApicIdList
{
    /// <summary>Refuses IDs that a machine cannot have.</summary>
    /// <param name="added">One a vCPU.</param>
    /// <param name="machine">The machine, with the vCPUs that it has; null for a new one.</param>
    /// <param name="most">Most vCPUs that it may have.</param>
    /// <exception cref="MachineException">No vCPU, too many, or an APIC ID that is not allowed.</exception>
    public static void Check(IReadOnlyList<uint> added, IMachine? machine, int most)
    {
        int present = machine?.VcpuCount ?? 0;
        if (added.Count < 1 || added.Count > most - present)
        {
            throw new MachineException(MachineError.VcpuCount, (ulong)(present + added.Count), $"A machine has 1 to {most} vCPUs.");
        }

        var used = new HashSet<uint>();
        for (int vcpu = 0; vcpu < present; vcpu++)
        {
            used.Add(machine!.InitialApicId(vcpu));
        }

        foreach (uint id in added)
        {
            if (id > Machine.MaxApicId)
            {
                throw new MachineException(
                    MachineError.ApicIdBroadcast, id, $"APIC ID 0x{id:X} is the broadcast destination; IDs go from 0 to 0x{Machine.MaxApicId:X}.");
            }

            if (!used.Add(id))
            {
                throw new MachineException(MachineError.ApicIdTwice, id, $"APIC ID 0x{id:X} is used twice.");
            }
        }
    }
}
