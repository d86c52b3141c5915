using System;
using System.Text;

namespace ApicShell.Host;

/// <summary>
/// Draws the edited text below and right of its prompt. Knows where each character lies, so that the cursor is moved by
/// counting and the terminal never asked; a character counts as one column.
/// </summary>
internal sealed class LineView(ILineTerminal terminal)
{
    public const string Continuation = ">> ";

    private string _prompt = string.Empty;
    private string _shown = string.Empty;
    private int _shownCursor;

    public void Start(string prompt)
    {
        _prompt = prompt;
        _shown = string.Empty;
        _shownCursor = 0;
        terminal.Write(prompt);
    }

    /// <summary>Replaces what is shown by the text.</summary>
    public void Draw(string text, int cursor)
    {
        int width = terminal.Width;
        var output = new StringBuilder();
        Up(output, Locate(_shown, _shownCursor, width).Row);
        output.Append("\r\e[J").Append(_prompt).Append(text.Replace("\n", $"\r\n{Continuation}", StringComparison.Ordinal));

        (int endRow, int endColumn) = Locate(text, text.Length, width);
        if (endColumn == 0)
            output.Append(" \r"); // The last row is full: push the cursor over to the row where typing goes on.

        (int row, int column) = Locate(text, cursor, width);
        Up(output, endRow - row);
        output.Append('\r');
        if (column > 0)
            output.Append($"\e[{column}C");
        terminal.Write(output.ToString());
        _shown = text;
        _shownCursor = cursor;
    }

    /// <summary>Leaves the text as it is and goes to a fresh line below it.</summary>
    public void Leave(string text, string mark = "")
    {
        Draw(text, text.Length);
        bool isFresh = mark.Length == 0 && Locate(text, text.Length, terminal.Width).Column == 0;
        terminal.Write(isFresh ? string.Empty : $"{mark}\r\n");
    }

    /// <summary>Clears the screen and puts the prompt at its top.</summary>
    public void Clear()
    {
        terminal.Write("\e[H\e[2J");
        Start(_prompt);
    }

    /// <summary>Puts the prompt below whatever was written since <see cref="Leave"/>.</summary>
    public void Restart() => Start(_prompt);

    private static void Up(StringBuilder output, int rows)
    {
        if (rows > 0)
            output.Append($"\e[{rows}A");
    }

    // Where the character with this index lies; a full row goes on at the start of the next.
    private (int Row, int Column) Locate(string text, int index, int width)
    {
        int row = _prompt.Length / width;
        int column = _prompt.Length % width;
        for (int i = 0; i < index; i++)
        {
            if (text[i] == '\n')
            {
                // A line that just filled its row has counted the row below already.
                row += column == 0 && row > 0 ? 0 : 1;
                column = Continuation.Length;
            }
            else
            {
                column++;
            }

            row += column / width;
            column %= width;
        }

        return (row, column);
    }
}
