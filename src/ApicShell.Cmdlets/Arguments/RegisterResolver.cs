using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Errors;

namespace ApicShell.Arguments;

/// <summary>Finds what a <see cref="RegisterArgument"/> names, and what a wrong one may have meant.</summary>
internal static class RegisterResolver
{
    /// <summary>Every register's name, in the order of the page; APIC_BASE and TSC_DEADLINE last.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. RegisterCatalogue.All.Select(row => row.Register.ToString()), nameof(ApicRegister.ApicBase), nameof(ApicRegister.TscDeadline)];

    /// <summary>The MSR number: 0x1B, 0x6E0, or 0x800 to 0xBFF.</summary>
    public static uint Msr(RegisterArgument argument)
    {
        if (argument.Number is { } number)
        {
            return number is ApicMsr.ApicBase or ApicMsr.TscDeadline or (>= ApicMsr.X2First and <= ApicMsr.X2ReservedLast)
                ? number
                : throw ApicErrors.MsrNotApic(number);
        }

        return Named(argument) switch
        {
            ApicRegister.ApicBase => ApicMsr.ApicBase,
            ApicRegister.TscDeadline => ApicMsr.TscDeadline,
            var register => RegisterCatalogue.Find(register)!.Msr,
        };
    }

    /// <summary>The offset in the page: 0 to 0xFFF.</summary>
    public static uint Offset(RegisterArgument argument)
    {
        if (argument.Number is { } number)
        {
            return number <= 0xFFF ? number : throw ApicErrors.OffsetOutOfPage(number);
        }

        ApicRegister register = Named(argument);
        return RegisterCatalogue.Find(register) is { } spec ? (uint)spec.Offset : throw ApicErrors.RegisterNotInPage(register);
    }

    /// <summary>The register that a name, an MSR number or an offset below 0x800 means.</summary>
    public static ApicRegister Register(RegisterArgument argument)
    {
        if (argument.Number is not { } number)
        {
            return Named(argument);
        }

        ApicRegister register = number switch
        {
            ApicMsr.ApicBase => ApicRegister.ApicBase,
            ApicMsr.TscDeadline => ApicRegister.TscDeadline,
            >= ApicMsr.X2First => RegisterCatalogue.AtMsr(number)?.Register ?? ApicRegister.None,
            _ => (number & 0xF) == 0 ? RegisterCatalogue.AtOffset(number)?.Register ?? ApicRegister.None : ApicRegister.None,
        };
        return register != ApicRegister.None ? register : throw ApicErrors.RegisterUnknown(argument.ToString(), []);
    }

    private static ApicRegister Named(RegisterArgument argument)
    {
        // Not Enum.TryParse, which takes lists and signed numbers too.
        string text = argument.ToString().Trim();
        string? name = Names.FirstOrDefault(one => string.Equals(one, text, StringComparison.OrdinalIgnoreCase));
        return name is not null ? (ApicRegister)Enum.Parse(typeof(ApicRegister), name) : throw ApicErrors.RegisterUnknown(text, Suggestion.For(text, Names));
    }
}
