using System;
using System.Linq;
using ApicShell.Confidential;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Serialization;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Searches as text: those of every design come back, and what is wrong is named.</summary>
public class SearchTextTests
{
    private const int Depth = 3;

    // "write Tpr 0x40" breaks TprView, after one step of one vCPU.
    private static readonly string s_broken = SearchText.Write(Run("None", 4, world: "Edk2"));

    public static TheoryData<string> Designs => [.. DesignCatalogue.All.Select(design => design.Name)];

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_search_comes_back_from_its_text_as_it_was(string design)
    {
        SearchRecord record = Run(design, Depth, BootCatalogue.Find("OvmfSmall")!);

        SearchRecord read = SearchText.Read(SearchText.Write(record));

        Assert.Equivalent(record, read, strict: true);
        Assert.Equal(record.Result.Identity, new DesignSpace(read.Problem).Identity);
    }

    [Fact]
    public void A_part_that_saw_all_and_a_merged_search_come_back_as_what_they_are()
    {
        SearchRecord whole = Run("J", 1000, letters: ["reset"]);
        SearchRecord merged = whole with { Result = SearchResult.Merge([whole.Result]) };

        SearchResult read = SearchText.Read(SearchText.Write(merged)).Result;

        Assert.Equal((SearchStatus.Complete, SearchResult.AnyDepth, true), (read.Status, read.Depth, read.IsMerged));
    }

    /// <summary>A boot of one's own need say nothing about itself and its phases.</summary>
    [Fact]
    public void A_search_after_a_boot_without_title_and_source_comes_back()
    {
        ApicBoot boot = new("Mine", "", 1, null, [new("SEC", GuestLibrary.Ovmf, "", [StepGrammar.Parse("mode X2Apic")]), new("Rest", GuestLibrary.Ovmf, "", [])]);
        SearchRecord record = Run("None", 2, boot);

        SearchRecord read = SearchText.Read(SearchText.Write(record));

        Assert.Equivalent(record, read, strict: true);
        Assert.Equal(record.Result.Status, SearchResult.Merge([read.Result]).Status);
    }

