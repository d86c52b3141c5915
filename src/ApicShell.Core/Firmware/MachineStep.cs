using ApicShell.Architecture;

namespace ApicShell.Firmware;

/// <summary>Where a step holds.</summary>
public enum StepCondition : byte
{
    /// <summary>Everywhere.</summary>
    Always,

    /// <summary>Where Alternate Injection is on for the vCPU.</summary>
    Injection,

    /// <summary>On SEV-SNP.</summary>
    Snp,

    /// <summary>On platform Native.</summary>
    Native,

    /// <summary>Where the machine has more than one vCPU.</summary>
    Aps,
}

/// <summary>Who does a step, among the vCPUs.</summary>
public enum StepVcpus : byte
{
    /// <summary>The vCPU that the step names.</summary>
    One,

    /// <summary>Every vCPU but the first, in order.</summary>
    Aps,

    /// <summary>Every vCPU, in order.</summary>
    All,
}

/// <summary>
/// One step of a boot, a design or a search: who does what, as plain data. Written as a line of text, <c>v1: change LvtTimer 0x10000 0x20</c>, by
/// <see cref="StepGrammar"/>.
/// </summary>
/// <param name="Verb">What is done.</param>
/// <param name="Vcpu">Index of the vCPU, where <paramref name="Vcpus"/> is One.</param>
/// <param name="Vcpus">Which vCPUs do it.</param>
/// <param name="Condition">Where it holds.</param>
/// <param name="Register">The register, of a step that has one.</param>
/// <param name="Number">MSR number, offset, mode, or index of another vCPU; by verb.</param>
/// <param name="Clear">Bits that a change clears first.</param>
/// <param name="Value">What is written, set or sent; of a take the vector that is expected, 0 for any; nanoseconds of an advance, 0 to the next timer.</param>
public readonly record struct MachineStep(
    StepVerb Verb,
    int Vcpu = 0,
    StepVcpus Vcpus = StepVcpus.One,
    StepCondition Condition = StepCondition.Always,
    ApicRegister Register = ApicRegister.None,
    uint Number = 0,
    uint Clear = 0,
    ulong Value = 0)
{
    /// <summary>The mode that a mode step is for.</summary>
    public ApicMode TargetMode => (ApicMode)Number;

    /// <summary>The step as it is written.</summary>
    public override string ToString() => StepGrammar.Write(this);
}
