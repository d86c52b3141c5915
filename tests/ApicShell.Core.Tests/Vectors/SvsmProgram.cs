using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>What one step of a program does; what its value means stands beside it.</summary>
internal enum SvsmOp : byte
{
    /// <summary>WRMSR self IPI: the vector.</summary>
    SelfIpi,

    /// <summary>WRMSR ICR, fixed: the vector, and a target.</summary>
    Ipi,

    /// <summary>WRMSR ICR, NMI: the vector field, and a target.</summary>
    NmiIpi,

    /// <summary>WRMSR TPR: the byte.</summary>
    Tpr,

    /// <summary>WRMSR EOI.</summary>
    Eoi,

    /// <summary>EOI as a guest writes it that knows no_eoi_required.</summary>
    EndLazily,

    /// <summary>RDMSR: the low byte of the MSR number.</summary>
    Read,

    /// <summary>The host posts an edge-triggered vector.</summary>
    HostEdge,

    /// <summary>The host posts a level-triggered vector, where its source waits for no EOI.</summary>
    HostLevel,

    /// <summary>The host posts an NMI.</summary>
    HostNmi,

    /// <summary>Call 4: the vector is allowed.</summary>
    Allow,

    /// <summary>Call 4: the vector is not allowed.</summary>
    Refuse,

    /// <summary>Call 4: every vector is allowed, or with 0 none.</summary>
    AllowAll,

    /// <summary>STI, or with 0 CLI.</summary>
    Interrupts,

    /// <summary>MOV to CR8: the low four bits.</summary>
    Cr8,

    /// <summary>An interrupt shadow begins, or with 0 ends.</summary>
    Shadow,

    /// <summary>The vCPU takes its next event.</summary>
    Take,

    /// <summary>The vCPU begins to take its next event, and an intercept hits.</summary>
    Intercept,

    /// <summary>The vCPU leaves the guest for the SVSM.</summary>
    Exit,

    /// <summary>An intercept hits while the guest takes an exception: its vector.</summary>
    ExitException,

    /// <summary>An intercept hits while the guest runs INT n: the vector.</summary>
    ExitSoftware,

    /// <summary>The vCPU goes on in the guest.</summary>
    Enter,

    /// <summary>The host stops the vCPU, or with 0 lets it go on.</summary>
    Pause,

    /// <summary>Call 1, RCX 0, 1 or 2: asks, deregisters, registers.</summary>
    Configure,

    /// <summary>Alternate Injection is switched on for the vCPU, where it is off.</summary>
    Enable,
}

/// <summary>Whom an IPI is for.</summary>
internal enum IpiTarget : byte
{
    /// <summary>The APIC ID of vCPU 0.</summary>
    First,

    /// <summary>The APIC ID of vCPU 1.</summary>
    Second,

    /// <summary>The APIC ID of vCPU 2.</summary>
    Third,

    /// <summary>An APIC ID that nobody has.</summary>
    Nobody,

    /// <summary>0xFFFFFFFF.</summary>
    Broadcast,

    /// <summary>0xFFFFFFFF in logical mode.</summary>
    LogicalBroadcast,

    /// <summary>The logical ID of vCPU 0.</summary>
    LogicalFirst,

    /// <summary>The logical ID of vCPU 1.</summary>
    LogicalSecond,

    /// <summary>Every member of cluster 0.</summary>
    LogicalCluster,

    /// <summary>Shorthand self.</summary>
    Self,

    /// <summary>Shorthand all including self.</summary>
    All,

    /// <summary>Shorthand all excluding self.</summary>
    AllButSelf,
}

/// <summary>One step of a program.</summary>
internal readonly record struct SvsmStep(SvsmOp Op, int Vcpu = 0, byte Value = 0, IpiTarget Target = IpiTarget.First);

/// <summary>A machine and what is done to it, small enough to be shrunk and printed.</summary>
/// <param name="VcpuCount">1 to 3; the APIC IDs are 0, 3 and 0x1F, so of two clusters.</param>
/// <param name="Scope">Whether the VMPLs share an APIC.</param>
/// <param name="IsPrepared">Whether the SVSM has set up its own APIC, so that it can notify by IPIs.</param>
/// <param name="Steps">What is done.</param>
internal sealed record SvsmProgram(int VcpuCount, ApicScope Scope, bool IsPrepared, IReadOnlyList<SvsmStep> Steps)
{
    /// <summary>APIC IDs of the vCPUs.</summary>
    public static readonly uint[] ApicIds = [0, 3, 0x1F];

    /// <summary>The machine that the program starts from: Alternate Injection on, interrupts on.</summary>
    public Machine NewMachine(SvsmBehavior behavior = SvsmBehavior.None)
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(Scope), ApicIds[..VcpuCount]);
        for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
        {
            if (IsPrepared)
            {
                machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            }

            if (Scope == ApicScope.PerVmpl)
            {
                machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF));
            }
        }

        for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
        {
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal, new(Behavior: behavior));
            machine.SetInterruptFlag(vcpu, true);
        }

        return machine;
    }

    /// <summary>As a script that does the same.</summary>
    public override string ToString() => SvsmProgramText.Of(this, SvsmBehavior.None);
}