    /// <summary>What is put into the text of a search, in the place of what; the problem, its place, and what the message says.</summary>
    public static TheoryData<string, string, TextProblem, string, string> Wrong => new()
    {
        { "\"format\":\"apicsearch\"", "\"format\":\"apicstate\"", TextProblem.OtherFormat, "format", "\"apicsearch\"" },
        { "\"format\":\"apicsearch\"", "\"format\":7", TextProblem.OtherFormat, "format", "\"apicsearch\"" },
        { "\"format\":\"apicsearch\",", "", TextProblem.OtherFormat, "format", "\"apicsearch\"" },
        { "\"version\":3", "\"version\":4", TextProblem.OtherVersion, "version", "of version 4, and this program reads version 3" },
        { "\"version\":3", "\"version\":\"3\"", TextProblem.OtherVersion, "version", "of version \"3\"" },
        { "\"version\":3,", "", TextProblem.MissingMember, "version", "must be there" },
        { "\"version\":3", "\"version\":3,\"why\":1", TextProblem.UnknownMember, "why", "allowed are format, version, content" },
        { "\"content\":{", "\"content\":7,\"contents\":{", TextProblem.UnknownMember, "contents", "allowed are" },
        { "\"content\":{", "\"content\":[{},", TextProblem.NotJson, "", "from byte" },
        { "\"problem\":{", "\"problem\":null,\"x\":{", TextProblem.UnknownMember, "content.x", "allowed are problem, result, elapsed, rate" },
        { "\"handler\":\"Edk2\"", "\"handler\":\"Edk3\"", TextProblem.WrongValue, "content.problem.design.handler", "\"Edk3\"; allowed is one of " },
        { "\"handler\":\"Edk2\"", "\"handler\":\"1\"", TextProblem.WrongValue, "content.problem.design.handler", "\"1\"; allowed is one of" },
        { "\"handler\":\"Edk2\"", "\"handler\":\"edk2\"", TextProblem.WrongValue, "content.problem.design.handler", "allowed is one of" },
        { "\"handler\":\"Edk2\"", "\"handler\":\"\"", TextProblem.WrongValue, "content.problem.design.handler", "allowed is one of" },
        { "\"handler\":\"Edk2\"", "\"handler\":1", TextProblem.WrongValue, "content.problem.design.handler", "is 1; allowed is one of" },
        { "\"resetBy\":\"Nobody\",", "", TextProblem.MissingMember, "content.problem.design.resetBy", "must be there" },
        { "\"handler\":\"Edk2\"", "\"handler\":\"Edk2\",\"handler\":\"Edk2\"", TextProblem.RepeatedMember, "content.problem.design.handler", "once" },
        { "\"handler\":\"Edk2\"", "\"handler\":\"Edk2\",\"resetMode\":null", TextProblem.WrongValue, "content.problem.design.resetMode", "is null; allowed is one of Disabled, XApic, " },
        { "\"handler\":\"Edk2\"", "\"Handler\":\"Edk2\"", TextProblem.UnknownMember, "content.problem.design.Handler", "handler" },
        { "\"timer\":", "\"behavior\":\"Coconut, Other\",\"timer\":", TextProblem.WrongValue, "content.problem.design.behavior", "one or more of None, NmiSentAsFixed" },
        { "\"timer\":", "\"behavior\":\"32768\",\"timer\":", TextProblem.WrongValue, "content.problem.design.behavior", "one or more of" },
        { "\"source\":\"", "\"source\":null,\"sauce\":\"", TextProblem.UnknownMember, "content.problem.design.sauce", "source" },
        { "\"source\":\"", "\"source\":\"\\ud800", TextProblem.NotJson, "", "surrogate" },
        { "\"title\":\"", "\"titl\\ud800\":\"", TextProblem.NotJson, "", "surrogate" },
        { "\"amendsFigure\":false", "\"amendsFigure\":0", TextProblem.WrongValue, "content.problem.design.amendsFigure", "is 0; allowed is true or false" },
        { "\"name\":\"None\"", "\"name\":null", TextProblem.WrongValue, "content.problem.design.name", "is null; allowed is a name" },
        { "\"name\":\"None\"", "\"name\":\" \"", TextProblem.WrongValue, "content.problem.design.name", "a name is not empty" },
        { "\"source\":\"", "\"source\":\"\\r", TextProblem.WrongValue, "content.problem.design.source", "U+000D stands at 1" },
        { "\"onActivation\":[]", "\"onActivation\":{}", TextProblem.WrongValue, "content.problem.design.onActivation", "allowed is a list" },
        { "\"firmware\":[", "\"firmware\":[7,", TextProblem.WrongValue, "content.problem.design.firmware[0]", "allowed is an object" },
        { "\"firmware\":[", "\"firmware\":[{\"phase\":\"SEC\",\"before\":[]},", TextProblem.MissingMember, "content.problem.design.firmware[0].beforeAps", "must be there" },
        { "\"read Id\"", "\"raed Id\"", TextProblem.WrongValue, "content.problem.letters[1]", "\"raed\" is no verb" },
        { "\"read Id\"", "\"READ Id\"", TextProblem.WrongValue, "content.problem.letters[1]", "as it is written" },
        { "\"before\":[],\"foldsSymmetry\"", "\"before\":[{\"previous\":7}],\"foldsSymmetry\"", TextProblem.UnknownMember, "content.problem.before[0].previous", "name, title" },
        { "\"states\":1,", "\"states\":-1,", TextProblem.WrongValue, "content.result.states", "is -1; allowed is a whole number from 0 to 9223372036854775807" },
        { "\"states\":1,", "\"states\":1.5,", TextProblem.WrongValue, "content.result.states", "is 1.5;" },
        { "\"states\":1,", "\"states\":\"1\",", TextProblem.WrongValue, "content.result.states", "a whole number" },
        { "\"states\":1,", "\"states\":9223372036854775808,", TextProblem.WrongValue, "content.result.states", "9223372036854775808" },
        { "\"states\":1,", "\"states\":01,", TextProblem.NotJson, "", "from byte" },
        { "\"depth\":1", "\"depth\":2147483648", TextProblem.WrongValue, "content.result.depth", "from 0 to 2147483647" },
        { "\"collisionBound\":0", "\"collisionBound\":-0.5", TextProblem.WrongValue, "content.result.collisionBound", "a number from 0 on" },
        { "\"collisionBound\":0", "\"collisionBound\":1e999", TextProblem.WrongValue, "content.result.collisionBound", "a number from 0 on" },
        { "\"identity\":\"", "\"identity\":\"0", TextProblem.WrongValue, "content.result.identity", "32 of the digits" },
        { "\"states\":[\"", "\"states\":[\"G", TextProblem.WrongValue, "content.result.counterexample.states[0]", "32 of the digits" },
        { "\"property\":\"TprView\"", "\"property\":\"None\"", TextProblem.WrongValue, "content.result.counterexample.property", "one of Fault, Unanswered" },
        { "\"elapsed\":\"00:00:01.2340000\"", "\"elapsed\":\"-00:00:01\"", TextProblem.WrongValue, "content.elapsed", "hh:mm:ss" },
        { "\"elapsed\":\"00:00:01.2340000\"", "\"elapsed\":\"1 second\"", TextProblem.WrongValue, "content.elapsed", "hh:mm:ss" },
        { "\"vcpuCount\":1", "\"vcpuCount\":9", TextProblem.Contradiction, "", "9 vCPUs cannot be searched: a search has 1 to 4" },
        { "\"vcpuCount\":1", "\"vcpuCount\":2", TextProblem.Contradiction, "", "another version of ApicShell" },
        { "\"letters\":[\"ensure Svr 0x100\"", "\"letters\":[\"hotplug\"", TextProblem.Contradiction, "", "\"hotplug\" cannot be searched" },
        { "\"part\":1", "\"part\":3", TextProblem.Contradiction, "", "Part: 3 is not a part from 1 to 1" },
        { "\"partCount\":1", "\"partCount\":65537", TextProblem.Contradiction, "", "PartCount: 65537 is not a number of parts from 1 to 65536" },
        { "\"status\":\"Broken\"", "\"status\":\"Stopped\"", TextProblem.Contradiction, "", "Status: Stopped" },
        { "\"depth\":1", "\"depth\":2", TextProblem.Contradiction, "", "Depth: 2 is not 1 of a search that is Broken" },
        { "\"letters\":[2]", "\"letters\":[99]", TextProblem.Contradiction, "", "Letters: 99 is not letters from 0 to 17" },
        { "\"letters\":[2]", "\"letters\":[1]", TextProblem.Contradiction, "", "Letters: 1 is not a way to a broken property" },
        { "\"property\":\"TprView\"", "\"property\":\"SvrView\"", TextProblem.Contradiction, "", "Property: SvrView is not TprView" },
        { "\"states\":[\"", "\"states\":[\"00000000000000000000000000000000\",\"", TextProblem.Contradiction, "", "as many states as letters, 1" },
    };

