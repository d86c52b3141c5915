using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Complete-ApicInterrupt: EOI.</summary>
[Cmdlet(VerbsLifecycle.Complete, "ApicInterrupt", DefaultParameterSetName = CountSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class CompleteApicInterruptCommand : EoiCommand
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

    /// <summary>Write EOI also where the guest may leave it out.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [Parameter(ParameterSetName = AllSet)]
    public SwitchParameter Explicit { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        bool done = Vector is null ? EndNewest(vcpu, All ? InService(vcpu) : Count) : EndThose(vcpu, Vector);
        if (PassThru && done)
        {
            WriteObject(vcpu);
        }
    }

    private bool EndNewest(ApicVcpu vcpu, int count)
    {
        for (int i = 0; i < count; i++)
        {
            bool lazily = !Explicit && MayLeaveOut(vcpu);
            if (Stopping || !ShouldProcess($"vCPU {vcpu}", lazily ? "EOI: clear no_eoi_required" : $"EOI: {EoiWrite.Of(vcpu)}"))
            {
                return false;
            }

            bool idle = InService(vcpu) == 0;
            if (End(vcpu, Explicit) == EoiEnding.Failed)
            {
                return false;
            }

            if (idle)
            {
                WriteWarning($"EOI on vCPU {vcpu}: nothing was in service, so that it ended nothing.");
            }
        }

        return true;
    }

    private bool EndThose(ApicVcpu vcpu, IEnumerable<NumberArgument> vectors)
    {
        foreach (Access write in vectors.Select(vector => EoiWrite.Of(vcpu, (byte)vector.ToUInt64(VectorBits))).ToArray())
        {
            if (Stopping || !ShouldProcess($"vCPU {vcpu}", $"EOI: {write}") || !Execute(vcpu, write).Succeeded)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many vectors are in service in the APIC that an EOI reaches.</summary>
    private static int InService(ApicVcpu vcpu)
    {
        using (vcpu.Machine.Take())
        {
            return vcpu.OwnerOf(ApicRegister.Eoi) == Responder.Svsm
                ? new DeliveringApic(vcpu).InService.Count
                : new ApicVectorSet(vcpu.Machine.Core.StateOf(vcpu.Index, AccessOrigin.Guest), ApicRegister.Isr0).Count;
        }
    }
}
