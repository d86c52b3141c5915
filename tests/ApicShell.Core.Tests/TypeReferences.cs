using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace ApicShell.Tests;

/// <summary>Every type that a compiled type refers to, by whatever way: signatures, bodies, attributes, constants, generic arguments.</summary>
internal static class TypeReferences
{
    /// <summary>The types, with the member that refers to each.</summary>
    public static IEnumerable<(string Member, TypeReference Type)> Of(TypeDefinition type)
    {
        IEnumerable<TypeReference?> own =
            [type.BaseType, .. type.Interfaces.Select(one => one.InterfaceType), .. type.Interfaces.SelectMany(Attributes), .. Attributes(type), .. Constraints(type)];
        return At(type.FullName, own)
            .Concat(type.Fields.SelectMany(field => At(field.FullName, [field.FieldType, .. Attributes(field)])))
            .Concat(type.Properties.SelectMany(property => At(property.FullName, [property.PropertyType, .. Attributes(property)])))
            .Concat(type.Events.SelectMany(one => At(one.FullName, [one.EventType, .. Attributes(one)])))
            .Concat(type.Methods.SelectMany(method => At(method.FullName, [.. Signature(method), .. Body(method)])));
    }

    private static IEnumerable<(string Member, TypeReference Type)> At(string member, IEnumerable<TypeReference?> types) =>
        types.SelectMany(Parts).Select(type => (member, type));

    private static IEnumerable<TypeReference?> Signature(MethodDefinition method) =>
        [.. Operand(method), .. Attributes(method), .. Attributes(method.MethodReturnType), .. method.Parameters.SelectMany(Attributes), .. Constraints(method),
            .. method.Overrides.SelectMany(Operand)];

    private static IEnumerable<TypeReference?> Body(MethodDefinition method) => !method.HasBody ? []
        :
        [
            .. method.Body.Variables.Select(variable => variable.VariableType),
            .. method.Body.ExceptionHandlers.Select(handler => handler.CatchType),
            .. method.Body.Instructions.SelectMany(instruction => Operand(instruction.Operand)),
        ];

    /// <summary>The types that an instruction names: its own, or those of the member that it uses.</summary>
    private static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        CallSite site => [site.ReturnType, .. site.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) => provider.GenericParameters.SelectMany(
        parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType).Concat(Attributes(parameter)));

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) => provider.CustomAttributes.SelectMany(
        attribute => attribute.ConstructorArguments
            .Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument))
            .SelectMany(Argument).Append(attribute.AttributeType));

    private static IEnumerable<TypeReference?> Argument(CustomAttributeArgument argument) =>
        [argument.Type, .. argument.Value switch
        {
            TypeReference type => [type],
            CustomAttributeArgument boxed => Argument(boxed),
            CustomAttributeArgument[] many => many.SelectMany(Argument),
            _ => [],
        }];

    /// <summary>The type itself without arrays, pointers, by-references and modifiers, and its generic arguments likewise.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.Append(generic.ElementType).SelectMany(Parts),
        FunctionPointerType pointer => pointer.Parameters.Select(parameter => parameter.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
        IModifierType modified => Parts(modified.ModifierType).Concat(Parts(modified.ElementType)),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
