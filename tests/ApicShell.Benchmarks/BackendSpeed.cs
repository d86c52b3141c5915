using System;
using ApicShell.Architecture;
using ApicShell.Campaigns;
using ApicShell.Emulation;
using ApicShell.Kvm;
using ApicShell.Kvm.Threads;

namespace ApicShell.Benchmarks;

/// <summary>What the emulator and the kernel's KVM do in a second: accesses, machines, and scripts of a campaign.</summary>
internal static class BackendSpeed
{
    private const int Accesses = 20_000;
    private const int Machines = 50;
    private const int Scripts = 100;

    public static int Measure()
    {
        ReadAll("Emulator", Backends.Emulator.Make(new(), [0]));
        Medians.Print("Emulator, a machine made", Machines, count => Make(count, Backends.Emulator));
        Campaigns("Emulator/Emulator", Backends.Emulator);
        if (Backends.HasKvm("Kvm"))
        {
            MeasureKvm();
        }

        return 0;
    }

    private static void MeasureKvm()
    {
        using (KvmMachine machine = Backends.NewKvm(new(), [0], null))
        {
            ReadAll("Kvm, from another thread", machine);
        }

        using (KvmMachine machine = Backends.NewKvm(new(), [0], null))
        {
            machine.Thread.Run(() => ReadAll("Kvm, on its thread", machine));
        }

        var own = new CampaignMachine("Kvm", static (traits, ids) => Backends.NewKvm(traits, ids, null));
        Medians.Print("Kvm, a machine made and removed", Machines, count => Make(count, own));
        using var thread = new VcpuThread();
        thread.Run(() => Medians.Print("Kvm, the same on a thread that is there", Machines, count => Make(count, Backends.Kvm(thread))));
        thread.Run(() => Campaigns("Emulator/Kvm", Backends.Kvm(thread)));
    }

    private static void ReadAll(string name, IMachine machine)
    {
        Medians.Print($"{name}, load of the version", Accesses, count => Read(machine, new(0, Access.ReadMmio(0x030)), count));
        ulong enabled = machine.Peek(0, ApicRegister.ApicBase) | ApicBase.ExtdBit;
        if (!machine.Do(MachineCommand.WriteMsr(0, 0x1B, enabled)).Succeeded)
        {
            throw new InvalidOperationException("No x2APIC mode.");
        }

        Medians.Print($"{name}, RDMSR of the version", Accesses, count => Read(machine, MachineCommand.ReadMsr(0, 0x803), count));
    }

    private static void Read(IMachine machine, MachineCommand command, int count)
    {
        ulong wanted = machine.Do(command).Value;
        for (int i = 0; i < count; i++)
        {
            if (wanted == 0 || machine.Do(command).Value != wanted)
            {
                throw new InvalidOperationException("The machine did not do what is to be measured.");
            }
        }
    }

    private static void Make(int count, CampaignMachine machine)
    {
        for (int i = 0; i < count; i++)
        {
            (machine.Make(new(), [0]) as IDisposable)?.Dispose();
        }
    }

    /// <summary>Scripts of seed 1 from the first on; what shows a difference is shrunk, as in every campaign.</summary>
    private static void Campaigns(string name, CampaignMachine second) => Medians.Print(
        $"{name}, a script of a campaign",
        Scripts,
        count => Campaign.Run(new() { Seed = 1 }, Backends.Emulator, second, new() { MostScripts = count, Known = KvmKinds.All }));
}