    /// <summary>Texts that are no search at all.</summary>
    public static TheoryData<string, TextProblem, string> NoSearches => new()
    {
        { "", TextProblem.NotJson, "no JSON object" },
        { " \t", TextProblem.NotJson, "no JSON object" },
        { "hello", TextProblem.NotJson, "from byte 0 of line 1" },
        { "[", TextProblem.NotJson, "no JSON object" },
        { "7", TextProblem.NotJson, "no JSON object" },
        { "[1]", TextProblem.OtherFormat, "\"apicsearch\"" },
        { "{}", TextProblem.OtherFormat, "\"apicsearch\"" },
        { "{\"format\":\"apicsearch\"", TextProblem.Torn, "after 22 characters" },
        { "{} {}", TextProblem.NotJson, "follows" },
        { new string('[', 100), TextProblem.NotJson, "from byte 64" },
        { "apicsearch=1&elapsed=17&rate=0&status=Complete", TextProblem.OtherVersion, "of version 1, and this program reads version 3" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named_with_its_place_and_what_is_allowed(string right, string wrong, TextProblem problem, string path, string message)
    {
        int at = s_broken.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The text has no {right}.");

        TextFormatException error = Assert.Throws<TextFormatException>(() => SearchText.Read(s_broken[..at] + wrong + s_broken[(at + right.Length)..]));

        Assert.Equal((problem, path), (error.Problem, error.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NoSearches))]
    public void What_is_no_search_is_refused(string text, TextProblem problem, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => SearchText.Read(text));

        Assert.Equal(problem, error.Problem);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_has_a_case() => Assert.Equal(
        Enum.GetValues<TextProblem>(),
        Wrong.Select(row => (TextProblem)((object[])row)[2]).Concat(NoSearches.Select(row => (TextProblem)((object[])row)[1])).Distinct().Order());

    [Fact]
    public void Spaces_around_a_text_and_the_order_of_its_members_mean_nothing()
    {
        string turned = s_broken.Replace("\"vcpuCount\":1,", "", StringComparison.Ordinal).Replace("\"problem\":{", "\"problem\":{ \"vcpuCount\" : 1,", StringComparison.Ordinal);

        Assert.Equal(s_broken, SearchText.Write(SearchText.Read($" \t{turned}\r\n")));
    }

    /// <summary>Files outlive programs: a text that is read no longer is one of another version.</summary>
    [Fact]
    public void A_text_of_this_version_stays_what_it_is()
    {
        string text = string.Concat("""
            {"format":"apicsearch","version":3,"content":{"problem":{"design":{"name":"Own","title":"as \u0022said\u0022","for":"","against":"","source":"","world":"Today","changes":["SecSwitches"],
            "handler":"Linux","resetMode":"X2Apic","resetBy":"Host","onActivation":["host mode X2Apic"],"svsmSetup":true,"svsmApic":"BootProcessor","allVectorsAllowed":false,
            "vgif":"SvsmForBootProcessor, Kernel","timer":"Svsm","behavior":"NmiSentAsFixed, PprIsVector","scope":"PerVmpl","features":"Snp, ApCreation",
            "hypervisorBehavior":"LeavesApicAtCreation","firmware":[{"phase":"SEC","before":["read Id"],
            "instead":[],"beforeAps":["aps: read Id"]}],"amendsFigure":true},"environment":{"isNative":false,"vcpuCount":2},"vcpuCount":2,
            "letters":["v1: self 0x31","take"],"properties":"Answered, Priority","library":"Linux","before":[{"name":"Small","title":"t","vcpuCount":1,"after":"Before","phases":[{"name":"SEC",
            "library":"Ovmf","source":"s","steps":["read Id"],"codeOf":"DXE"}]}],"foldsSymmetry":false},"result":{"status":"Broken","depth":2,"states":3,"successors":9223372036854775807,
            "depthCounts":[1,2],"memoryBytes":4,"collisionBound":1.5E-38,"counterexample":{"letters":[0,1],"property":"InterruptLost","states":["0123456789abcdeffedcba9876543210",
            "00000000000000000000000000000001"],"isCanonical":false},"identity":"ffffffffffffffffffffffffffffffff","part":2,"isMerged":false,"partCount":3},"elapsed":"1.02:03:04.5000000","rate":0.5}}
            """.Split('\n').Select(line => line.Trim()));

        Assert.Equal(text, SearchText.Form().Write(SearchText.Form().Read(text)));
    }

    private static SearchRecord Run(string design, int depth, ApicBoot? before = null, string[]? letters = null, string world = "Mail")
    {
        MachineStep[] steps = [.. letters?.Select(StepGrammar.Parse) ?? AlphabetCatalogue.Find("Firmware")!.Steps(1)];
        DesignProblem problem = new(
            DesignCatalogue.Find(design)!, new BootEnvironment { World = WorldCatalogue.Find(world), Scope = ApicScope.PerVmpl, Timer = SvsmTimer.HvTimer }, 1, steps)
        {
            Before = before is null ? [] : [before],
        };
        SearchResult result = Search.Run(() => new DesignSpace(problem), new SearchOptions { MaxDepth = depth, Workers = 1 });
        return new(problem, result, TimeSpan.FromMilliseconds(1234), 1250000.5);
    }
}
