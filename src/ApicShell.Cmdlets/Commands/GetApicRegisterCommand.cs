using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicRegister: registers of vCPUs decoded, without side effects; or, with a model and no vCPU, the catalogue.</summary>
[Cmdlet(VerbsCommon.Get, "ApicRegister", DefaultParameterSetName = RegisterSet)]
[OutputType(typeof(ApicRegisterValue), ParameterSetName = [RegisterSet, TargetSet])]
[OutputType(typeof(ApicRegisterInfo), ParameterSetName = [ModelSet])]
public sealed class GetApicRegisterCommand : ApicCommand
{
    private const string RegisterSet = "Register";
    private const string TargetSet = "Target";
    private const string ModelSet = "Model";

    /// <summary>The vCPUs, first by position.</summary>
    [Parameter(ParameterSetName = TargetSet, Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Target { get; set; }

    /// <summary>The vCPUs, through the pipeline or by name.</summary>
    [Parameter(ParameterSetName = RegisterSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>The registers, by name with wildcards, or by number; without any, all that the model has.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 0)]
    [Parameter(ParameterSetName = ModelSet, Position = 0)]
    [Parameter(ParameterSetName = TargetSet, Position = 1)]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public RegisterArgument[]? Register { get; set; }

    /// <summary>The model whose catalogue to give.</summary>
    [Parameter(ParameterSetName = ModelSet, Mandatory = true)]
    [FlatArgument]
    public ApicModel Model { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        IReadOnlyList<ApicRegister> wanted = Wanted();
        if (ParameterSetName == ModelSet)
        {
            foreach (RegisterSpec spec in RegisterCatalogue.All.Where(spec => spec.ExistsIn(Model) && wanted.Contains(spec.Register)))
            {
                WriteObject(new ApicRegisterInfo(spec, Model));
            }

            return;
        }

        foreach (ApicVcpu vcpu in OneOf(Target ?? Vcpu))
        {
            Guard(() => WriteValues(vcpu, wanted));
        }
    });

    private void WriteValues(ApicVcpu vcpu, IReadOnlyList<ApicRegister> wanted)
    {
        CheckPresent(vcpu);
        var values = new List<ApicRegisterValue>();
        using (vcpu.Machine.Take())
        {
            foreach (ApicRegister register in wanted)
            {
                RegisterSpec? spec = RegisterCatalogue.Find(register);
                if (spec?.ExistsIn(vcpu.Machine.Model) ?? (register == ApicRegister.ApicBase || vcpu.Machine.Core.Traits.HasTscDeadline))
                {
                    Responder owner = vcpu.OwnerOf(register);
                    ApicMode mode = vcpu.ModeFor(register);
                    IReadOnlyList<BitField> fields = spec?.FieldsIn(mode)
                        ?? (register == ApicRegister.ApicBase ? RegisterCatalogue.ApicBaseFields : []);
                    values.Add(new(vcpu, register, vcpu.Peek(register), mode, fields, owner));
                }
            }
        }

        WriteObject(values, enumerateCollection: true);
    }

    private List<ApicRegister> Wanted()
    {
        if (Register is null)
        {
            return [ApicRegister.ApicBase, .. RegisterCatalogue.All.Select(spec => spec.Register), ApicRegister.TscDeadline];
        }

        return Matching(Register);
    }
}
