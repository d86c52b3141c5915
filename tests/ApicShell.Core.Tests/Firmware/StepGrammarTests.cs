using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Firmware;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The language of steps: what is written is what is read, and what is wrong is named.</summary>
public class StepGrammarTests
{
    private static readonly string[] s_prefixes = ["", "v1: ", "v65535: ", "aps: ", "all: "];

    public static TheoryData<string> Verbs => [.. Enum.GetNames<StepVerb>()];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_form_is_read_as_it_is_written(string verb)
    {
        StepForm form = StepGrammar.FormOf(Enum.Parse<StepVerb>(verb));
        Assert.Equal(verb, form.Verb.ToString());
        Assert.NotEmpty(form.Summary);
        foreach (string prefix in s_prefixes)
        {
            foreach (string condition in StepGrammar.Conditions.Select(word => $"when {word} ").Prepend(""))
            {
                foreach (string operands in Operands(form.Operands))
                {
                    string text = $"{prefix}{condition}{form.Words}{operands}";
                    MachineStep step = StepGrammar.Parse(text);
                    Assert.Equal(form.Verb, step.Verb);
                    Assert.Equal(text, step.ToString());
                    Assert.Equal(step, StepGrammar.Parse($"  {text.ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)}  # why"));
                }
            }
        }
    }

    [Property(MaxTest = 2000)]
    public Property A_step_survives_its_text() => Prop.ForAll(RandomSteps.All.ToArbitrary(), step => StepGrammar.Parse(step.ToString()) == step);

    [Fact]
    public void Every_verb_has_one_form_and_every_form_words_of_its_own()
    {
        Assert.Equal(Enum.GetValues<StepVerb>(), StepGrammar.Forms.Select(form => form.Verb));
        Assert.Equal(StepGrammar.Forms.Count, StepGrammar.Forms.Select(form => form.Words).Distinct().Count());
        Assert.Equal(["change REGISTER CLEAR VALUE", "take [VECTOR]", "start vN|others"],
            new[] { StepVerb.Change, StepVerb.Take, StepVerb.StartAp }.Select(verb => StepGrammar.Usage(StepGrammar.FormOf(verb))));
    }

    [Theory]
    [InlineData("", "the line is empty", "")]
    [InlineData("  # nothing", "the line is empty", "")]
    [InlineData("v1:", "the line is empty", "")]
    [InlineData("raed Id", "\"raed\" is no verb. Steps begin with read, write", "raed")]
    [InlineData("host moed X2Apic", "\"host moed\" is no verb", "host moed")]
    [InlineData("when snpp read Id", "\"snpp\" is no condition. Conditions are ai, snp, native, aps", "snpp")]
    [InlineData("when", "\"\" is no condition", "")]
    [InlineData("read Idd", "\"Idd\" is no register of the page", "Idd")]
    [InlineData("read ApicBase", "\"ApicBase\" is no register of the page", "ApicBase")]
    [InlineData("read 2", "\"2\" is no register of the page", "2")]
    [InlineData("read", "it lacks REGISTER: \"read REGISTER\"", "")]
    [InlineData("change Svr 0xFF", "it lacks VALUE", "")]
    [InlineData("read Id 5", "\"5\" is too much for \"read REGISTER\"", "")]
    [InlineData("mode X3Apic", "\"X3Apic\" is no mode. Modes are Disabled, XApic and X2Apic", "X3Apic")]
    [InlineData("mode Invalid", "\"Invalid\" is no mode", "Invalid")]
    [InlineData("mode 2", "\"2\" is no mode", "2")]
    [InlineData("handler Windows", "\"Windows\" is no #VC handler. Handlers are Edk2, Proposal", "Windows")]
    [InlineData("ipi 0x41 1", "\"1\" is no vCPU. vCPUs are v0, v1 and so on, or others", "")]
    [InlineData("ipi 0x41 v65536", "\"v65536\" is no vCPU", "")]
    [InlineData("ipi 0x100 v1", "\"0x100\" is no VECTOR: a number from 0 to 0xFF", "")]
    [InlineData("take 256", "\"256\" is no VECTOR", "")]
    [InlineData("cr8 16", "\"16\" is no CR8: a number from 0 to 0xF", "")]
    [InlineData("write Tpr 0x100000000", "is no VALUE: a number from 0 to 0xFFFFFFFF", "")]
    [InlineData("write Tpr -1", "\"-1\" is no VALUE", "")]
    [InlineData("write Tpr 0x", "\"0x\" is no VALUE", "")]
    [InlineData("write Tpr ten", "\"ten\" is no VALUE", "")]
    [InlineData("wrmsr 0x1B 0x10000000000000000", "is no VALUE", "")]
    [InlineData("wrmsr 0x100000000 1", "is no MSR", "")]
    [InlineData("rdpage 0x81", "offset 0x81 is no multiple of 16", "")]
    [InlineData("rdpage 0x1000", "is no OFFSET: a number from 0 to 0xFF0", "")]
    [InlineData("advance 9223372036854775808", "is no NANOSECONDS", "")]
    [InlineData("x1: read Id", "\"x1:\" is no verb", "x1:")]
    public void A_line_that_is_no_step_says_why(string line, string says, string word)
    {
        StepFormatException error = Assert.Throws<StepFormatException>(() => StepGrammar.Parse(line));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"\"{line.Trim()}\" is no step: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Text);
        Assert.Equal(word, error.Word);
        Assert.True(word.Length == 0 || error.Allowed.Count > 0);
    }

    /// <summary>Texts for the operands of a form: the least and the greatest, and nothing where they may be left out.</summary>
    private static IEnumerable<string> Operands(StepOperand[] operands)
    {
        string[] least = [.. operands.Select(operand => Samples(operand)[0])];
        string[] greatest = [.. operands.Select(operand => Samples(operand)[^1])];
        return new[] { least, greatest }.Select(words => string.Concat(words.Where(word => word.Length > 0).Select(word => $" {word}"))).Distinct();
    }

    private static string[] Samples(StepOperand operand) => operand switch
    {
        StepOperand.Register => ["Id", "Ier7", "LvtTimer"],
        StepOperand.Mode => ["Disabled", "XApic", "X2Apic"],
        StepOperand.Handler => ["Edk2", "Linux"],
        StepOperand.Target => ["v0", "v65535", "others"],
        StepOperand.Offset => ["0x0", "0xFF0"],
        StepOperand.Vector => ["0x0", "0xFF"],
        StepOperand.AnyVector => ["", "0xFF"],
        StepOperand.Nanoseconds => ["", "9223372036854775807"],
        StepOperand.Cr8 => ["0x0", "0xF"],
        StepOperand.LongValue => ["0x0", "0xFFFFFFFFFFFFFFFF"],
        _ => ["0x0", "0xFFFFFFFF"],
    };
}
