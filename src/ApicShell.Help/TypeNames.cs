using System;
using System.Management.Automation;
using System.Text.RegularExpressions;
using Microsoft.PowerShell;

namespace ApicShell.Help;

/// <summary>Names of types as PowerShell's own syntax lines have them: accelerators, and no namespaces.</summary>
internal static partial class TypeNames
{
    /// <summary>The name of a syntax line, as <c>uint[]</c> or <c>ApicVcpu</c>.</summary>
    internal static string Short(Type type) =>
        type == typeof(SwitchParameter) ? nameof(SwitchParameter) : WithoutNamespaces(Language(type));

    /// <summary>The name below INPUTS and OUTPUTS, as <c>System.UInt32</c> or <c>ApicShell.ApicVcpu</c>.</summary>
    internal static string Full(Type type) =>
        Language(type) is var name && name.Contains('.', StringComparison.Ordinal) ? name : Bare(type).ToString();

    internal static string WithoutNamespaces(string name) => Namespace().Replace(name, "");

    internal static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    internal static Type Element(Type type) => Bare(type.IsArray ? type.GetElementType()! : Bare(type));

    private static string Language(Type type) => ToStringCodeMethods.Type(PSObject.AsPSObject(Bare(type)));

    [GeneratedRegex(@"\b(?:[A-Za-z_]\w*\.)+")]
    private static partial Regex Namespace();
}
