using System.Linq;
using ApicShell.Exploration;
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
            catch (System.Exception error) when (error is TextFormatException or Firmware.DesignException)
            {
                Assert.NotEmpty(error.Message);
            }
        });
}
