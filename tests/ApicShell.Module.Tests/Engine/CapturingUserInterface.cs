using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;
using System.Text;

namespace ApicShell.Tests.Engine;

/// <summary>Collects everything that is written; a question is an error, because a test has nobody to answer it.</summary>
internal sealed class CapturingUserInterface : PSHostUserInterface
{
    private readonly StringBuilder _text = new();

    public override PSHostRawUserInterface RawUI { get; } = new FixedSizeScreen();

    public string TakeText()
    {
        lock (_text)
        {
            string text = _text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
            _text.Clear();
            return text;
        }
    }

    public override void Write(string value) => Append(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Append(value);

    public override void WriteLine(string value) => Append(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine() => throw NobodyAnswers();

    public override SecureString ReadLineAsSecureString() => throw NobodyAnswers();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NobodyAnswers();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NobodyAnswers();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NobodyAnswers();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NobodyAnswers();

    private static PSInvalidOperationException NobodyAnswers() => new("The test host cannot be asked anything.");

    private void Append(string text)
    {
        // The engine leaves it to the host to take the colours out.
        string plain = new StringDecorated(text).ToString(OutputRendering.PlainText);
        lock (_text)
        {
            _text.Append(plain);
        }
    }
}
