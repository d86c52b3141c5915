using System;
using System.Linq;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Takes a machine by its name as well as by its handle.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MachineArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Unwrapped.Of(inputData) switch
    {
        string name => Find(name),

        // One level, as there is no machine that is several: an array in an array is refused, and so one that holds itself has an end.
        object[] array => Array.ConvertAll(array, one => Unwrapped.Of(one) is string name ? Find(name) : one),
        var data => data!,
    };

    private static ApicMachine Find(string name)
    {
        RunspaceState state = RunspaceState.Current;
        return state.Find(name)
            ?? throw new ArgumentTransformationMetadataException(ApicErrors.MachineNotFound(name, Suggestion.For(name, state.Machines.Select(one => one.Name))).Message);
    }
}
