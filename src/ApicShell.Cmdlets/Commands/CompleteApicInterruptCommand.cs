using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Complete-ApicInterrupt: EOI.</summary>
[Cmdlet(VerbsLifecycle.Complete, "ApicInterrupt", DefaultParameterSetName = CountSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class CompleteApicInterruptCommand : VcpuCommand
{
    private const string CountSet = "Count";
    private const string AllSet = "All";
    private const string VectorSet = "Vector";
    private const int VectorBits = 8;

    /// <summary>How many EOIs.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>One EOI for each vector in service.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>Vectors that end by AMD's specific EOI.</summary>
    [Parameter(ParameterSetName = VectorSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public NumberArgument[]? Vector { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        IEnumerable<Access> writes = Vector is not null
            ? Vector.Select(vector => EoiWrite.Of(vcpu, (byte)vector.ToUInt64(VectorBits))).ToArray()
            : Enumerable.Repeat(EoiWrite.Of(vcpu), All ? InService(vcpu) : Count);
        foreach (Access write in writes)
        {
            if (Stopping || !ShouldProcess($"vCPU {vcpu}", $"EOI: {write}"))
            {
                return;
            }

            bool idle = Vector is null && InService(vcpu) == 0;
            if (!Execute(vcpu, write).Succeeded)
            {
                return;
            }

            if (idle)
            {
                WriteWarning($"EOI on vCPU {vcpu}: nothing was in service, so that it ended nothing.");
            }
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }

    /// <summary>How many vectors are in service in the APIC that an EOI reaches.</summary>
    private static int InService(ApicVcpu vcpu)
    {
        lock (vcpu.Machine.Gate)
        {
            return vcpu.Machine.Snp is { } platform && platform.IsAlternateInjectionEnabled(vcpu.Index) && platform.HandlerOf(vcpu.Index) == Confidential.VcHandler.Proposal
                ? Enumerable.Range(0, 8).Sum(word => CountOf(platform.PeekSvsm(vcpu.Machine.Core, vcpu.Index, ApicRegister.Isr0 + (byte)word) ?? 0))
                : new ApicVectorSet(vcpu.Machine.Core.StateOf(vcpu.Index, AccessOrigin.Guest), ApicRegister.Isr0).Count;
        }
    }

    private static int CountOf(ulong bits) => bits == 0 ? 0 : 1 + CountOf(bits & (bits - 1));
}
