using System;
using System.Collections.Generic;
using System.Linq;

namespace ApicShell.Host;

/// <summary>
/// Reads one input, of one line or several, with the usual keys. It knows no engine and no console: whether an input is complete
/// and what could complete a word are asked of functions.
/// </summary>
internal sealed class LineEditor(ILineTerminal terminal)
{
    private const int ListLimit = 100;

    private readonly LineHistory _history = new();
    private readonly LineView _view = new(terminal);
    private string _text = string.Empty;
    private int _cursor;
    private bool _listNext;

    /// <summary>Whether Enter should open another line instead of ending the input.</summary>
    public Func<string, bool> IsIncomplete { get; init; } = _ => false;

    public Func<string, int, LineCompletion?> Complete { get; init; } = (_, _) => null;

    public LineResult Read(string prompt)
    {
        Set(string.Empty);
        _history.Rewind();
        _view.Start(prompt);
        while (true)
        {
            ConsoleKeyInfo key = terminal.ReadKey();
            LineEnd? end = key.Modifiers.HasFlag(ConsoleModifiers.Control) ? OnControl(key) : OnKey(key);
            _listNext &= key.Key == ConsoleKey.Tab;
            if (end is LineEnd.Accepted)
                _history.Add(_text);
            if (end is { } reached)
                return new LineResult(reached, _text);
            _view.Draw(_text, _cursor);
        }
    }

    private LineEnd? OnControl(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.C:
                _view.Leave(_text, "^C");
                return LineEnd.Cancelled;
            case ConsoleKey.D when _text.Length == 0:
                _view.Leave(_text);
                return LineEnd.EndOfInput;
            case ConsoleKey.D:
                Delete(_cursor, _cursor + 1);
                break;
            case ConsoleKey.A:
                _cursor = LineStart();
                break;
            case ConsoleKey.E:
                _cursor = LineStop();
                break;
            case ConsoleKey.U:
                Delete(LineStart(), _cursor);
                break;
            case ConsoleKey.K:
                Delete(_cursor, LineStop());
                break;
            case ConsoleKey.W or ConsoleKey.Backspace:
                Delete(WordStart(), _cursor);
                break;
            case ConsoleKey.L:
                _view.Clear();
                break;
            case ConsoleKey.LeftArrow:
                _cursor = WordStart();
                break;
            case ConsoleKey.RightArrow:
                _cursor = WordStop();
                break;
            case ConsoleKey.Home:
                _cursor = 0;
                break;
            case ConsoleKey.End:
                _cursor = _text.Length;
                break;
            case ConsoleKey.J or ConsoleKey.M or ConsoleKey.Enter:
                return OnEnter();
            default:
                // AltGr arrives as Control and Alt together, with the character it makes.
                if (key.Modifiers.HasFlag(ConsoleModifiers.Alt))
                    Insert(key.KeyChar);
                break;
        }

        return null;
    }

    private LineEnd? OnKey(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return OnEnter();
            case ConsoleKey.Tab:
                OnTab();
                break;
            case ConsoleKey.Backspace:
                Delete(_cursor - 1, _cursor);
                break;
            case ConsoleKey.Delete:
                Delete(_cursor, _cursor + 1);
                break;
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_text.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
                _cursor = LineStart();
                break;
            case ConsoleKey.End:
                _cursor = LineStop();
                break;
            case ConsoleKey.UpArrow:
                OnVertical(-1);
                break;
            case ConsoleKey.DownArrow:
                OnVertical(1);
                break;
            case ConsoleKey.Escape:
                Set(string.Empty);
                break;
            default:
                Insert(key.KeyChar);
                break;
        }

        return null;
    }

    private LineEnd? OnEnter()
    {
        if (IsIncomplete(_text))
        {
            Replace(_cursor, 0, "\n");
            return null;
        }

        _view.Leave(_text);
        return LineEnd.Accepted;
    }

    // Moves between the lines of the input, and beyond them through the history.
    private void OnVertical(int step)
    {
        int start = LineStart();
        int column = _cursor - start;
        if (step < 0 && start > 0)
        {
            _cursor = start - 1;
            _cursor = Math.Min(LineStart() + column, start - 1);
        }
        else if (step > 0 && LineStop() < _text.Length)
        {
            _cursor = LineStop() + 1;
            _cursor = Math.Min(_cursor + column, LineStop());
        }
        else if (_history.Move(step, _text) is { } line)
        {
            Set(line);
        }
    }

    // The first Tab writes what all choices share, the second lists them. At the start of a line it indents: pasted text does so.
    private void OnTab()
    {
        if (string.IsNullOrWhiteSpace(_text[LineStart().._cursor]))
        {
            Replace(_cursor, 0, "    ");
            return;
        }

        if (Complete(_text, _cursor) is not { Choices.Count: > 0 } found)
            return;
        string shared = found.Choices.Select(choice => choice.Text).Aggregate(SharedStart);
        if (found.Choices.Count == 1 || shared.Length > found.Length)
        {
            Replace(found.Start, found.Length, shared);
            _listNext = found.Choices.Count > 1;
        }
        else if (_listNext)
        {
            List(found.Choices);
        }
        else
        {
            _listNext = true;
        }
    }

    private void List(IReadOnlyList<LineChoice> choices)
    {
        string[] labels = [.. choices.Take(ListLimit).Select(choice => choice.Label)];
        int width = labels.Max(label => label.Length) + 2;
        int columns = Math.Max(1, (terminal.Width - 1) / width);
        _view.Leave(_text);
        foreach (string[] row in labels.Chunk(columns))
            terminal.Write(string.Concat(row.Select(label => label.PadRight(width))).TrimEnd() + "\r\n");
        if (choices.Count > labels.Length)
            terminal.Write($"... and {choices.Count - labels.Length} more\r\n");
        _view.Restart();
    }

    private static string SharedStart(string left, string right)
    {
        int length = 0;
        while (length < left.Length && length < right.Length && char.ToUpperInvariant(left[length]) == char.ToUpperInvariant(right[length]))
            length++;
        return left[..length];
    }

    private int LineStart() => _cursor == 0 ? 0 : _text.LastIndexOf('\n', _cursor - 1) + 1;

    private int LineStop() => _text.IndexOf('\n', _cursor) is >= 0 and int stop ? stop : _text.Length;

    private int WordStart()
    {
        int start = _cursor;
        while (start > 0 && char.IsWhiteSpace(_text[start - 1]))
            start--;
        while (start > 0 && !char.IsWhiteSpace(_text[start - 1]))
            start--;
        return start;
    }

    private int WordStop()
    {
        int stop = _cursor;
        while (stop < _text.Length && !char.IsWhiteSpace(_text[stop]))
            stop++;
        while (stop < _text.Length && char.IsWhiteSpace(_text[stop]))
            stop++;
        return stop;
    }

    private void Insert(char character)
    {
        if (!char.IsControl(character))
            Replace(_cursor, 0, character.ToString());
    }

    private void Delete(int start, int stop)
    {
        if (start >= 0 && stop <= _text.Length && start < stop)
            Replace(start, stop - start, string.Empty);
    }

    private void Replace(int start, int length, string with)
    {
        _text = string.Concat(_text.AsSpan(0, start), with, _text.AsSpan(start + length));
        _cursor = start + with.Length;
    }

    private void Set(string text)
    {
        _text = text;
        _cursor = text.Length;
    }
}
