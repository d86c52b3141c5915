using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;

namespace ApicShell.Arguments;

/// <summary>
/// Refuses null, and an array in an array, where words of an enum are wanted. The engine makes an enum's value of an array by making one of each item, however
/// deep arrays stand in arrays, and one that holds itself ends the process. Every parameter of such a type has this attribute.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FlatArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a value is one, or an array of such.</summary>
    public static bool IsFlat(object? value) =>
        Unwrapped.Of(value) is not IEnumerable items || items is string || items.Cast<object?>().All(item => Unwrapped.Of(item) is not IEnumerable or string);

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is null ? throw new ArgumentTransformationMetadataException("Null is no value. Leave the parameter out, or give one that Tab offers.")
        : IsFlat(inputData) ? inputData
        : throw new ArgumentTransformationMetadataException("An array in an array is no value. Give one array, as in A, B.");
}
