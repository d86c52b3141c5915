using System;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Threading;

namespace ApicShell.Host;

/// <summary>
/// The two output streams and the progress line, the one place that writes to them. Colours go to terminals only; the progress
/// line is taken away before any other text is written.
/// </summary>
internal sealed class ConsoleOutput
{
    private const int DefaultWidth = 120;
    private const long ProgressInterval = 100;

    private readonly Lock _gate = new();
    private readonly bool _outputIsTerminal = !Console.IsOutputRedirected;
    private readonly bool _errorIsTerminal = !Console.IsErrorRedirected;
    private bool _atLineStart = true;
    private bool _progressShown;
    private long _lastProgress = -ProgressInterval;

    /// <summary>Whether a person can be talked with: sees what is written and can answer.</summary>
    public static bool IsInteractive { get; } = !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Whether a person looks at the output.</summary>
    public bool IsTerminal => _outputIsTerminal;

    /// <summary>Columns for tables: the terminal's, else what COLUMNS says, else 120.</summary>
    public int Width
    {
        get
        {
            if (_outputIsTerminal && Console.WindowWidth is > 0 and int columns)
                return columns;
            return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out columns) && columns > 0 ? columns : DefaultWidth;
        }
    }

    public void Write(string text)
    {
        if (text.Length == 0)
            return;
        lock (_gate)
        {
            HideProgress();
            Console.Out.Write(Render(text, _outputIsTerminal));
            _atLineStart = text[^1] == '\n';
        }
    }

    public void WriteLine(string text)
    {
        lock (_gate)
        {
            HideProgress();
            Console.Out.WriteLine(Render(text, _outputIsTerminal));
            _atLineStart = true;
        }
    }

    public void WriteErrorLine(string text)
    {
        lock (_gate)
        {
            HideProgress();
            if (_errorIsTerminal && _outputIsTerminal && !_atLineStart)
                Console.Error.WriteLine();
            Console.Error.WriteLine(Render(text, _errorIsTerminal));
            _atLineStart = true;
        }
    }

    /// <summary>Starts a new line when the last text did not end one, so that a prompt stands at the left.</summary>
    public void EnsureLineStart()
    {
        lock (_gate)
        {
            HideProgress();
            if (!_atLineStart)
                Console.Out.WriteLine();
            _atLineStart = true;
        }
    }

    /// <summary>Shows one line of progress, not more often than an eye can follow and never in redirected output.</summary>
    public void ShowProgress(string text)
    {
        lock (_gate)
        {
            long now = Environment.TickCount64;
            if (!_errorIsTerminal || !_outputIsTerminal || !_atLineStart || now - _lastProgress < ProgressInterval)
                return;
            _lastProgress = now;
            int room = Math.Max(1, Width - 1);
            Console.Error.Write($"\r{(text.Length > room ? text[..room] : text)}\e[K");
            _progressShown = true;
        }
    }

    public void ClearProgress()
    {
        lock (_gate)
            HideProgress();
    }

    private static string Render(string text, bool isTerminal)
    {
        bool plain = PSStyle.Instance.OutputRendering switch
        {
            OutputRendering.PlainText => true,
            OutputRendering.Ansi => false,
            _ => !isTerminal,
        };
        return plain && text.Contains('\e') ? new StringDecorated(text).ToString(OutputRendering.PlainText) : text;
    }

    private void HideProgress()
    {
        if (!_progressShown)
            return;
        Console.Error.Write("\r\e[K");
        _progressShown = false;
    }
}
