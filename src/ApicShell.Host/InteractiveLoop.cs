using System;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ApicShell.Host;

/// <summary>The prompt: reads, runs, shows, until <c>exit</c> or Ctrl+D.</summary>
internal sealed class InteractiveLoop
{
    private const string Prompt = "ApicShell> ";

    private readonly Session _session;
    private readonly ConsoleOutput _output;
    private readonly LineEditor _editor;

    public InteractiveLoop(Session session, ConsoleOutput output)
    {
        _session = session;
        _output = output;
        _editor = new LineEditor(new ConsoleTerminal(output)) { IsIncomplete = IsIncomplete, Complete = Complete };
    }

    public int Run()
    {
        _output.WriteLine("Get-Command -Module ApicShell lists the commands, Get-Help NAME explains one, exit leaves.");
        while (_session.RequestedExitCode is null)
        {
            _output.EnsureLineStart();
            LineResult line = ConsoleTerminal.Edit(_editor, Prompt);
            if (line.End == LineEnd.EndOfInput)
                return ExitCode.Success;
            if (line.End == LineEnd.Accepted && !string.IsNullOrWhiteSpace(line.Text))
                _session.RunLine(line.Text);
        }

        return _session.RequestedExitCode.Value;
    }

    private static bool IsIncomplete(string text)
    {
        _ = Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(error => error.IncompleteInput);
    }

    private LineCompletion? Complete(string text, int cursor)
    {
        CommandCompletion found;
        try
        {
            found = _session.Complete(text, cursor);
        }
        catch (Exception)
        {
            // A completer that fails offers nothing; the prompt stays as it is.
            return null;
        }

        return new LineCompletion(
            found.ReplacementIndex,
            found.ReplacementLength,
            [.. found.CompletionMatches.Select(match => new LineChoice(match.CompletionText, match.ListItemText))]);
    }
}
