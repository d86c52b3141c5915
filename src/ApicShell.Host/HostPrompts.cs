using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ApicShell.Host;

/// <summary>The questions that the engine asks: missing mandatory parameters, and confirmations.</summary>
internal sealed class HostPrompts(ConsoleOutput output)
{
    public string ReadLine(string prompt)
    {
        output.EnsureLineStart();
        if (!ConsoleOutput.IsInteractive)
        {
            return Console.In.ReadLine()
                ?? throw new HostException($"'{prompt.TrimEnd(' ', ':')}' needs an answer, and standard input has ended.");
        }

        LineResult line = ConsoleTerminal.Edit(new LineEditor(new ConsoleTerminal(output)), prompt);
        return line.End == LineEnd.Accepted ? line.Text : throw new PipelineStoppedException();
    }

    public SecureString ReadSecret(string prompt)
    {
        var secret = new SecureString();
        if (!ConsoleOutput.IsInteractive)
        {
            foreach (char c in ReadLine(prompt))
                secret.AppendChar(c);
            return secret;
        }

        output.EnsureLineStart();
        output.Write(prompt);
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
                secret.RemoveAt(secret.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                secret.AppendChar(key.KeyChar);
        }

        output.WriteLine(string.Empty);
        return secret;
    }

    public Dictionary<string, PSObject> AskFields(string caption, string message, Collection<FieldDescription> fields)
    {
        WriteHeading(caption, message);
        return fields.ToDictionary(field => field.Name, AskField);
    }

    public int AskChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        (string Key, string Name)[] labels = [.. choices.Select(choice => SplitLabel(choice.Label))];
        string list = string.Join("  ", labels.Select(label => $"[{label.Key}] {label.Name}"));
        string ending = defaultChoice >= 0 ? $" (default is \"{labels[defaultChoice].Key}\"): " : ": ";

        while (true)
        {
            string answer = ReadLine($"{list}  [?] Help{ending}").Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            int index = Array.FindIndex(labels, label => Same(label.Key, answer) || Same(label.Name, answer));
            if (index >= 0)
                return index;
            if (answer == "?")
            {
                for (int i = 0; i < labels.Length; i++)
                    output.WriteLine($"{labels[i].Key} - {choices[i].HelpMessage}");
            }
        }
    }

    // The engine converts the text to the parameter's type when it binds.
    private PSObject AskField(FieldDescription field)
    {
        if (field.ParameterTypeFullName == typeof(SecureString).FullName)
            return PSObject.AsPSObject(ReadSecret($"{field.Name}: "));
        if (!field.ParameterTypeFullName.EndsWith("[]", StringComparison.Ordinal))
            return PSObject.AsPSObject(ReadLine($"{field.Name}: "));

        var values = new List<string>();
        while (ReadLine($"{field.Name}[{values.Count}]: ") is { Length: > 0 } value)
            values.Add(value);
        return PSObject.AsPSObject(values.ToArray());
    }

    private void WriteHeading(string caption, string message)
    {
        output.EnsureLineStart();
        foreach (string text in new[] { caption, message })
        {
            if (!string.IsNullOrEmpty(text))
                output.WriteLine(text);
        }
    }

    // "&Yes" is chosen with Y; a label without a mark with its whole name.
    private static (string Key, string Name) SplitLabel(string label)
    {
        int mark = label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark < label.Length - 1
            ? (char.ToUpperInvariant(label[mark + 1]).ToString(), label.Remove(mark, 1))
            : (label, label);
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
