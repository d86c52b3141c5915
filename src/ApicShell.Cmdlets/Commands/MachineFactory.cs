using System;
using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Commands;

/// <summary>Makes machines for the commands, with their errors.</summary>
internal static class MachineFactory
{
    /// <summary>APIC IDs for a machine: those given, else 0, 1, 2 and so on, or the next free ones of a machine that has some.</summary>
    public static IReadOnlyList<uint> ApicIds(NumberArgument[]? given, int? count, ApicMachine? machine)
    {
        if (given is { Length: > 0 } && count is { } asked && asked != given.Length)
        {
            throw ApicErrors.OptionsConflict($"{given.Length} APIC IDs do not fit {asked} vCPUs. Give one ID for each, or leave the count out.");
        }

        int wanted = given is { Length: > 0 } ? given.Length : count ?? 1;
        int present = machine?.VcpuCount ?? 0;
        if (wanted < 1 || (long)present + wanted > Machine.MaxVcpuCount)
        {
            throw ApicErrors.VcpuCountInvalid((long)present + wanted);
        }

        return given is { Length: > 0 } ? Array.ConvertAll(given, argument => argument.ToUInt32()) : FreeIds(wanted, machine);
    }

    /// <summary>Refuses the name of a machine that cannot be one, or that another machine has; null is no name yet.</summary>
    public static void CheckName(RunspaceState state, string? name)
    {
        if (name is null)
        {
            return;
        }

        GivenText.CheckName("machine", name);
        if (state.Find(name) is not null)
        {
            throw ApicErrors.MachineNameTaken(name);
        }
    }

    public static ApicMachine Create(string? name, ApicTraits traits, ApicPlatform platform, SnpChoice choice, IReadOnlyList<uint> apicIds)
    {
        RunspaceState state = RunspaceState.Current;
        if (platform == ApicPlatform.SevSnp && traits.Model != ApicModel.Kvm)
        {
            throw ApicErrors.OptionsConflict(
                $"Platform SevSnp has KVM's APIC behind the guest: model {traits.Model} is for platform Native.");
        }

        if (platform == ApicPlatform.Native && choice.FirstGiven is { } option)
        {
            throw ApicErrors.OptionsConflict($"-{option} is for platform SevSnp: a native guest has no VMPLs, and no hypervisor that it asks for features.");
        }

        CheckResetMode(traits);

        CheckName(state, name);
        var core = new Machine(traits, platform == ApicPlatform.SevSnp ? choice.ToPlatform() : new NativePlatform(), apicIds);
        var machine = new ApicMachine(name ?? state.NextName(), core, new MachineLog());
        state.Add(machine);
        return machine;
    }

    /// <summary>A machine of the kernel's KVM.</summary>
    public static ApicMachine CreateOfKernel(string? name, ApicTraits traits, KvmChoice choice, IReadOnlyList<uint> apicIds)
    {
        RunspaceState state = RunspaceState.Current;
        CheckName(state, name);
        ApicMachine machine = KvmBackend.Make(() => name ?? state.NextName(), traits, apicIds, choice);
        state.Add(machine);
        return machine;
    }

    /// <summary>A machine of model Kvm for a command of its own: it is no machine of the session, and its maker removes it.</summary>
    public static ApicMachine CreateAlone(string name, ApicBackend backend, int vcpuCount)
    {
        var traits = new ApicTraits();
        IReadOnlyList<uint> ids = ApicIds(null, vcpuCount, null);
        return backend == ApicBackend.Kvm
            ? KvmBackend.Make(() => name, traits, ids, default)
            : new(name, new Machine(traits, new NativePlatform(), ids), new MachineLog());
    }

    public static IReadOnlyList<ApicVcpu> Add(ApicMachine machine, IReadOnlyList<uint> apicIds)
    {
        if (machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(machine);
        }

        using (machine.Take())
        {
            machine.Core.Add(apicIds);
            return machine.AddHandles();
        }
    }

    /// <summary>A native machine of another model, with the vCPUs and options of a machine; without one, of one vCPU. It is no machine of the session.</summary>
    public static Machine Like(ApicMachine? source, ApicModel model, ApicMode? resetMode)
    {
        ApicTraits traits = source?.Core.Traits ?? new ApicTraits();
        traits = traits with { Model = model, ResetMode = resetMode ?? traits.ResetMode };
        CheckResetMode(traits);
        return new(traits, new NativePlatform(), source is null ? [0] : Array.ConvertAll(source.Vcpu, vcpu => vcpu.ApicId));
    }

    /// <summary>A copy of a machine in its present state. It is no machine of the session.</summary>
    public static Machine Copy(ApicMachine machine)
    {
        using (machine.Take())
        {
            Platform platform = machine.Snp is { } snp ? new SnpPlatform(snp.Scope, snp.Injection, snp.Features, snp.Behavior) : new NativePlatform();
            Machine core = machine.Emulator("A copy of the machine");
            var copy = new Machine(machine.Core.Traits, platform, Array.ConvertAll(machine.Vcpu, vcpu => vcpu.ApicId));
            copy.Restore(core.Checkpoint());
            return copy;
        }
    }

    private static void CheckResetMode(ApicTraits traits)
    {
        if (traits.ResetMode == ApicMode.Invalid || (traits.ResetMode == ApicMode.X2Apic && !traits.OffersX2Apic))
        {
            throw ApicErrors.OptionsConflict($"RESET cannot leave mode {traits.ResetMode}{(traits.OffersX2Apic ? "" : " where x2APIC is not offered")}.");
        }
    }

    private static uint[] FreeIds(int count, ApicMachine? machine)
    {
        var taken = new HashSet<uint>();
        foreach (ApicVcpu vcpu in machine?.Vcpu ?? [])
        {
            taken.Add(vcpu.ApicId);
        }

        uint[] ids = new uint[count];
        uint next = 0;
        for (int i = 0; i < count; i++)
        {
            while (taken.Contains(next))
            {
                next++;
            }

            ids[i] = next++;
        }

        return ids;
    }
}
