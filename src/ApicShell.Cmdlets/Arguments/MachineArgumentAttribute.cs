using System;
using System.Management.Automation;
using ApicShell.Errors;
using ApicShell.State;

namespace ApicShell.Arguments;

/// <summary>Takes a machine by its name as well as by its handle.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MachineArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return data switch
        {
            string name => Find(name),
            object[] array => Array.ConvertAll(array, one => Transform(engineIntrinsics, one)),
            _ => data,
        };
    }

    private static ApicMachine Find(string name) => RunspaceState.Current.Find(name)
        ?? throw new ArgumentTransformationMetadataException(ApicErrors.MachineNotFound(name).Message);
}
