using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace ApicShell.Help;

/// <summary>Turns what Get-Command says of a cmdlet into a description: parameter sets are exact, because the engine made them.</summary>
internal static class CommandReader
{
    private static readonly HashSet<string> s_closing = new(Cmdlet.OptionalCommonParameters, StringComparer.OrdinalIgnoreCase);

    internal static CommandDescription Read(CmdletInfo cmdlet)
    {
        CommandParameterSetInfo[] sets =
            [.. cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal)];
        ParameterDescription[] parameters = [.. sets.SelectMany(Own).GroupBy(use => use.Name, StringComparer.OrdinalIgnoreCase)
            .Select(uses => ReadParameter([.. uses])).OrderBy(Closes).ThenBy(parameter => parameter.Name, StringComparer.Ordinal)];

        return new CommandDescription(
            cmdlet.Name,
            cmdlet.Verb,
            cmdlet.Noun,
            [.. sets.Select(set => ReadSet(set, parameters))],
            parameters,
            ReadInputs([.. sets.SelectMany(Own)]),
            ReadOutputs(cmdlet.OutputType));
    }

    /// <summary>The parameters of a set that are the cmdlet's own business, WhatIf and Confirm included.</summary>
    private static IEnumerable<CommandParameterInfo> Own(CommandParameterSetInfo set) =>
        set.Parameters.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name) && !IsHidden(parameter, set.Name));

    private static bool IsHidden(CommandParameterInfo parameter, string set) => parameter.Attributes.OfType<ParameterAttribute>()
        .Where(attribute => attribute.ParameterSetName == set || attribute.ParameterSetName == ParameterAttribute.AllParameterSets)
        .Any(attribute => attribute.DontShow);

    private static bool Closes(ParameterDescription parameter) => s_closing.Contains(parameter.Name);

    private static int? PositionOf(CommandParameterInfo use) => use.Position >= 0 ? use.Position : null;

    private static ParameterSetDescription ReadSet(CommandParameterSetInfo set, IReadOnlyList<ParameterDescription> parameters)
    {
        IEnumerable<ParameterUse> uses = Own(set).Select(use => new ParameterUse(
            parameters.First(parameter => parameter.Name.Equals(use.Name, StringComparison.OrdinalIgnoreCase)),
            use.IsMandatory,
            PositionOf(use)));

        return new ParameterSetDescription(set.Name, set.IsDefault, [.. uses.OrderBy(use => use.Position ?? int.MaxValue)
            .ThenByDescending(use => use.IsMandatory)
            .ThenBy(use => Closes(use.Parameter))
            .ThenBy(use => use.Parameter.Name, StringComparer.Ordinal)]);
    }

    private static ParameterDescription ReadParameter(IReadOnlyList<CommandParameterInfo> uses)
    {
        CommandParameterInfo first = uses[0];
        Type element = TypeNames.Element(first.ParameterType);
        IReadOnlyList<string> valid = [.. first.Attributes.OfType<ValidateSetAttribute>().SelectMany(attribute => attribute.ValidValues)];
        return new ParameterDescription(first.Name, TypeNames.Short(first.ParameterType))
        {
            IsMandatory = first.IsMandatory,
            Position = PositionOf(first),
            ByValue = uses.Any(use => use.ValueFromPipeline),
            ByPropertyName = uses.Any(use => use.ValueFromPipelineByPropertyName),
            IsSwitch = first.ParameterType == typeof(SwitchParameter),
            IsArray = first.ParameterType.IsArray,
            AcceptsWildcards = first.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Aliases = [.. first.Aliases.Order(StringComparer.Ordinal)],
            Values = valid.Count > 0 ? valid : element.IsEnum ? Enum.GetNames(element) : [],
            CombinesValues = valid.Count == 0 && element.IsDefined(typeof(FlagsAttribute), inherit: false),
        };
    }

    private static TypeDescription[] ReadInputs(IReadOnlyList<CommandParameterInfo> uses)
    {
        TypeDescription[] byValue = TypesOf(uses.Where(use => use.ValueFromPipeline));
        TypeDescription[] byName = TypesOf(uses.Where(use => use.ValueFromPipelineByPropertyName));
        return [.. byValue, .. byName.Except(byValue).Select(type => type with { IsPropertyOnly = true })];
    }

    private static TypeDescription[] TypesOf(IEnumerable<CommandParameterInfo> uses) =>
        Distinct(uses.Select(use => ReadType(use.ParameterType)));

    /// <summary>The types of the cmdlet's OutputType attributes; an array is what it enumerates to.</summary>
    private static TypeDescription[] ReadOutputs(IEnumerable<PSTypeName> types) => Distinct(types
        .Where(type => type.Type != typeof(void) && type.Name != typeof(void).FullName)
        .Select(type => type.Type is null ? new TypeDescription(type.Name, TypeNames.WithoutNamespaces(type.Name)) : ReadType(type.Type)));

    private static TypeDescription ReadType(Type type)
    {
        Type element = TypeNames.Element(type);
        return new TypeDescription(TypeNames.Full(element), TypeNames.Short(element));
    }

    private static TypeDescription[] Distinct(IEnumerable<TypeDescription> types) =>
        [.. types.Distinct().OrderBy(type => type.FullName, StringComparer.Ordinal)];
}
