using System.Linq;
using ApicShell.Scripts;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What is a script, and what is said of a file that is none.</summary>
public class ApicScriptTests
{
    [Fact]
    public void A_form_stands_at_the_place_of_its_verb() =>
        Assert.Equal(System.Enum.GetValues<ScriptVerb>(), ScriptGrammar.Forms.Select(form => form.Verb));

    [Fact]
    public void A_script_is_read_without_comments_and_blanks()
    {
        var script = ApicScript.Parse(["# head", "", "vcpuids 7 0x10 # two", "\tmmiow  1 0XF0 511 2", "reset", "vcpus 2", "wrmsr 1 0x80f 0x1ff"]);
        Assert.Equal("vcpuids 7 0x10\nmmiow 1 0XF0 511 2\nreset\nvcpus 2\nwrmsr 1 0x80f 0x1ff", script.ToString());
        Assert.Equal([3, 4, 5, 6, 7], script.Operations.Select(operation => operation.Line));
        Assert.Equal([-1, 1, -1, -1, 1], script.Operations.Select(operation => operation.Vcpu));
        Assert.Equal([1UL, 0xF0, 511, 1], script.Operations[1].Numbers.Take(3).Append(1UL));
        Assert.Equal(2, script.Operations[1].Size);
    }

    [Theory]
    [InlineData("rdmrs 0 0x802", "rdmrs", "line 2: \"rdmrs\" is no operation; there are reset, vcpus, vcpuids,")]
    [InlineData("rdmsr 0", "", "line 2: \"rdmsr 0\" has 1 words behind \"rdmsr\"; it is written rdmsr V MSR.")]
    [InlineData("settle 0", "", "it is written settle.")]
    [InlineData("vcpuids", "", "it is written vcpuids ID....")]
    [InlineData("mmior 0 0xf0 4 4", "", "it is written mmior V OFFSET [SIZE].")]
    [InlineData("rdmsr 2 0x802", "2", "line 2: there is no vCPU 2; the machine has 2, from 0 on.")]
    [InlineData("rdmsr 0 0x100000000", "0x100000000", "line 2: \"0x100000000\" is no MSR of rdmsr V MSR: a number from 0 to 0xFFFFFFFF.")]
    [InlineData("rdmsr 0 -1", "-1", "line 2: \"-1\" is no MSR")]
    [InlineData("rdmsr 0 0x", "0x", "line 2: \"0x\" is no MSR")]
    [InlineData("mmior 0 0xf0 3", "3", "line 2: \"3\" is no SIZE of mmior V OFFSET [SIZE]: 1, 2, 4, 8.")]
    [InlineData("intr 0 maybe", "maybe", "line 2: \"maybe\" is no off|on of intr V off|on: off, on.")]
    [InlineData("check 0 msr 0x802 is 1", "is", "is no eq|ne|lt|gt of")]
    [InlineData("addvcpu 1", "1", "line 2: APIC ID 0x1 is used twice.")]
    [InlineData("addvcpu 0xffffffff", "0xffffffff", "line 2: \"0xffffffff\" is no ID")]
    [InlineData("wait 99999999999999", "99999999999999", "is no NS of wait NS")]
    public void A_wrong_line_is_named_with_the_word_and_what_is_allowed(string line, string word, string message)
    {
        ScriptFormatException error = Assert.Throws<ScriptFormatException>(() => ApicScript.Parse(["vcpus 2", line]));
        Assert.Equal((2, word), (error.Line, error.Word));
        Assert.Contains(message, error.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vcpus 0")]
    [InlineData("vcpus 65537")]
    [InlineData("vcpuids 1 1")]
    [InlineData("x2apic_api 16")]
    public void A_machine_that_cannot_be_is_refused(string line) =>
        Assert.Equal(1, Assert.Throws<ScriptFormatException>(() => ApicScript.Parse([line])).Line);

    [Fact]
    public void What_the_machine_is_stands_before_what_is_done_to_it()
    {
        ScriptFormatException error = Assert.Throws<ScriptFormatException>(() => ApicScript.Parse(["nop 0", "vcpus 2"]));
        Assert.Equal((2, "vcpus"), (error.Line, error.Word));
        Assert.Single(ApicScript.Parse(["nop 0", "reset", "vcpus 2", "nop 1"]).Operations, operation => operation.Vcpu == 1);
        Assert.Throws<ScriptFormatException>(() => ApicScript.Parse(["vcpus 2", "nop 1", "reset", "nop 1"]));
    }

    [Fact]
    public void Words_that_may_stand_there_are_listed() =>
        Assert.Equal(["kernel", "split"], Assert.Throws<ScriptFormatException>(() => ApicScript.Parse(["irqchip user"])).Allowed);
}
