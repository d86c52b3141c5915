using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests.Walk;

/// <summary>
/// Every parameter of every command is given everything that it does not want. A command takes it, or refuses it by an id that the help
/// has, in a message that a terminal can show; it comes to its end, and what it refuses changes nothing.
/// </summary>
public sealed class WalkTests(WalkSession session) : IClassFixture<WalkSession>
{
    public static TheoryData<string> Commands
    {
        get
        {
            using EngineSession engine = EngineSession.WithModule();
            return [.. engine.Run("(Get-Command -Module ApicShell -CommandType Cmdlet).Name").Output.Select(name => $"{name}").Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Every_parameter_that_has_to_be_given_has_a_good_value() => Assert.Empty(session.Commands
        .SelectMany(WalkSite.Of).SelectMany(site => site.Needed.Where(needed => GoodValues.Of(site.Command, needed) is null).Select(needed => $"{site.Command} -{needed}")).Distinct());

    [Fact]
    public void Every_parameter_of_an_enum_refuses_an_array_in_an_array() => Assert.Empty(session.Commands
        .SelectMany(command => command.Parameters.Values.Where(parameter => IsEnum(parameter.ParameterType) && !Cmdlet.CommonParameters.Contains(parameter.Name) && !IsFlat(parameter))
            .Select(parameter => $"{command.Name} -{parameter.Name}")));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_takes_any_value_or_refuses_it_by_an_id_and_changes_nothing(string command)
    {
        CmdletInfo cmdlet = session.Commands.Single(one => one.Name == command);
        IReadOnlyList<WalkSite> sites = [.. WalkSite.Of(cmdlet)];

        int before = session.Count;

        string[] wrong = [.. sites.SelectMany(session.Walk)];

        Assert.InRange(session.Count - before, sites.Count * (HostileValues.All.Count - 1), int.MaxValue);
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong.Prepend($"{wrong.Length} of {session.Count - before} values went wrong:")));
    }

    private static bool IsFlat(ParameterMetadata parameter) => parameter.Attributes.Any(one => one.GetType().Name == "FlatArgumentAttribute");

    private static bool IsEnum(Type type) => (Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type).IsEnum;
}
