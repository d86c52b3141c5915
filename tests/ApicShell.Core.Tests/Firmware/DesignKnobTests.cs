using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ApicShell.Architecture;
using ApicShell.Exploration;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The one table of a design's knobs: nothing that a run depends on is in no row, and a row reaches all that go through it.</summary>
public class DesignKnobTests
{
    // Every knob matters in it.
    private static readonly ApicDesign s_base = new() { Name = "Base", ResetMode = ApicMode.X2Apic, ResetBy = ResetOwner.Kvm };

    public static TheoryData<string> Knobs => [.. DesignKnob.All.Where(knob => knob.Parties.Count > 0).Select(knob => knob.Name)];

    public static TheoryData<string> Designs => [.. DesignCatalogue.All.Select(design => design.Name)];

    [Fact]
    public void Every_property_of_a_design_but_its_name_is_turned_by_one_knob()
    {
        PropertyInfo[] properties = [.. typeof(ApicDesign).GetProperties().Where(property => property.CanWrite)];

        string[] turned = [.. DesignKnob.All.SelectMany(knob => properties.Where(property => !Equals(property.GetValue(s_base), property.GetValue(Turned(knob, s_base)))))
            .Select(property => property.Name)];

        Assert.Equal(properties.Select(property => property.Name).Where(name => name != nameof(ApicDesign.Name)).Order(), turned.Order());
    }

    [Fact]
    public void Every_row_has_names_of_its_own_and_an_effect() => Assert.All(DesignKnob.All, knob =>
    {
        Assert.Same(knob, DesignKnob.Find(knob.Name.ToUpperInvariant()));
        Assert.Single(DesignKnob.All, one => one.Name == knob.Name);
        Assert.EndsWith(".", knob.Effect, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Knobs))]
    public void A_knob_that_is_turned_changes_identity_text_and_view(string name)
    {
        DesignKnob knob = DesignKnob.Find(name)!;
        ApicDesign turned = Turned(knob, s_base);

        Assert.NotEqual(Identity(s_base), Identity(turned));
        Assert.NotEqual(knob.Write(s_base), knob.Write(turned));
        Assert.NotEqual(DesignKnob.ChangesOf(s_base), DesignKnob.ChangesOf(turned));
        Assert.All(DesignKnob.All.Where(other => other != knob), other => Assert.Equal(other.Write(s_base), other.Write(turned)));
    }

    [Theory]
    [MemberData(nameof(Knobs))]
    public void No_two_values_stand_in_the_identity_alike(string name)
    {
        DesignKnob knob = DesignKnob.Find(name)!;

        Assert.Equal(knob.Values.Count, knob.Values.Select(value => DesignKnob.IdentityOf(knob.Read(s_base, value)!)).Distinct().Count());
    }

    [Fact]
    public void Words_about_a_design_make_no_other_search() => Assert.All(
        DesignKnob.All.Where(knob => knob.Parties.Count == 0), knob => Assert.Equal(Identity(s_base), Identity(Turned(knob, s_base))));

    [Theory]
    [MemberData(nameof(Knobs))]
    public void A_value_comes_back_from_text_as_it_was(string name)
    {
        DesignKnob knob = DesignKnob.Find(name)!;
        ApicDesign turned = Turned(knob, s_base);

        ApicDesign again = knob.Read(s_base, knob.Write(turned))!;

        Assert.All(DesignKnob.All, one => Assert.Equal(one.Write(turned), one.Write(again)));
        Assert.Equal(turned.Firmware.Select(change => change.Instead is null), again.Firmware.Select(change => change.Instead is null));
        if (knob.Values.Count > 0)
        {
            Assert.Null(knob.Read(s_base, "no such thing"));
            Assert.Null(knob.Read(s_base, "99"));
            Assert.Null(knob.Read(s_base, $"{knob.Values[0]}, {knob.Values[0]}"));
        }
    }

    [Fact]
    public void Knobs_that_do_not_fit_each_other_are_refused()
    {
        Assert.Contains("ResetMode says no mode", Refused(new() { ResetBy = ResetOwner.Host }), StringComparison.Ordinal);
        Assert.Contains("mode Invalid", Refused(new() { ResetMode = ApicMode.Invalid }), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void Designs_of_the_catalogue_pass_the_check(string design) => DesignCheck.Whole(DesignCatalogue.Find(design)!);

    private static string Refused(ApicDesign design) => Assert.Throws<DesignException>(() => DesignCheck.Whole(design)).Message;

    /// <summary>The identity of a search that begins after SEC: firmware's steps of that phase are in the state it begins from.</summary>
    private static Fingerprint Identity(ApicDesign design)
    {
        ApicBoot boot = BootCatalogue.Find("OvmfSmall")!;
        return new DesignSpace(new(design, new(), 1, [StepGrammar.Parse("read Id")]) { Before = [boot with { Phases = [boot.Phases[0]] }] }).Identity;
    }

    /// <summary>The design with another value of a knob.</summary>
    private static ApicDesign Turned(DesignKnob knob, ApicDesign design) => knob.Get(design) switch
    {
        null => knob.Read(design, knob.Values.Count > 0 ? knob.Values[knob.Values.Count - 1] : "1")!,
        string => knob.Set(design, "other"),
        IReadOnlyList<string> names => knob.Set(design, (string[])[.. names, "other"]),
        bool isOn => knob.Set(design, !isOn),
        Enum value => knob.Read(design, knob.Values.First(one => one != $"{value}"))!,
        IReadOnlyList<MachineStep> => knob.Set(design, new[] { StepGrammar.Parse("svsm setup") }),
        IReadOnlyList<PhaseChange> => knob.Set(
            design, new[] { new PhaseChange("SEC", [StepGrammar.Parse("change Svr 0 0x1FF")], []), new PhaseChange("PEI", []) { BeforeAps = [StepGrammar.Parse("aps: follow")] } }),
        var other => throw new NotSupportedException($"No other value than {other} of {knob.Name} is known here."),
    };
}
