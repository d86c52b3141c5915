using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;

namespace ApicShell.Exploration;

/// <summary>What a search through a design goes over: the design, where it is tried, what may be done next, and what must hold. Immutable.</summary>
public sealed class DesignProblem
{
    /// <summary>The most vCPUs that a search has.</summary>
    public const int MostVcpus = 4;

    private static readonly StepVerb[] s_notSearchable = [StepVerb.HotPlug];

    /// <summary>Makes a problem.</summary>
    /// <param name="design">The design.</param>
    /// <param name="environment">Where it is tried.</param>
    /// <param name="vcpuCount">How many vCPUs, 1 to 4.</param>
    /// <param name="letters">What may be done next.</param>
    /// <param name="properties">What must hold.</param>
    /// <exception cref="DesignException">So many vCPUs or a step cannot be searched, or there is no step; the message says why.</exception>
    public DesignProblem(ApicDesign design, BootEnvironment environment, int vcpuCount, IReadOnlyList<MachineStep> letters, DesignProperties properties = DesignProperties.All)
    {
        if (vcpuCount is < 1 or > MostVcpus)
        {
            throw new DesignException(design, $"{vcpuCount} vCPUs cannot be searched: a search has 1 to {MostVcpus}.");
        }

        // The design as it is in the world: a search that is kept must not change with the world's parties.
        (Design, Environment, VcpuCount, Properties) = (environment.Applied(design), environment with { World = null, Scope = null, Timer = null }, vcpuCount, properties);
        Letters = [.. letters.Distinct()];
        if (Letters.Count == 0)
        {
            throw new DesignException(design, "there is nothing that may be done next: the alphabet is empty.");
        }

        foreach (MachineStep letter in Letters)
        {
            Check(letter);
        }
    }

    /// <summary>The design, as it is in the world that it is searched in.</summary>
    public ApicDesign Design { get; }

    /// <summary>Where it is tried.</summary>
    public BootEnvironment Environment { get; }

    /// <summary>How many vCPUs.</summary>
    public int VcpuCount { get; }

    /// <summary>What may be done next.</summary>
    public IReadOnlyList<MachineStep> Letters { get; }

    /// <summary>What must hold.</summary>
    public DesignProperties Properties { get; }

    /// <summary>How guests reach their APICs.</summary>
    public GuestLibrary Library { get; init; } = GuestLibrary.Ovmf;

    /// <summary>What is run before the search begins: boots, in order.</summary>
    public IReadOnlyList<ApicBoot> Before { get; init; } = [];

    /// <summary>Whether vCPUs that can do the same are taken as one where only their numbers differ.</summary>
    public bool FoldsSymmetry { get; init; } = true;

    /// <summary>
    /// Something done to the machine after each step, as a fault of the emulator would: for tests that show that a search finds it.
    /// </summary>
    internal Action<Emulation.Machine, MachineStep, StepReport>? Sabotage { get; init; }

    /// <summary>The machine of the problem, made and booted, from which a search starts.</summary>
    public BootRun Start()
    {
        var run = BootRun.Start(Design, Environment, VcpuCount);
        foreach (ApicBoot boot in Before)
        {
            run.Do(boot);
        }

        return run;
    }

    private void Check(MachineStep letter)
    {
        if (Array.IndexOf(s_notSearchable, letter.Verb) >= 0)
        {
            throw new DesignException(Design, $"\"{letter}\" cannot be searched: the number of vCPUs stays as it is.");
        }

        if (letter.Vcpu >= VcpuCount)
        {
            throw new DesignException(Design, $"\"{letter}\" names vCPU {letter.Vcpu}; the machine has {VcpuCount}.");
        }

        bool hasTarget = letter.Verb is StepVerb.Ipi or StepVerb.NmiIpi or StepVerb.StartAp;
        if (hasTarget && letter.Number != StepGrammar.Others && letter.Number >= VcpuCount)
        {
            throw new DesignException(Design, $"\"{letter}\" names vCPU {letter.Number}; the machine has {VcpuCount}.");
        }

        bool hasVector = letter.Verb is StepVerb.Ipi or StepVerb.SelfIpi or StepVerb.HostEdge or StepVerb.HostLevel;
        if (hasVector && !Environment.IsNative && letter.Value == Confidential.SvsmIpi.NotificationVector)
        {
            throw new DesignException(Design, $"\"{letter}\" has vector 0x{letter.Value:X2}, by which SVSMs have each other called: nobody could tell whose it is.");
        }
    }
}
