using System.Linq;
using ApicShell.Exploration;
using ApicShell.Firmware;
using ApicShell.Serialization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Whatever a search is, its text has all of it.</summary>
public class SearchTextProperties
{
    // Without holding it against this program: of what is random no search would come to it.
    private static readonly TextForm<SearchRecord> s_form = SearchText.Form();

    [Property(MaxTest = 200)]
    public Property What_is_written_is_read() => Prop.ForAll(RandomSearches.All.ToArbitrary(), record =>
    {
        string text = s_form.Write(record);
        SearchRecord read = s_form.Read(text);

        Assert.Equivalent(record, read, strict: true);
        Assert.Equal(text, s_form.Write(read));
        Assert.True(text.All(letter => letter is >= ' ' and <= '~'), "The line is not one of printable ASCII.");
    });

    /// <summary>The text may be somebody else's: what could end a line of a script, or speak to a terminal, does not come in.</summary>
    [Property(MaxTest = 100)]
    public Property What_cannot_be_shown_is_refused() => Prop.ForAll(
        (from record in RandomSearches.All
         from unfit in RandomSearches.Unfit
         from place in Gen.Choose(0, 5)
         select s_form.Write(record with { Problem = With(record.Problem, unfit, place) })).ToArbitrary(),
        text =>
        {
            TextFormatException error = Assert.Throws<TextFormatException>(() => s_form.Read(text));
            Assert.Equal(TextProblem.WrongValue, error.Problem);
            Assert.Contains("allowed is a ", error.Message);
        });

    private static DesignProblem With(DesignProblem problem, string unfit, int place)
    {
        ApicDesign design = problem.Design;
        ApicBoot boot = new("Own", "", 1, null, [new("P", GuestLibrary.Ovmf, "", [])]);
        design = place switch { 0 => design with { Name = "N" + unfit }, 1 => design with { Title = unfit }, 2 => design with { Firmware = [new("N" + unfit, [])] }, _ => design };
        boot = place switch { 3 => boot with { Name = "N" + unfit }, 4 => boot with { Phases = [boot.Phases[0] with { Name = "N" + unfit }] }, 5 => boot with { Title = unfit }, _ => boot };
        return new(design, problem.Environment, problem.VcpuCount, problem.Letters, problem.Properties) { Before = [boot] };
    }

    [Property(MaxTest = 50)]
    public Property What_is_torn_anywhere_is_refused() => Prop.ForAll(
        (from record in RandomSearches.All
         let text = s_form.Write(record)
         from length in Gen.Choose(1, text.Length - 1)
         select text[..length]).ToArbitrary(),
        torn => Assert.Equal(TextProblem.Torn, Assert.Throws<TextFormatException>(() => s_form.Read(torn)).Problem));

    /// <summary>One character changed: what is still read is read as something that is written so.</summary>
    [Property(MaxTest = 200)]
    public Property What_is_damaged_is_refused_or_means_what_it_says() => Prop.ForAll(
        (from record in RandomSearches.All
         let text = s_form.Write(record)
         from at in Gen.Choose(0, text.Length - 1)
         from other in Gen.Choose(' ', '~')
         select $"{text[..at]}{(char)other}{text[(at + 1)..]}").ToArbitrary(),
        damaged =>
        {
            try
            {
                SearchRecord read = s_form.Read(damaged);
                Assert.Equivalent(read, s_form.Read(s_form.Write(read)), strict: true);
            }
            catch (System.Exception error) when (error is TextFormatException or DesignException)
            {
                Assert.NotEmpty(error.Message);
            }
        });
}
