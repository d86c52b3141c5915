using System;
using System.Management.Automation;

namespace ApicShell.Arguments;

/// <summary>Takes a number as seconds where a time span is wanted; PowerShell itself takes it as ticks.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            int seconds => TimeSpan.FromSeconds(seconds),
            long seconds when seconds < int.MaxValue => TimeSpan.FromSeconds(seconds),
            double seconds when seconds < int.MaxValue => TimeSpan.FromSeconds(seconds),
            _ => inputData,
        };
}
