using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Compare-ApicModel: in what two models differ, with the source on both sides.</summary>
[Cmdlet(VerbsData.Compare, "ApicModel")]
[OutputType(typeof(ApicModelDifference))]
public sealed class CompareApicModelCommand : ApicCommand
{
    /// <summary>The two models.</summary>
    [Parameter(Position = 0)]
    [ValidateCount(2, 2)]
    [FlatArgument]
    public ApicModel[] Model { get; set; } = [ApicModel.Kvm, ApicModel.Amd];

    /// <summary>Only these registers, by name with wildcards, or by number.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public RegisterArgument[]? Register { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        List<ApicRegister>? wanted = Register is null ? null : Matching(Register);
        var others = ModelAspect.Of(Model[1]).ToDictionary(aspect => (aspect.Register, aspect.Aspect));
        foreach (ModelAspect aspect in ModelAspect.Of(Model[0]))
        {
            bool asked = wanted is null || (aspect.Register is { } register && wanted.Contains(register));
            if (asked && others.TryGetValue((aspect.Register, aspect.Aspect), out ModelAspect? other) && other.Value != aspect.Value)
            {
                WriteObject(new ApicModelDifference(aspect.Register, aspect.Aspect, new(Model[0], aspect), new(Model[1], other)));
            }
        }
    }
}
