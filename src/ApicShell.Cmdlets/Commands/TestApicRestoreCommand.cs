using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Errors;
using ApicShell.Restores;

namespace ApicShell.Commands;

/// <summary>Test-ApicRestore: restores a vCPU's APIC into a fresh machine in some order, and says what is not as it was, by which rule.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ApicRestore")]
[OutputType(typeof(ApicRestoreResult), typeof(bool))]
public sealed class TestApicRestoreCommand : ApicCommand
{
    private RestoreItem[] _items = [];

    /// <summary>The vCPUs.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public ApicVcpu[]? Vcpu { get; set; }

    /// <summary>What is restored, in its order.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(RestoreItemCompleter))]
    [ValidateNotNullOrEmpty]
    public RegisterArgument[] Item { get; set; } = [new(ApicRegister.ApicBase), new(nameof(RestoreItem.Lapic)), new(ApicRegister.TscDeadline)];

    /// <summary>Try every order of the items.</summary>
    [Parameter]
    public SwitchParameter AllOrders { get; set; }

    /// <summary>Give true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _items = [.. Item.Select(ItemOf)];
            if (_items.GroupBy(item => item).FirstOrDefault(same => AllOrders && same.Count() > 1) is { } twice)
            {
                throw ApicErrors.OptionsConflict($"-AllOrders is for items of which each is there once: {twice.Key} is there {twice.Count()} times.");
            }

            if (AllOrders && _items.Length > RestoreOrders.MostItems)
            {
                throw ApicErrors.TooManyItems(_items.Length);
            }
        }
        catch (ApicException error)
        {
            ThrowTerminatingError(error.ToErrorRecord());
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        foreach (ApicVcpu vcpu in OneOf(Vcpu))
        {
            Guard(() => Process(vcpu));
        }
    });

    private static RestoreItem ItemOf(RegisterArgument argument) => string.Equals(argument.ToString(), nameof(RestoreItem.Lapic), StringComparison.OrdinalIgnoreCase)
        ? RestoreItem.Lapic
        : new(RegisterResolver.Register(argument));

    private void Process(ApicVcpu vcpu)
    {
        CheckPresent(vcpu);
        if (vcpu.Machine.Model != ApicModel.Kvm && _items.Contains(RestoreItem.Lapic))
        {
            throw ApicErrors.OptionsConflict($"Lapic is KVM_SET_LAPIC, and machine \"{vcpu.Machine.Name}\" is of model {vcpu.Machine.Model}: name registers, as ApicBase and Tpr.");
        }

        RestoreTrial trial;
        using (vcpu.Machine.Take())
        {
            trial = new(vcpu.Machine.Emulator("The host API played as an experiment"), vcpu.Index);
        }

        foreach (IReadOnlyList<RestoreItem> order in AllOrders ? RestoreOrders.Of(_items) : [_items])
        {
            if (Stopping)
            {
                return;
            }

            var result = new ApicRestoreResult(vcpu, trial.Run(order));
            WriteObject(Quiet ? result.Whole : result);
        }
    }
}
