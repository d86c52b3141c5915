using System;
using System.Linq;
using System.Reflection;
using ApicShell.Firmware;
using ApicShell.Texts;
using Xunit;

namespace ApicShell.Tests.Texts;

public class PlainMessageTests
{
    private static readonly string s_long = new('x', 100_000);

    [Fact]
    public void What_is_put_into_a_message_is_made_fit()
    {
        Assert.Equal("There is no \"a b\" at 0x1F.", Made($"There is no \"{"a\nb"}\" at 0x{31:X}."));
        Assert.Equal("a\uFFFDb and \"c d\"", Made($"{"a\u001Bb"} and " + $"\"{"c\rd"}\""));
        Assert.Equal("null: ", Made($"null: {(string?)null}"));
    }

    [Fact]
    public void Of_a_value_in_quotation_marks_only_the_beginning_is_said_again()
    {
        Assert.Equal($"\"{new string('x', PlainMessage.LongestQuoted - 1)}…\" is too long.", Made($"\"{s_long}\" is too long."));
        Assert.Equal(PlainMessage.LongestPart, Made($"{s_long}").Length);
    }

    [Fact]
    public void A_message_that_was_made_elsewhere_is_made_fit_too()
    {
        Assert.Equal("a b", Made("a\nb"));
        Assert.Equal(PlainMessage.LongestPart, Made(s_long).Length);
        Assert.Equal("", default(PlainMessage).ToString());
    }

    /// <summary>An exception of the core that takes its message as a bare string would say again whatever somebody gave.</summary>
    [Fact]
    public void Every_exception_of_the_core_has_such_a_message()
    {
        Type[] exceptions = [.. typeof(PlainMessage).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Exception)) && !type.IsAbstract)];
        Assert.Contains(typeof(StepFormatException), exceptions);
        Assert.All(exceptions.SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)), constructor =>
            Assert.DoesNotContain(constructor.GetParameters(), one => one.Name == "message" && one.ParameterType == typeof(string)));
    }

    [Fact]
    public void A_long_line_that_is_no_step_is_not_said_again()
    {
        string message = Assert.Throws<StepFormatException>(() => StepGrammar.Parse(s_long + "\u001B")).Message;
        Assert.StartsWith("\"xxxx", message);
        Assert.Contains("is no verb. Steps begin with read, write,", message);
        Assert.True(message.Length < 1500, $"{message.Length}");
        Assert.True(PlainText.IsPlain(message));
    }

    private static string Made(PlainMessage message) => message.ToString();
}