/// <summary>Makes random programs, and smaller ones of one that fails.</summary>
internal static class SvsmPrograms
{
    private static readonly SvsmOp[] s_ops = Weighted();

    public static SvsmProgram Random(Random random, int steps) => new(
        random.Next(1, 4),
        (ApicScope)random.Next(2),
        random.Next(4) != 0,
        [.. Enumerable.Range(0, random.Next(1, steps + 1)).Select(_ => Step(random))]);

    /// <summary>Programs that are smaller and do much the same: fewer steps first, then a plainer machine, then plainer steps.</summary>
    public static IEnumerable<SvsmProgram> Smaller(SvsmProgram program)
    {
        int count = program.Steps.Count;
        for (int length = count / 2; length >= 1; length = length == 1 ? 0 : (length + 1) / 2)
        {
            for (int start = 0; start + length <= count; start += length)
            {
                yield return program with { Steps = [.. program.Steps.Take(start), .. program.Steps.Skip(start + length)] };
            }
        }

        if (program.VcpuCount > 1)
        {
            yield return program with { VcpuCount = program.VcpuCount - 1 };
        }

        if (program.Scope != ApicScope.Shared)
        {
            yield return program with { Scope = ApicScope.Shared };
        }

        if (!program.IsPrepared)
        {
            yield return program with { IsPrepared = true };
        }

        for (int i = 0; i < count; i++)
        {
            foreach (SvsmStep step in Smaller(program.Steps[i]))
            {
                yield return program with { Steps = [.. program.Steps.Take(i), step, .. program.Steps.Skip(i + 1)] };
            }
        }
    }

    private static IEnumerable<SvsmStep> Smaller(SvsmStep step)
    {
        if (step.Vcpu > 0)
        {
            yield return step with { Vcpu = 0 };
        }

        if (step.Target > IpiTarget.First)
        {
            yield return step with { Target = IpiTarget.First };
            yield return step with { Target = IpiTarget.Second };
        }

        byte plain = step.Op is SvsmOp.SelfIpi or SvsmOp.Ipi or SvsmOp.NmiIpi or SvsmOp.HostEdge or SvsmOp.HostLevel or SvsmOp.Allow or SvsmOp.Refuse
            ? (byte)0x41 : (byte)1;
        if (step.Value > plain)
        {
            yield return step with { Value = plain };
            yield return step with { Value = (byte)((step.Value + plain) / 2) };
        }
    }

    private static SvsmStep Step(Random random)
    {
        SvsmOp op = s_ops[random.Next(s_ops.Length)];
        byte value = op switch
        {
            SvsmOp.SelfIpi or SvsmOp.Ipi or SvsmOp.NmiIpi or SvsmOp.HostEdge or SvsmOp.HostLevel or SvsmOp.Allow or SvsmOp.Refuse => Vector(random),
            SvsmOp.Interrupts => (byte)(random.Next(3) == 0 ? 0 : 1),
            SvsmOp.Tpr => (byte)(random.Next(2) == 0 ? 0 : random.Next(256)),
            SvsmOp.Cr8 => (byte)(random.Next(2) == 0 ? 0 : random.Next(16)),
            SvsmOp.Read => SvsmRun.Readable[random.Next(SvsmRun.Readable.Length)],
            SvsmOp.Configure => (byte)random.Next(3),
            SvsmOp.ExitException => (byte)random.Next(32),
            SvsmOp.ExitSoftware => (byte)random.Next(256),
            _ => (byte)(random.Next(3) == 0 ? 0 : 1),
        };
        return new(op, random.Next(3), value, (IpiTarget)random.Next(12));
    }

    /// <summary>Many in one class, many equal, some at the edges.</summary>
    private static byte Vector(Random random) => random.Next(8) switch
    {
        0 => (byte)random.Next(256),
        1 => (byte)random.Next(16, 48),
        2 => (byte)(random.Next(2) == 0 ? 31 : SvsmRun.SvsmNotification),
        3 => (byte)(0x40 + random.Next(16)),
        _ => (byte)(0x41 + (0x21 * random.Next(5))),
    };

    private static SvsmOp[] Weighted()
    {
        SvsmOp[] often = [SvsmOp.SelfIpi, SvsmOp.Ipi, SvsmOp.HostEdge, SvsmOp.HostLevel, SvsmOp.EndLazily, SvsmOp.Take, SvsmOp.Take];
        SvsmOp[] seldom = [SvsmOp.Configure, SvsmOp.Refuse, SvsmOp.HostNmi];
        SvsmOp[] all = Enum.GetValues<SvsmOp>();
        return [.. often, .. often, .. often, .. all, .. all.Except(seldom), SvsmOp.AllowAll, SvsmOp.AllowAll, SvsmOp.AllowAll];
    }
}
