using System.Collections.Generic;

namespace ApicShell.Tests.Walk;

/// <summary>Ids of errors that the engine has of its own: it refuses a value before a command sees it.</summary>
internal static class BinderIds
{
    /// <summary>Every id that is taken.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>
    {
        // A value is not of the parameter's type, and cannot be made one.
        "CannotConvertArgument",
        "CannotConvertArgumentNoMessage",

        // Null, empty text or an empty array where that is nothing.
        "ParameterArgumentValidationErrorNullNotAllowed",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
        "ParameterArgumentValidationErrorEmptyArrayNotAllowed",
        "ParameterArgumentValidationErrorEmptyCollectionNotAllowed",

        // The range, the set or the count that a parameter's attributes tell.
        "ParameterArgumentValidationError",

        // The name of a machine that is not there.
        "ParameterArgumentTransformationError",

        // What came through the pipeline is nothing that a parameter takes.
        "InputObjectNotBound",

        // A script block that is to be run with what comes through the pipeline, where nothing comes.
        "ScriptBlockArgumentNoInput",
    };
}
