using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ApicShell.Host;

/// <summary>Where the engine's streams meet the console. As in pwsh, only errors go to standard error.</summary>
internal sealed class ConsoleHostUI : PSHostUserInterface
{
    private readonly ConsoleOutput _output;
    private readonly HostPrompts _prompts;
    private bool _asErrors;

    public ConsoleHostUI(ConsoleOutput output)
    {
        _output = output;
        _prompts = new HostPrompts(output);
        RawUI = new ConsoleRawUI(output);
    }

    public override PSHostRawUserInterface RawUI { get; }

    public override bool SupportsVirtualTerminal => _output.IsTerminal;

    public override void Write(string value) => _output.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        _output.Write(Colour(foregroundColor, backgroundColor, value));

    public override void WriteLine(string value)
    {
        if (_asErrors)
            WriteErrorLine(value);
        else
            _output.WriteLine(value);
    }

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        _output.WriteLine(Colour(foregroundColor, backgroundColor, value));

    public override void WriteErrorLine(string value)
    {
        // The engine frames errors with empty lines; pwsh leaves them out too.
        if (!string.IsNullOrEmpty(value))
            _output.WriteErrorLine(Style(PSStyle.Instance.Formatting.Error, value));
    }

    public override void WriteWarningLine(string message) =>
        _output.WriteLine(Style(PSStyle.Instance.Formatting.Warning, $"WARNING: {message}"));

    public override void WriteVerboseLine(string message) =>
        _output.WriteLine(Style(PSStyle.Instance.Formatting.Verbose, $"VERBOSE: {message}"));

    public override void WriteDebugLine(string message) =>
        _output.WriteLine(Style(PSStyle.Instance.Formatting.Debug, $"DEBUG: {message}"));

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _output.ClearProgress();
            return;
        }

        string percent = record.PercentComplete >= 0 ? $" {record.PercentComplete}%" : string.Empty;
        string operation = string.IsNullOrEmpty(record.CurrentOperation) ? string.Empty : $" ({record.CurrentOperation})";
        _output.ShowProgress($"{record.Activity}: {record.StatusDescription}{percent}{operation}");
    }

    public override string ReadLine() => _prompts.ReadLine(string.Empty);

    public override SecureString ReadLineAsSecureString() => _prompts.ReadSecret(string.Empty);

    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) =>
        _prompts.AskFields(caption, message, descriptions);

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        _prompts.AskChoice(caption, message, choices, defaultChoice);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException("ApicShell.Host does not ask for credentials.");

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => PromptForCredential(caption, message, userName, targetName);

    /// <summary>Sends the lines that the action writes to standard error: the exception that ended a script, through its view.</summary>
    public void WriteAsErrors(Action write)
    {
        _asErrors = true;
        try
        {
            write();
        }
        finally
        {
            _asErrors = false;
        }
    }

    private static string Colour(ConsoleColor foreground, ConsoleColor background, string text) =>
        PSStyle.MapForegroundColorToEscapeSequence(foreground)
        + PSStyle.MapBackgroundColorToEscapeSequence(background)
        + text
        + PSStyle.Instance.Reset;

    // A view may have coloured the text already.
    private static string Style(string style, string text) =>
        text.Contains('\e') ? text : style + text + PSStyle.Instance.Reset;
}
